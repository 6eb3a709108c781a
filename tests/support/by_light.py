"""A whole import and a whole export by light, by the people of both sides, key by key."""

import re
import time
from collections.abc import Sequence

from tests.support.ceremony_page import EXPORT, IMPORT
from tests.support.two_laptops import Side, TwoLaptops
from tests.support.whole_day import WORDS, of_words

FRAME = re.compile(
    "\N{BOX DRAWINGS LIGHT DOWN AND RIGHT}.*\N{BOX DRAWINGS LIGHT UP AND LEFT}", re.DOTALL
)
"""What is shown to be copied stands in one."""


def plan_the_import(both: TwoLaptops) -> None:
    both.world.write_plan("import-wallets", IMPORT)
    _entitled(both)


def plan_the_export(both: TwoLaptops) -> None:
    """Of the wallet that the import made."""
    (wallet,) = both.world.get("/wallets")["items"]
    public_key = of_words("m/44'/60'/0'/0/0", "secp256k1").public_key.hex()
    both.world.write_plan("export-keys", EXPORT.format(wallet=wallet["id"], public_key=public_key))
    _entitled(both)


def _entitled(both: TwoLaptops) -> None:
    world = both.world
    world.plan = world.plan.replace("A test", "Move the treasury")
    (world.folder / "plan.toml").write_text(world.plan)


def begin(both: TwoLaptops, command: str) -> None:
    """Both programs start; the plan and the people are confirmed at the laptop."""
    both.start_relay()
    both.start_laptop(command)
    plan_comes(both)


def plan_comes(both: TwoLaptops) -> None:
    """The laptop has the plan: its words are confirmed from paper, and the people are there."""
    laptop = both.laptop
    laptop.sees("of the plan's digest, as")
    both.album("the plan's words are asked for")
    laptop.words("the plan's digest", both.read_aloud("the plan's digest"))
    laptop.sees("is everybody of the plan present?")
    both.album("who is present")
    laptop.types("1\r")


def signers_cross(both: TwoLaptops) -> None:
    """The laptop looks at the relay's screen, and people compare what it read."""
    laptop = both.laptop
    both.relay.shows_codes()
    both.album("the relay shows the signers")
    laptop.sees("of the signers' fingerprint, as")
    both.album("the signers are here")
    laptop.words("the signers' fingerprint", both.read_aloud("the signers' fingerprint"))


def request_crosses(both: TwoLaptops) -> None:
    """The relay reads the request; its operator compares it with the laptop's screen."""
    laptop, relay = both.sides
    words = laptop.read_digest()
    laptop.shows_codes()
    both.album("the laptop shows the request")
    relay.sees("page 1 of")
    both.album("the relay's operator compares")
    relay.confirms()
    relay.sees("of the request's digest, as")
    both.album("the request's words are asked for")
    relay.words("the request's digest", words)


def close(both: TwoLaptops) -> None:
    """The relay has the last message; the laptop's people say so where it has not heard it."""
    laptop, relay = both.sides
    relay.sees("The program has come to its end")
    both.album("the end at the relay")
    while "The program has come to its end" not in laptop.at.screen:
        if laptop.shows_window():
            laptop.screen.press("Return")
        laptop.until(lambda text: laptop.shows_window() or "has come to its end" in text, "the end")
    both.album("the end at the laptop")
    for side in both.sides:
        assert side.ends() == 0, side.at.screen


def back_to_the_menu(both: TwoLaptops, pause: float = 1.0) -> None:
    """As ``close``, where the laptop is the live image: it goes back to its menu. ``pause`` is for
    how many seconds a key is given to the laptop before the next one.
    """
    laptop, relay = both.sides
    relay.sees("The program has come to its end")
    menu, ended = "what is to be done?", "The program has come to its end"
    while True:
        text = laptop.until(
            lambda text: laptop.shows_window() or menu in text or ended in text, "the end"
        )
        if laptop.shows_window():
            laptop.screen.press("Return")
        elif menu in text:
            break
        else:
            laptop.types("\r")
        time.sleep(pause)
    laptop.sees(menu, "came to its end")
    assert relay.ends() == 0


def enter_the_words(both: TwoLaptops) -> None:
    """Twelve words by their first letters, and the page of what they are the keys of."""
    laptop = both.laptop
    laptop.sees("bip39 of source words:")
    laptop.types("".join(f"{word[:4]} " for word in WORDS.split()))
    laptop.sees("12 words of")
    both.album("the words are typed")
    laptop.types("\r")
    laptop.sees("page 1 of")
    both.album("the laptop's people compare")
    laptop.confirms()


def made_passphrase(both: TwoLaptops, what: str) -> None:
    """A passphrase that the laptop makes goes onto paper, and is typed from it."""
    laptop = both.laptop
    laptop.sees(f"passphrase for the {what}", "made")
    laptop.types("1\r")
    laptop.sees("write this passphrase on paper")
    laptop.types("s")
    laptop.until(lambda _: len(in_frame(laptop)) == 10, "a passphrase of ten words")
    copied = in_frame(laptop)
    assert stands(copied, laptop)
    both.album(f"a passphrase is copied for the {what}")
    laptop.types("\r")
    laptop.sees("type it from the paper:")
    assert not stands(copied, laptop), "a passphrase stays on the screen"
    laptop.types(" ".join(copied) + "\r")


def stands(passphrase: Sequence[str], side: Side) -> bool:
    """Whether a part of it is on the screen: three words in their order. One alone may be
    a digest's word, which are of the same list.
    """
    screen = " ".join(re.findall("[a-z]+", side.at.screen))
    return any(" ".join(passphrase[i : i + 3]) in screen for i in range(len(passphrase) - 2))


def in_frame(side: Side) -> list[str]:
    found = FRAME.search(side.at.screen)
    return re.findall("[a-z]+", found[0]) if found else []


def whole_import(both: TwoLaptops) -> None:
    plan_the_import(both)
    begin(both, "import")
    signers_cross(both)
    enter_the_words(both)
    request_crosses(both)
    both.laptop.sees("treasury hot: done: wallet wa-")
    close(both)


def whole_export(both: TwoLaptops) -> None:
    """After ``whole_import``."""
    plan_the_export(both)
    begin(both, "export")
    made_passphrase(both, "sealed state")
    both.laptop.sees("page 1 of")
    both.album("what leaves Dfns is compared")
    both.laptop.confirms()
    request_crosses(both)
    made_passphrase(both, "keystore-v3 of treasury hot")
    both.laptop.sees("treasury hot: done: keystore-v3: treasury-hot.json")
    close(both)
