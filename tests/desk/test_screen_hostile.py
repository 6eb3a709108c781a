"""Texts from outside at every place of the full screen: they are shown, and do nothing."""

import unicodedata
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest
from textual import events

from ceremony.desk.lines import columns
from ceremony.desk.port import Awaiting, Choice, Desk, Table, Working
from ceremony.desk.screen_ask import Typed
from ceremony.errors import CeremonyError, Failure
from ceremony.link.progress import Unreadable
from ceremony.record.steps import Step
from tests.support.hostile_texts import ALL, FORGED, HUGE, LONE, TEXTS
from tests.support.screens import Room, coloured, play

MARKUP = {
    "markup": "[/] [bold red]FORGED[/bold red] [@click=app.bell]x[/] [t=x, v={'a[0]'}] a[/",
    "backslashes": "\\[x] \\\\[/b] [link=file:///etc/passwd]x[/link] $text-error [$error]",
    "huge": HUGE,
}
HOSTILE = [pytest.param(text, id=name) for name, text in (TEXTS | LONE | MARKUP).items()]

PLACES: dict[str, Callable[[Desk, str], Any]] = {
    "question": lambda desk, text: desk.ask(text, str),
    "refusal": lambda desk, text: desk.ask("what?", refuses(text)),
    "choice": lambda desk, text: desk.choose(text, [Choice("a", text, text), Choice("b", text)]),
    "secret": lambda desk, text: desk.secret(text),
    "words": lambda desk, text: desk.words(text, (12,), refuses(text)),
    "table": lambda desk, text: desk.compare(
        Table(text, ("label", text), ((text, text), ("x", "y")), text)
    ),
    "progress": lambda desk, text: working(desk, text),
    "end": lambda desk, text: refuses(text)(""),
}


def refuses(text: str) -> Callable[[str], str]:
    def accept(_: str) -> str:
        raise CeremonyError(Failure.USAGE, f"no: {text}", hint=text)

    return accept


def working(desk: Desk, text: str) -> None:
    desk.progress(Unreadable(Failure.KIND, text, text))
    for progress in (Working(text, 1, 2), Awaiting(text)):
        while not desk.key():
            desk.progress(progress)
            sleep(0.01)


def check_cells(lines: list[str]) -> None:
    """What is in the cells can deceive nobody; independent of how the desk does it."""
    for character in set("".join(lines)) - set("\u2500\u2502\u250c\u2510\u2514\u2518\u2026"):
        category = unicodedata.category(character)
        assert character == " " or category[0] not in "CZM", ascii(character)
        bidi = unicodedata.bidirectional(character)
        assert bidi not in ("R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF"), ascii(character)
        assert character not in "\u3164\u115f\u1160\uffa0\u2800", ascii(character)
    for line in lines:
        main = line.rpartition("\u2502")[2][1:]
        assert not main.startswith(FORGED), line


@pytest.mark.parametrize("text", [*HOSTILE, pytest.param(ALL, id="all")])
def test_hostile_text_where_lines_are_shown(text: str) -> None:
    def script(desk: Desk) -> None:
        step = Step("a", text, ("witness",), (text,))
        desk.open(text, "production", [step])
        desk.step(step)
        desk.show(text, f"  {text}", columns(text, text, widths=(12,)))
        desk.note(text)
        desk.error(CeremonyError(Failure.MALFORMED, text, hint=text))
        desk.ask("all shown?", str)

    async def people(room: Room) -> None:
        await room.sees("all shown?")
        for _ in range(6):
            check_cells(room.lines)
            await room.press("pageup")
        assert "\x1b" not in coloured(room.app.screen)
        await room.press("f4", "enter")

    play(script, people)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [ALL, MARKUP["markup"], MARKUP["backslashes"]])
def test_hostile_text_at_each_place(place: str, text: str) -> None:
    async def people(room: Room) -> None:
        await room.until(lambda: len(room.app.screen_stack) > 1 or place == "progress")
        await room.until(lambda: "NOW: " in room.text)
        await room.settled()
        check_cells(room.lines)
        await room.press("a", "space", "enter")
        check_cells(room.lines)
        await room.press("pagedown", "f4")
        check_cells(room.lines)

    play(lambda desk: PLACES[place](desk, text), people)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_pasted_into_an_answer_is_made_printable(text: str) -> None:
    async def people(room: Room) -> None:
        await room.sees("what?")
        room.app.screen.query_one(Typed).post_message(events.Paste(f"pasted {text}"))
        field = room.app.screen.query_one(Typed)
        await room.until(lambda: field.value.startswith("pasted"))
        check_cells(room.lines)
        await room.press("enter")
        await room.sees("has come to its end")

    answer = play(lambda desk: desk.ask("what?", str), people).outcome()
    assert "\x1b" not in answer
    assert len(answer) <= 1000
