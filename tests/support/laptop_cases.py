"""One row for each control of the laptop and each of its paths: what is changed, and where."""

from dataclasses import dataclass
from typing import Literal

from ceremony.curves import CURVES
from ceremony.secret import Secret
from tests.support import tampering as t
from tests.support.walks import (
    Begin,
    a_resumed_export,
    a_resumed_import,
    an_export,
    an_export_brought_back,
    an_import,
    an_import_brought_back,
)

IMPORT, EXPORT = an_import, an_export
RESUMED = (a_resumed_import, a_resumed_export)
EXPORT_BACK, IMPORT_BACK = an_export_brought_back, an_import_brought_back
BACK = (EXPORT_BACK, IMPORT_BACK)
ALL = (an_import, an_export, *RESUMED)
ANSWERED = ALL
"""All of them take an answer of the relay."""

PATHS = {
    an_import: "import",
    an_export: "export",
    a_resumed_import: "resume",
    a_resumed_export: "resume",
    an_import_brought_back: "resume",
    an_export_brought_back: "resume",
}

OTHER = Secret(b"\x07".rjust(32, b"\0"))
ORDER = Secret(CURVES["secp256k1"].order.to_bytes(32, "big"))

Before = Literal["request", "key", ""]


@dataclass(frozen=True, slots=True)
class Case:
    """``stops_before`` is what must not have happened then; ``goes_on`` if the ceremony ends
    well all the same, without what was refused."""

    control: str
    begin: Begin
    what: str
    tamper: t.Tamper
    stops_before: Before = ""
    goes_on: bool = False
    recorded: bool = False

    @property
    def path(self) -> str:
        return PATHS[self.begin]

    def __str__(self) -> str:
        return f"{self.control} on {self.path}: {self.what}"


def each(
    control: str,
    begins: tuple[Begin, ...],
    what: str,
    tamper: t.Tamper,
    stops_before: Before = "",
    *,
    goes_on: bool = False,
    recorded: bool = False,
) -> list[Case]:
    return [Case(control, begin, what, tamper, stops_before, goes_on, recorded) for begin in begins]


CASES: tuple[Case, ...] = (
    # The machine, the plan and the people.
    *each("ENV-GATE", ALL, "the network is up", t.network_up, "request"),
    *each("ENV-GATE", (IMPORT, EXPORT), "it comes up later", t.network_up_late, "request"),
    *each("ENV-SEALED", (EXPORT, a_resumed_export), "no storage, and a key in the clear",
          t.sealed_image, "request"),
    *each("ENV-SEALED", (IMPORT, a_resumed_import), "no storage, and a file",
          t.a_file_in_the_sealed_image, "request"),
    *each("PLN-WORDS", ALL, "the paper has another plan", t.wrong_words_of("the plan's digest"),
          "request"),
    *each("PLN-REQUEST", RESUMED, "the stick has another request", t.wrong_words_of(
        "the request's digest"), "key"),
    *each("PLN-REQUEST", RESUMED, "a forged one", t.another_request_on_the_stick, "key"),
    # What the relay brings back to a laptop that kept nothing.
    *each("PLN-WORDS", BACK, "the paper has another plan", t.wrong_words_of("the plan's digest"),
          "key"),
    *each("PLN-REQUEST", BACK, "the paper has another request", t.wrong_words_of(
        "the request's digest"), "key"),
    *each("PLN-REQUEST", (IMPORT_BACK,), "it is of another ceremony", t.back_of_another_ceremony,
          "key"),
    *each("PLN-REQUEST", (EXPORT_BACK,), "another state, and a request that answers it",
          t.back_with_a_state_of_its_own, "key"),
    *each("PLN-RETURNED", BACK, "a request of another plan", t.back_of(plan=b"p" * 32), "key"),
    *each("PLN-RETURNED", BACK, "a request of a rehearsal", t.back_of(environment="rehearsal"),
          "key"),
    *each("PLN-RETURNED", BACK, "no request", t.back_with(request=b"x"), "key"),
    *each("PLN-RETURNED", BACK, "an answer in its place", t.back_with_an_answer, "key"),
    *each("PLN-RETURNED", (EXPORT_BACK,), "a changed state", t.back_with_a_changed_state, "key"),
    *each("PLN-RETURNED", (EXPORT_BACK,), "the state of another ceremony", t.back_with_an_old_state,
          "key"),
    *each("PLN-RETURNED", (EXPORT_BACK,), "no state", t.back_with(state=b""), "key"),
    *each("PLN-RETURNED", (EXPORT_BACK,), "a state of seven megabytes", t.back_with(
        state=bytes(7_000_000)), "key"),
    *each("MSG-ENVIRONMENT", BACK, "brought back in a rehearsal", t.only_back_with(
        environment="rehearsal"), "key"),
    *each("MSG-CEREMONY", BACK, "an answer of another ceremony", t.answer_with(ceremony=b"x" * 16),
          "key"),
    *each("MSG-SEQUENCE", BACK, "it is brought back later", t.only_back_with(sequence=1), "key"),
    *each("MSG-ANSWER", BACK, "it answers something", t.only_back_with(answers=b"x" * 32),
          "key"),
    *each("MSG-KIND", BACK, "the answer at once", t.nothing_back, "key"),
    *each("EXP-PUBLIC-KEY", (EXPORT_BACK,), "another key's shares", t.shares_of(OTHER), "key"),
    *each("IMP-RECEIPT", (IMPORT_BACK,), "another key was made", t.outcome_with(public_key=t.G)),
    # The signers.
    *each("SIG-PLACE", (IMPORT,), "another host", t.signers_with(api_url="https://api.dfns.lo"),
          "request"),
    *each("SIG-PLACE", (IMPORT,), "another organisation", t.signers_with(organisation="or-x"),
          "request"),
    *each("SIG-PIN", (IMPORT,), "other signers", t.on_the_laptop(t.other_signers), "request"),
    *each("SIG-UNIQUE", (IMPORT,), "one key twice", t.on_the_laptop(t.one_key_for_two_signers),
          "request"),
    *each("SIG-WORDS", (IMPORT,), "the second host saw others", t.wrong_words_of(
        "the signers' fingerprint"), "request"),
    # The keys that go in.
    *each("IMP-THRESHOLD", (IMPORT,), "more than there are signers", t.threshold_of(6), "request"),
    *each("IMP-THRESHOLD", (IMPORT,), "each signer alone", t.threshold_of(1), "request"),
    *each("IMP-DESTINATION", (IMPORT,), "a name beyond ASCII", t.key_with(name="k\u00e4y"),
          "request"),
    *each("IMP-KEY", (IMPORT,), "the order of the curve", t.material_with(ORDER), "request"),
    *each("IMP-KEY", (IMPORT,), "zero", t.material_with(Secret(bytes(32))), "request"),
    *each("IMP-SHARING", (IMPORT,), "another key than was compared", t.material_with(OTHER),
          "request"),
    *each("IMP-RANDOMNESS", (IMPORT,), "it repeats", t.repeating_generator, "request"),
    *each("IMP-COST", (IMPORT,), "a keystore of a terabyte", t.costly_keystore, "request",
          recorded=True),
    *each("IMP-ADDRESS", (IMPORT, a_resumed_import), "the plan expects another",
          t.key_with(expect=t.OTHER_ADDRESS), "request"),
    # What the relay answers.
    *each("IMP-RECEIPT", (IMPORT, a_resumed_import), "another key was made",
          t.outcome_with(public_key=t.G), recorded=True),
    *each("IMP-RECEIPT-ADDRESS", (IMPORT, a_resumed_import), "another address",
          t.outcome_with(address=t.OTHER_ADDRESS), recorded=True),
    *each("IMP-RECEIPT-ADDRESS", (IMPORT,), "no address", t.outcome_with(address="")),
    *each("MSG-COUNT", ANSWERED, "about another key", t.outcome_with(label="two"), "key"),
    *each("MSG-KIND", ANSWERED, "another kind", t.another_kind, "key", recorded=True),
    *each("MSG-ENVIRONMENT", ANSWERED, "of a rehearsal", t.answer_with(environment="rehearsal"),
          "key", recorded=True),
    *each("MSG-ENVIRONMENT", (IMPORT,), "signers of one", t.signers_with(environment="rehearsal"),
          "request"),
    *each("MSG-CEREMONY", ANSWERED, "of another ceremony", t.answer_with(ceremony=b"x" * 16), "key",
          recorded=True),
    *each("MSG-SEQUENCE", ANSWERED, "a later one", t.answer_with(sequence=9), "key",
          recorded=True),
    *each("MSG-ANSWER", ANSWERED, "to another request", t.answer_with(answers=b"x" * 32), "key",
          recorded=True),
    *each("MSG-REPLAY", ANSWERED, "the same again", t.the_same_again, "key", recorded=True),
    *each("TXT-OUTSIDE", ANSWERED, "an escape in an error", t.outcome_with(error="x\x1b[2J"), "key",
          recorded=True),
    # The keys that come out.
    *each("EXP-STATE", (EXPORT,), "the disk has another key", t.other_state, "request"),
    *each("EXP-STATE", (EXPORT,), "the disk damages it", t.damaged_state, "request"),
    *each("EXP-STATE", (a_resumed_export,), "another state", t.other_state, "key"),
    *each("EXP-PASSPHRASE", (EXPORT,), "one that is guessed", t.typing(b"hunter2"), "request",
          recorded=True),
    *each("EXP-PASSPHRASE", (a_resumed_export,), "one of the file", t.weak_passphrase_of_a_form,
          "key"),
    *each("EXP-PUBLIC-KEY", (EXPORT, a_resumed_export), "another key's shares", t.shares_of(OTHER),
          "key", recorded=True),
    *each("EXP-OTHER-SHARES", (EXPORT, a_resumed_export), "one is spoilt", t.one_bad_share,
          goes_on=True, recorded=True),
    *each("DSK-WRITTEN", (EXPORT, a_resumed_export), "the name is taken", t.real_files,
          recorded=False),
)  # fmt: skip
