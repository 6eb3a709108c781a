"""Texts that try to deceive whoever reads a screen, and what no output may have of them."""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

FORGED = "FORGED"
"""Begins every line that a text from outside tries to draw by itself."""

BLOCK = "\n".join(
    [
        f"{FORGED} signers     0000 1111 2222 3333 4444 5555 6666 7777",
        f"{FORGED}: error: nothing was posted",
        f"{FORGED} Step 9 of 9: the ceremony is over",
    ]
)

TEXTS = {
    "clear screen": f"\x1b[2J\x1b[H\x1b[32m{FORGED}: done\x1b[0m",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "title": "\x1b]0;another window\x1b\\",
    "C1": "\x9b2J\x9b1;1H\x90q\x9c",
    "new lines": f"wa-1\n{BLOCK}\n",
    "other line ends": f"wa-1\v{FORGED}\f{FORGED}\x85{FORGED}\u2028{FORGED}\u2029{FORGED}",
    "carriage return": f"wa-1\r{FORGED}: done",
    "backspaces": "wa-1" + "\b" * 200 + FORGED,
    "bidi": "wa-\u202e1-aw\u202c \u2066x\u2069 \u200f\u061c",
    "right to left": "\u05d0\u05d1\u05d2 \u0627\u0628 \u0661",
    "zero width": "wa\u200b-\u200d1\ufeff\u2060\u00ad\u180e",
    "spaces": "wa-1" + " " * 70 + FORGED,
    "other spaces": "wa-1" + "\u00a0\u2003\u3000\u3164\u2800" * 20 + FORGED,
    "NUL": "wa-1\x00\x7f",
    "tags": "wa\U000e0001\U000e0061\ufe0f\U000e0100",
    "piles": "wa" + "\u0301\u0489\u20dd" * 60 + "\U0001f469\u200d\U0001f4bb",
}
"""By what they do. None of them is a text that Dfns gives."""

LONE = {"lone surrogate": "wa-\ud83d"}
"""What JSON can write in escapes, and UTF-8 cannot."""

HUGE = "wa-1" + "A" * 5_000_000

ALL = "".join(TEXTS.values())
"""Everything at once, where a run for each text would take too long."""

MAX_LINE = 1200
MAX_TOTAL = 100_000
MAX_BLANKS = 20
"""Spaces in a row. The columns that the programs draw themselves need 13."""


def check_shown(output: str, ours: str = "") -> None:
    """Nothing in an output can deceive: independent of how the programs do it.

    ``ours`` are characters beyond letters that the program itself draws.
    """
    for character in set(output) - {"\n", *ours}:
        category = unicodedata.category(character)
        bidi = unicodedata.bidirectional(character)
        assert character == " " or category[0] not in "CZM", ascii(character)
        assert bidi not in ("R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF"), ascii(character)
        assert character not in "\u3164\u115f\u1160\uffa0\u2800", ascii(character)
    assert " " * MAX_BLANKS not in output, "a run of spaces that no program of ours draws"
    assert len(output) < MAX_TOTAL, len(output)
    for line in output.split("\n"):
        assert len(line) <= MAX_LINE, line[:200]
        assert not line.strip().startswith(FORGED), line


def text_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts are in JSON, TOML or MessagePack: of lists the first and last entry."""
    match value:
        case str():
            yield path
        case dict():
            for name, one in value.items():
                yield from text_paths(one, (*path, name))
        case list() | tuple():
            for index in sorted({0, len(value) - 1} & set(range(len(value)))):
                yield from text_paths(value[index], (*path, index))


def with_text(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy of ``value`` with ``text`` at ``path``."""
    if not path:
        return text
    if isinstance(value, dict):
        return {k: with_text(v, path[1:], text) if k == path[0] else v for k, v in value.items()}
    return [with_text(v, path[1:], text) if i == path[0] else v for i, v in enumerate(value)]


Mutate = Callable[[str, Any], Any]

PLAN_TOML = """
format = 1
title = "A test"
environment = "rehearsal"
operation = "import-keys"
[dfns]
api = "https://api.dfns.io"
organisation = "or-1"
signers = "00"
[[people]]
name = "Ada"
role = "administrator"
[[sources]]
name = "words"
format = "bip39"
[[keys]]
label = "one"
source = "words"
path = "m/0"
network = "Ethereum"
"""
"""A plan in which every value can be replaced."""
