"""Every screen once, as golden text: the cells and the styles that a console of 8 colours gets.

Written again by ``python -m tests.support.screen_shots``; what changed is read in the diff.
"""

from collections.abc import Callable
from pathlib import Path

from ceremony.desk.digests import numbered_words
from ceremony.desk.port import Choice, Desk, Table
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.link.progress import Receiving
from ceremony.offline.word_lists import BIP39_WORDS
from ceremony.record.steps import IMPORT_RECEIPT, PLAN, SELF_TESTS, SOURCES
from ceremony.secret import Secret
from tests.support.screens import STEPS, Room, coloured, play

FOLDER = Path(__file__).parents[1] / "desk" / "golden"

REFUSAL = CeremonyError(
    Failure.SIGNERS,
    "the relay's signers are not those that the plan pins",
    hint="STOP: find out who changed them",
    control=Control("SIG-PIN", "the signers have the fingerprint that the plan pins"),
)

TABLE = Table(
    "keys that go into or-1 at https://api.dfns.io",
    ("label", "route", "network", "name", "public key", "address", "wallets to make"),
    tuple(
        (
            f"treasury {number}",
            "POST /wallets/import, CGGMP21 on secp256k1, 3 of 5 signers",
            "Cardano",
            f"wallet {number}",
            "02" + f"{number:02x}" * 32,
            f"addr1qx{number:03d}" + "2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqw" * 2,
            "none",
        )
        for number in range(1, 26)
    ),
)

Keys = tuple[str, ...]
Shot = tuple[Callable[[Desk], object], str, Keys]
"""What is asked, what is seen when it can be answered, and the keys that are pressed then."""


def _opened(environment: str, then: Callable[[Desk], object]) -> Callable[[Desk], object]:
    def script(desk: Desk) -> object:
        desk.open("Move the treasury", environment, STEPS)
        desk.step(SELF_TESTS)
        desk.show("self-tests passed: sharing on secp256k1, sharing on stark, ECIES, HKDF")
        desk.step(PLAN)
        desk.show(*numbered_words(bytes(range(32))))
        return then(desk)

    return script


def _fails(desk: Desk) -> None:
    desk.step(SOURCES)
    desk.note("Cyd Witness is away, Dan stands in")
    raise REFUSAL


def _refused(text: str) -> str:
    raise REFUSAL


def _works(desk: Desk) -> None:
    desk.step(IMPORT_RECEIPT)
    desk.error(REFUSAL)
    desk.progress(Receiving(30, 120))
    while not desk.key():
        desk.progress(Receiving(30, 120))


DIGEST_WORDS = "words 3, 8, 9, 30 of the plan's digest, as the paper has them, from 1 to 32:"

PEOPLE = [
    Choice("all", "everybody is here"),
    Choice("missing", "somebody is missing", "it is noted in the transcript"),
]

ASKED: dict[str, Shot] = {
    "ask": (lambda desk: desk.ask("words 3, 4 of the plan's digest:", str), "words 3", ("a", "b")),
    "ask-refused": (lambda desk: desk.ask("words 3, 4:", _refused), "words 3", ("a", "enter")),
    "digest-words": (
        lambda desk: desk.ask(DIGEST_WORDS, str), "words 3, 8", (*"accrue", "space", *"ba")
    ),
    "choose": (lambda desk: desk.choose("is everybody here?", PEOPLE), "everybody", ()),
    "choose-marked": (lambda desk: desk.choose("is everybody here?", PEOPLE), "everybody", ("2",)),
    "leave": (lambda desk: desk.ask("words 3, 4:", str), "words 3", ("escape",)),
    "secret": (lambda desk: desk.secret("passphrase of x:"), "passphrase", tuple("hunter")),
    "secret-lines": (
        lambda desk: desk.secret("pem of source x:", lines=True), "pem of", ("a", "enter", "b"),
    ),
    "secret-shown": (lambda desk: desk.secret("passphrase:"), "passphrase", (*"hunter", "f2")),
    "words": (
        lambda desk: desk.words("bip39 of source x:", (12, 24), BIP39_WORDS.whole), "bip39",
        (*"aban", "space", *"zoo", "space", *"abou"),
    ),
    "words-refused": (
        lambda desk: desk.words("bip39 of source x:", (12, 24), BIP39_WORDS.whole), "bip39",
        (*"aban", "space", *"qqqq", "space"),
    ),
    "copy": (lambda desk: desk.reveal("write this down:", Secret(b"alpha beta")), "write", ()),
    "copy-shown": (
        lambda desk: desk.reveal("write this down:", Secret(b"alpha beta")), "write", ("s",)
    ),
    "compare": (lambda desk: desk.compare(TABLE), "of 25", ()),
    "compare-wrong": (
        lambda desk: desk.compare(TABLE), "of 25", (*"same", "enter"),
    ),
    "work": (_works, "30 of 120 frames", ()),
    "end": (lambda desk: desk.show("done: all of it"), "has come to its end", ()),
    "end-refused": (_fails, "It ends here", ()),
}  # fmt: skip


def taken(name: str) -> str:
    """The golden text of one screen."""
    kind, _, asked = name.partition(".")
    script, seen, keys = ASKED[asked]
    found: list[str] = []

    async def people(room: Room) -> None:
        await room.sees(seen)
        await room.press(*keys)
        await room.settled()
        found.append(coloured(room.app.screen))

    large = kind == "large"
    play(
        _opened("production" if kind == "production" else "rehearsal", script),
        people,
        size=(80, 24) if large else (100, 30),
        large=large,
        contrast=kind == "contrast",
    )
    return found[0] + "\n"


NAMES = (
    *(f"production.{name}" for name in ASKED),
    *(f"rehearsal.{name}" for name in ("ask", "compare", "end")),
    *(f"large.{name}" for name in ("ask", "choose-marked", "digest-words", "words", "compare")),
    *(f"contrast.{name}" for name in ("ask-refused", "choose-marked")),
)

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for shot in NAMES:
        (FOLDER / f"{shot}.txt").write_text(taken(shot))
