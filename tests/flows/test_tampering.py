"""Every control of the laptop stops a ceremony when somebody tampers with what it looks at."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError
from ceremony.machine import Problem
from ceremony.message import ImportReceipt
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.self_tests import run_self_tests
from ceremony.record.steps import steps_of
from tests.support.laptop import (
    Laptop,
    importing,
    receipt_reply,
    signers_answer,
    signers_reply,
)

Tamper = Callable[[Laptop], None]


def test_nobody_tampers() -> None:
    laptop = importing()
    outcome = import_ceremony(laptop.room)
    assert outcome.complete, laptop.desk.shown
    assert laptop.refused_by == []


def replaced(**changes: object) -> Tamper:
    def tamper(laptop: Laptop) -> None:
        laptop.replies[0] = signers_reply(laptop, **changes)

    return tamper


def other_signers(laptop: Laptop) -> None:
    """The relay swaps the signers; the paper still has the right words."""
    laptop.replies[0] = signers_reply(laptop, answer=signers_answer())


def other_words(laptop: Laptop) -> None:
    laptop.typed["words"] = "aardvark adroitness absurd adviser"


def signer_twice(laptop: Laptop) -> None:
    answer = laptop.answer.decode()
    keys = [signer.encryption_key.text for signer in parse_signers(laptop.answer).signers]
    doubled = answer.replace(keys[1], keys[0]).encode()
    laptop.replies[0] = signers_reply(laptop, answer=doubled)


def network_up(laptop: Laptop) -> None:
    laptop.problems = (Problem("network", "eth0 is up", "unplug it"),)


def stuck_generator(laptop: Laptop) -> None:
    laptop.random = lambda size: b"\x01\x02\x03\x04\x05\x06\x07\x08"[:size].ljust(size, b"\x05")


STOPPED: dict[str, tuple[Tamper, str]] = {
    "the network comes up": (network_up, "ENV-GATE"),
    "the plan's words are not those on paper": (other_words, "PLN-WORDS"),
    "another host": (replaced(api_url="https://api.dfns.example"), "SIG-PLACE"),
    "another organisation": (replaced(organisation="or-other"), "SIG-PLACE"),
    "other signers": (other_signers, "SIG-PIN"),
    "one key for two signers": (signer_twice, "SIG-UNIQUE"),
}
"""What ends the ceremony before a key is entered."""


@pytest.mark.parametrize("name", STOPPED)
def test_it_stops_before_a_key_is_entered(name: str) -> None:
    tamper, control = STOPPED[name]
    laptop = importing()
    tamper(laptop)
    with pytest.raises(CeremonyError) as refused:
        import_ceremony(laptop.room)
    assert refused.value.control is not None, refused.value.message
    assert refused.value.control.id == control
    assert laptop.requests == []


def receipt(**changes: object) -> Callable[[ImportReceipt], ImportReceipt]:
    return lambda message: msgspec.structs.replace(message, **changes)


def header(**changes: object) -> Tamper:
    def tamper(laptop: Laptop) -> None:
        laptop.replies[1] = receipt_reply(receipt(**changes))

    return tamper


def signers_of_a_rehearsal(laptop: Laptop) -> None:
    laptop.replies[0] = signers_reply(laptop, environment="rehearsal")


def receipt_in_place_of_signers(laptop: Laptop) -> None:
    laptop.replies[0] = laptop.replies[1]


PASSED_OVER: dict[str, tuple[Tamper, str]] = {
    "another kind": (receipt_in_place_of_signers, "MSG-KIND"),
    "signers of a rehearsal": (signers_of_a_rehearsal, "MSG-ENVIRONMENT"),
    "a receipt of a rehearsal": (header(environment="rehearsal"), "MSG-ENVIRONMENT"),
    "another ceremony": (header(ceremony=b"x" * 16), "MSG-CEREMONY"),
    "a later message": (header(sequence=7), "MSG-SEQUENCE"),
    "a receipt for another request": (header(answers=b"x" * 32), "MSG-ANSWER"),
}
"""Messages that are told, and passed over: the ceremony waits for the right one."""


@pytest.mark.parametrize("name", PASSED_OVER)
def test_it_goes_on_waiting(name: str) -> None:
    tamper, control = PASSED_OVER[name]
    laptop = importing()
    tamper(laptop)
    with pytest.raises(CeremonyError, match="nothing more comes"):
        import_ceremony(laptop.room)
    assert control in laptop.refused_by


def outcome(**changes: object) -> Tamper:
    def change(message: ImportReceipt) -> ImportReceipt:
        changed = msgspec.structs.replace(message.outcomes[0], **changes)
        return msgspec.structs.replace(message, outcomes=(changed,))

    def tamper(laptop: Laptop) -> None:
        laptop.replies[1] = receipt_reply(change)

    return tamper


G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")

LOUD: dict[str, tuple[Tamper, str]] = {
    "Dfns made another key": (outcome(public_key=G), "IMP-RECEIPT"),
    "another address": (
        outcome(address="0x9858EfFD232B4033E47d90003D41EC34EcaEda94"),
        "IMP-RECEIPT-ADDRESS",
    ),
    "no address": (outcome(address=""), "IMP-RECEIPT-ADDRESS"),
}


@pytest.mark.parametrize("name", LOUD)
def test_the_receipt_is_loud(name: str) -> None:
    tamper, control = LOUD[name]
    laptop = importing()
    tamper(laptop)
    ended = import_ceremony(laptop.room)
    assert [one.status for one in ended.told] == ["mismatch"]
    assert "STOP" in ended.told[0].todo
    assert laptop.refused_by == [control]


def test_a_receipt_about_other_keys() -> None:
    laptop = importing()
    outcome(label="two")(laptop)
    with pytest.raises(CeremonyError) as refused:
        import_ceremony(laptop.room)
    assert refused.value.control is not None
    assert refused.value.control.id == "MSG-COUNT"


def test_a_message_that_was_taken_is_not_taken_again() -> None:
    """MSG-REPLAY: by the conversation; the medium passes over what is known before that."""
    laptop = importing()
    first = laptop.replies[0]
    laptop.replies[:] = [first, first, receipt_reply()]
    assert import_ceremony(laptop.room).complete


EXPECTED = """
[[keys]]
label = "one"
source = "hex"
network = "Ethereum"
expect = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
"""


def test_another_address_than_planned_stops_before_anything_is_split() -> None:
    laptop = importing(EXPECTED)
    with pytest.raises(CeremonyError) as refused:
        import_ceremony(laptop.room)
    assert refused.value.control is not None
    assert refused.value.control.id == "IMP-ADDRESS"
    assert laptop.requests == []


def test_a_problem_of_the_machine_is_told_in_a_rehearsal_and_refused_in_production() -> None:
    for environment, stops in (("rehearsal", False), ("production", True)):
        laptop = importing(environment=environment)
        network_up(laptop)
        if stops:
            with pytest.raises(CeremonyError, match="not fit for a ceremony"):
                import_ceremony(laptop.room)
        else:
            assert import_ceremony(laptop.room).complete
            assert any("would be refused in production" in line for line in laptop.desk.shown)


def test_the_network_comes_up_in_the_middle() -> None:
    """The gate is asked again before each secret and before each message leaves."""
    laptop = importing()
    calls: list[int] = []

    def machine() -> tuple[Problem, ...]:
        calls.append(1)
        return (Problem("network", "eth0 is up", "unplug it"),) if len(calls) == 3 else ()

    with pytest.raises(CeremonyError, match="not fit for a ceremony"):
        import_ceremony(replace(laptop.room, machine=machine))
    assert laptop.requests == []


def test_the_transcript_has_every_control_that_passed() -> None:
    laptop = importing()
    import_ceremony(laptop.room)
    passed = {control.id for control in laptop.record.passed_controls}
    assert passed >= {
        *("ENV-SELF-TEST", "ENV-GATE", "PLN-WORDS", "SIG-PLACE", "SIG-UNIQUE", "SIG-PIN"),
        *("SIG-WORDS", "IMP-ADDRESS", "IMP-DESTINATION", "IMP-KEY", "IMP-THRESHOLD"),
        *("IMP-SHARING", "IMP-EPHEMERAL", "IMP-RECEIPT", "IMP-RECEIPT-ADDRESS", "MSG-COUNT"),
        *("MSG-KIND", "MSG-ENVIRONMENT", "MSG-REPLAY", "MSG-CEREMONY", "MSG-SEQUENCE"),
        "MSG-ANSWER",
    }


def test_the_steps_are_those_of_the_script() -> None:
    laptop = importing()
    import_ceremony(laptop.room)
    assert tuple(laptop.desk.steps) == steps_of("import-wallets", people_entropy=False)


def test_wrong_words_of_the_signers_stop_it() -> None:
    """SIG-WORDS: the plan's pin is right, and the paper from the second host says otherwise."""
    laptop = importing()
    right = laptop.desk.answer

    def answer(question: str) -> str:
        wrong = "aardvark adroitness absurd adviser"
        return wrong if "the signers' fingerprint" in question else right(question)

    laptop.desk.answer = answer
    with pytest.raises(CeremonyError) as refused:
        import_ceremony(laptop.room)
    assert refused.value.control is not None
    assert refused.value.control.id == "SIG-WORDS"
    assert laptop.requests == []


def test_a_self_test_that_fails_stops_everything() -> None:
    """ENV-SELF-TEST: each test's answer decides; one that is wrong is named."""
    with pytest.raises(CeremonyError, match="self-test ECIES") as refused:
        run_self_tests(lambda _: None, {"HKDF": lambda: True, "ECIES": lambda: False})
    assert refused.value.control is not None
    assert refused.value.control.id == "ENV-SELF-TEST"
    assert len(run_self_tests(lambda _: None)) >= 7
