"""Questions at the full screen: right, wrong and odd answers, and nothing by accident."""

import pytest

from ceremony.desk.port import Choice, Desk
from ceremony.desk.screen_ask import one_line
from ceremony.errors import CeremonyError, Control, Failure
from tests.support.screens import Room, play

NUMBER = Control("DSK-PAGE", "only to have a name here")
CHOICES = [Choice("all", "everybody"), Choice("missing", "somebody", "it is noted")]


def digits(text: str) -> str:
    if text.isdigit():
        return f"number {text}"
    raise NUMBER.refusal(Failure.USAGE, "that is not a number", hint="type digits")


def test_a_refused_answer_is_kept_and_told_with_control_and_hint() -> None:
    async def people(room: Room) -> None:
        await room.sees("how many?", "Type the answer, then press Enter.")
        await room.types("ten", "enter")
        await room.sees("> ten", "ERROR DSK-PAGE: that is not a number", "hint: type digits")
        await room.press("backspace", "backspace", "backspace")
        await room.types("10", "enter")
        await room.sees("has come to its end")

    app = play(lambda desk: desk.ask("how many?", digits), people)
    assert app.outcome() == "number 10"


def test_blanks_around_an_answer_do_not_count_and_an_empty_one_is_an_answer() -> None:
    async def people(room: Room) -> None:
        await room.sees("press Enter:")
        await room.types("  ", "enter")
        await room.sees("has come to its end")

    assert play(lambda desk: desk.ask("press Enter:", str), people).outcome() == ""


def test_accept_runs_in_the_ceremonys_own_thread() -> None:
    """It may use what belongs to that thread, and may take long."""
    import threading

    names = []

    def accept(text: str) -> str:
        names.append(threading.current_thread().name)
        return text

    async def people(room: Room) -> None:
        await room.sees("what?")
        await room.types("x", "enter")
        await room.sees("has come to its end")

    play(lambda desk: desk.ask("what?", accept), people)
    assert names == ["ceremony"]


def test_an_answer_that_cancels_ends_it() -> None:
    def accept(text: str) -> str:
        raise CeremonyError(Failure.CANCELLED, "no more", hint="later")

    async def people(room: Room) -> None:
        await room.sees("what?")
        await room.press("enter")
        await room.sees("It ends here:", "ERROR no more")

    app = play(lambda desk: desk.ask("what?", accept), people)
    with pytest.raises(CeremonyError, match="no more"):
        app.outcome()


def test_nothing_is_chosen_by_accident() -> None:
    async def people(room: Room) -> None:
        first = await room.sees("who is here?", "[ ] 1 all: everybody", "[ ] 2 missing")
        assert "[x] 1" not in first
        await room.press("enter", "enter", "space", "9", "0", "x")
        await room.sees("mark an answer first")
        await room.press("down")
        await room.sees("[x] 1 all", "[ ] 2 missing")
        await room.press("up")
        await room.sees("[ ] 1 all", "[x] 2 missing: somebody (it is noted)")
        await room.press("1", "enter")
        await room.sees("has come to its end")

    assert play(lambda desk: desk.choose("who is here?", CHOICES), people).outcome() == "all"


def test_the_large_text_and_the_contrast_change_nothing_that_was_typed() -> None:
    async def people(room: Room) -> None:
        await room.sees("what?", "STEPS")
        await room.types("half a")
        await room.press("f4")
        large = await room.sees("> half a")
        assert "STEPS" not in large
        await room.press("f3")
        assert room.app.theme == "desk-contrast"
        await room.press("f4", "f3")
        await room.sees("> half a", "STEPS")
        assert room.app.theme == "desk"
        await room.types("n answer", "enter")
        await room.sees("has come to its end")

    assert play(lambda desk: desk.ask("what?", str), people).outcome() == "half an answer"


def test_what_was_shown_before_can_be_read_back() -> None:
    def script(desk: Desk) -> None:
        desk.show(*(f"fact number {number}" for number in range(100)))
        desk.ask("read all?", str)

    async def people(room: Room) -> None:
        last = await room.sees("read all?", "fact number 99")
        assert "fact number 0" not in last
        for _ in range(8):
            await room.press("pageup")
        assert "fact number 99" not in await room.sees("fact number 0", "fact number 5")
        for _ in range(8):
            await room.press("pagedown")
        await room.sees("fact number 99")

    play(script, people)


WORDS = "words 3, 8, 9, 30 of the plan's digest, as the paper has them, from 1 to 32:"


def test_words_of_the_list_are_shown_below_what_is_typed_and_tab_completes() -> None:
    """By the place's own table, in one line, and gone between two words."""

    async def people(room: Room) -> None:
        await room.sees(WORDS[:40], "Tab")
        await room.types("s")
        await room.settled()
        assert "sailboat" not in room.text
        await room.types("a")
        await room.sees("sailboat, sawdust")
        assert "sandalwood" not in room.text  # the other table's
        await room.press("tab")
        await room.sees("> sa", "sailboat, sawdust")
        await room.types("w", "tab")
        await room.sees("> sawdust")
        assert "sailboat" not in room.text
        # Place 8 is of the other table.
        await room.types("sa")
        await room.sees("sandalwood")
        await room.types("ndalwood, al z")
        await room.settled()
        assert "sandalwood, s" not in room.text
        await room.types("q", "tab")
        await room.types("x" * 40, "enter")
        await room.sees("has come to its end")

    typed = play(lambda desk: desk.ask(WORDS, str), people).outcome()
    assert typed == f"sawdust sandalwood, al zq{'x' * 40}"


def test_too_many_words_are_cut_to_a_line() -> None:
    words = [f"word{number:02}" for number in range(40)]
    line = one_line(words, 60)
    assert len(line) <= 60
    assert line.startswith("word00, word01")
    assert line.endswith(", ...")
    assert one_line(words[:3], 60) == "word00, word01, word02"
    assert one_line(["long" * 30], 60) == "long" * 30


def test_another_question_has_no_words() -> None:
    async def people(room: Room) -> None:
        await room.sees("words 3, 4:")
        await room.types("sa", "tab")
        await room.settled()
        assert "sawdust" not in room.text
        assert "Tab" not in room.text
        await room.press("enter")
        await room.sees("has come to its end")

    assert play(lambda desk: desk.ask("words 3, 4:", str), people).outcome() == "sa"
