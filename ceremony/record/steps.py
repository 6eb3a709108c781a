"""The steps of each ceremony, in their order: the screens and the printed script show these.

A step of the program is one function that begins with ``desk.step(STEP)``; a test checks
that a ceremony shows the steps of its list, and no others.
"""

from dataclasses import dataclass

from ceremony.record.plan import Operation, Role


@dataclass(frozen=True, slots=True)
class Step:
    """``who`` acts in it; ``does`` is what people do, one sentence a line of the script.

    ``aloud`` is what is read aloud and compared, with a box for it in the script.
    """

    name: str
    title: str
    who: tuple[Role, ...]
    does: tuple[str, ...]
    aloud: tuple[str, ...] = ()


SELF_TESTS = Step(
    "self-tests",
    "The laptop tests itself",
    ("administrator", "witness"),
    (
        "The program computes known answers and reads the machine's facts.",
        "A failed test, and on production each fact that the gate refuses, ends the ceremony.",
    ),
)

PLAN = Step(
    "plan",
    "The plan and the people",
    ("administrator", "witness"),
    (
        "The administrator types the words of the plan's digest at the places that the program "
        "asks for, read from the paper copy.",
        "Each person of the plan is present, or the deviation is noted.",
    ),
    ("the words of the plan's digest",),
)

ENTROPY = Step(
    "entropy",
    "Entropy of people",
    ("witness", "custodian"),
    ("Each person present types what dice or cards gave; it is added to the machine's own.",),
)

SIGNERS = Step(
    "signers",
    "The signers of Dfns",
    ("administrator", "operator", "witness"),
    (
        "The relay sends the signers that Dfns named to it.",
        "Their fingerprint must be the plan's; the administrator types its words at the places "
        "that the program asks for, read from the paper that the second host's words are on.",
    ),
    ("the words of the signers' fingerprint, from the second host and from Dfns",),
)

SOURCES = Step(
    "sources",
    "The keys are entered",
    ("administrator", "custodian", "witness"),
    (
        "Each source is entered once. Every key must have the address that the plan expects.",
        "The table of labels, networks and addresses is compared with the paper, page by page.",
    ),
)

IMPORT_REQUEST = Step(
    "import-request",
    "Split, check, encrypt, send",
    ("administrator", "operator"),
    (
        "Every key is split, the shares are checked, and each is encrypted to its signer.",
        "The request goes to the relay; its operator types words of its digest, read from here.",
    ),
    ("the words of the request's digest",),
)

IMPORT_RECEIPT = Step(
    "import-receipt",
    "The receipt",
    ("administrator", "witness"),
    (
        "For every key the receipt names the public key, the wallet and the address.",
        "What was refused, is pending or unknown is named with what to do.",
    ),
)

STATE = Step(
    "state",
    "The decryption key, sealed",
    ("administrator", "custodian"),
    (
        "A new decryption key is sealed under a passphrase, written, read back and opened.",
        "The passphrase is kept apart from the file until the end of the ceremony.",
    ),
)

EXPORT_REQUEST = Step(
    "export-request",
    "The export is asked for",
    ("administrator", "operator"),
    (
        "The table of keys, ids and files is compared with the paper, page by page.",
        "The request goes to the relay; its operator types words of its digest, read from here.",
    ),
    ("the words of the request's digest",),
)

EXPORT_RESPONSE = Step(
    "export-response",
    "The keys come back",
    ("administrator", "custodian", "witness"),
    (
        "Every key is recovered under the public key that the plan expects.",
        "It is written in its form where the plan says, and read back.",
    ),
)

CLOSE = Step(
    "close",
    "The end",
    ("administrator", "witness", "operator"),
    (
        "What was done, what was not, and what may be destroyed is read aloud.",
        "The words of the transcript's fingerprint are written on the paper, and signed.",
    ),
    ("the words of the transcript's fingerprint",),
)

_BEGIN = (SELF_TESTS, PLAN)
_IMPORT = (SIGNERS, SOURCES, IMPORT_REQUEST, IMPORT_RECEIPT, CLOSE)
_EXPORT = (STATE, EXPORT_REQUEST, EXPORT_RESPONSE, CLOSE)


def steps_of(operation: Operation, people_entropy: bool) -> tuple[Step, ...]:
    """The steps of a ceremony on the laptop, in their order."""
    entropy = (ENTROPY,) if people_entropy else ()
    return (*_BEGIN, *entropy, *(_EXPORT if operation == "export-keys" else _IMPORT))


RELAY_SIGNERS = Step(
    "relay-signers",
    "The relay sends the signers",
    ("operator",),
    ("The relay shows host, organisation and environment, and sends what Dfns names.",),
)

RELAY_RETURNS = Step(
    "relay-returns",
    "The relay brings back what the laptop lost",
    ("operator",),
    ("The relay sends the plan, the laptop's own request, and of an export the sealed state.",),
)

RELAY_ANSWERS = Step(
    "relay-answers",
    "The relay answers the laptop",
    ("operator", "administrator"),
    (
        "Each request is compared as a whole with the laptop's table.",
        "The operator types words of its digest, read from the laptop's screen; then it posts.",
    ),
    ("the words of each request's digest",),
)

RELAY_CLOSES = Step(
    "relay-closes",
    "The end",
    ("operator", "witness"),
    ("The words of the transcript's fingerprint are compared with the laptop's.",),
    ("the words of the transcript's fingerprint",),
)

RELAY_STEPS = (RELAY_SIGNERS, RELAY_ANSWERS, RELAY_CLOSES)

RELAY_RETURN_STEPS = (RELAY_RETURNS, RELAY_ANSWERS, RELAY_CLOSES)
"""Those of `ceremony-relay run --resume`; no script is printed for it."""
