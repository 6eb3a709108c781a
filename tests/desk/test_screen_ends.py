"""How a full screen works, waits and ends: progress, keys, the way out, refusals and faults."""

import threading
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from ceremony.desk.command import Terminated
from ceremony.desk.port import Awaiting, Choice, Desk, Table, Working
from ceremony.desk.screen_app import DeskApp
from ceremony.desk.screen_progress import Pace, bar, clock
from ceremony.errors import CeremonyError, Failure
from ceremony.link.progress import Foreign, Receiving, Repeated, Unreadable
from ceremony.record.steps import SELF_TESTS
from ceremony.secret import Secret
from tests.support.screens import LEAVING, STEPS, Room, play

END = "has come to its end"

LOOK = 0.01
"""Seconds between two looks of a medium at its light."""

QUESTIONS: dict[str, Callable[[Desk], Any]] = {
    "ask": lambda desk: desk.ask("what?", str),
    "choose": lambda desk: desk.choose("which?", [Choice("a", "b"), Choice("c", "d")]),
    "secret": lambda desk: desk.secret("passphrase:"),
    "words": lambda desk: desk.words("words:", (12,), str),
    "reveal": lambda desk: desk.reveal("write this:", Secret(b"secret")),
    "compare": lambda desk: desk.compare(Table("t", ("a", "b"), (("c", "d"),))),
    "work": lambda desk: forever(desk, Awaiting("signers")),
}


def forever(desk: Desk, progress: Any) -> None:
    while True:
        desk.progress(progress)
        sleep(LOOK)


@pytest.mark.parametrize("name", QUESTIONS)
def test_escape_leaves_each_screen_and_stays_first(name: str) -> None:
    cleared = []

    def script(desk: Desk) -> None:
        desk.open("A test", "rehearsal", STEPS)
        desk.step(SELF_TESTS)
        try:
            QUESTIONS[name](desk)
        finally:
            cleared.append(name)

    async def people(room: Room) -> None:
        await room.sees("Step 1 of 7", "Esc leave")
        await room.press("escape")
        await room.sees("Leave the ceremony?", "[x] 1 stay", f"({LEAVING})")
        await room.press("escape")
        assert "Leave the ceremony?" not in await room.sees("Esc leave")
        await room.press("ctrl+c")
        await room.sees("Leave the ceremony?", "[x] 1 stay")
        await room.press("enter")
        assert "Leave the ceremony?" not in await room.sees("Esc leave")
        await room.press("escape")
        await room.sees("Leave the ceremony?")
        await room.press("down")
        await room.sees("[x] 2 leave")
        await room.press("enter")
        await room.until(lambda: not room.app.is_running, "the end")

    app = play(script, people)
    with pytest.raises(CeremonyError) as caught:
        app.outcome()
    assert caught.value.failure is Failure.CANCELLED
    assert cleared == [name]


@pytest.mark.parametrize("leaves", [False, True])
def test_a_question_waits_while_people_decide_whether_to_leave(leaves: bool) -> None:
    decide = threading.Event()

    def script(desk: Desk) -> Any:
        desk.open("A test", "rehearsal", STEPS)
        desk.step(SELF_TESTS)
        decide.wait()
        return desk.ask("what?", str)

    async def people(room: Room) -> None:
        await room.sees("Step 1 of 7", "Esc leave")
        await room.press("escape")
        await room.sees("Leave the ceremony?", "[x] 1 stay")
        decide.set()
        await room.until(lambda: bool(room.app._held), "the question")
        await room.settled()
        assert "Leave the ceremony?" in room.text
        if leaves:
            await room.press("down", "enter")
            await room.until(lambda: not room.app.is_running, "the end")
            return
        await room.press("enter")
        await room.sees("what?", "Esc leave")
        await room.types("this", "enter")
        await room.sees(END)
        await room.press("enter")

    app = play(script, people)
    if leaves:
        with pytest.raises(CeremonyError) as caught:
            app.outcome()
        assert caught.value.failure is Failure.CANCELLED
    else:
        assert app.outcome() == "this"


def test_what_a_script_catches_does_not_make_an_ended_ceremony_go_on() -> None:
    tries = []

    def script(desk: Desk) -> None:
        while True:
            try:
                desk.ask("what?", str)
            except CeremonyError:
                tries.append(1)
                if len(tries) == 3:
                    raise

    async def people(room: Room) -> None:
        await room.sees("what?")
        await room.press("escape")
        await room.sees("Leave")
        await room.press("2", "enter")
        await room.until(lambda: not room.app.is_running, "the end")

    app = play(script, people)
    assert len(tries) == 3
    with pytest.raises(CeremonyError):
        app.outcome()


def test_a_refusal_is_read_before_the_screen_closes() -> None:
    def script(desk: Desk) -> None:
        desk.open("A test", "production", STEPS)
        raise CeremonyError(Failure.PLAN, "the plan is another one", hint="find the right one")

    async def people(room: Room) -> None:
        await room.sees("It ends here:", "ERROR the plan is another one", "hint: find the right")
        await room.press("x", "space")
        await room.sees("It ends here:")
        await room.press("enter")
        await room.until(lambda: not room.app.is_running, "the end")

    with pytest.raises(CeremonyError, match="the plan is another one"):
        play(script, people).outcome()


def test_a_bug_in_a_ceremony_is_told_by_type_and_place_alone() -> None:
    def script(desk: Desk) -> None:
        secret = "hunter2"
        raise ValueError(f"no {secret}")

    async def people(room: Room) -> None:
        text = await room.sees("a bug in this program: ValueError at test_screen_ends.py:")
        assert "hunter2" not in text + room.app.export_screenshot()
        await room.press("enter")

    with pytest.raises(ValueError, match="no hunter2"):
        play(script, people).outcome()


def test_a_fault_of_the_screen_prints_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    """A word list that fails inside the screen: the ceremony ends, and clears away."""
    ended: list[str] = []

    def whole(text: str) -> str:
        local = f"local {text}"
        raise ZeroDivisionError(local)

    def script(desk: Desk) -> None:
        try:
            desk.words("words:", (12,), whole)
        except KeyboardInterrupt as error:
            ended.append(type(error).__name__)
            raise KeyboardInterrupt("no request has left") from None

    async def people(room: Room) -> None:
        await room.sees("words:")
        await room.types("hunter")
        await room.press("space")

    app: DeskApp[None] | None = None
    apps: list[DeskApp[Any]] = []

    async def kept(room: Room) -> None:
        apps.append(room.app)
        await people(room)

    with pytest.raises(ZeroDivisionError):
        play(script, kept)
    app = apps[0]
    assert ended == ["KeyboardInterrupt"]
    with pytest.raises(CeremonyError) as caught:
        app.outcome()
    assert caught.value.control is not None
    assert caught.value.control.id == "DSK-FAULT"
    assert "ZeroDivisionError at test_screen_ends.py:" in caught.value.message
    assert caught.value.hint.startswith("no request has left; `--desk plain` needs no screen")
    said = capsys.readouterr()
    for text in (said.out, said.err, caught.value.message, caught.value.hint):
        assert "hunter" not in text
        assert "Traceback" not in text
    assert app._exit_renderables == []


def test_a_signal_ends_a_question_and_a_second_one_does_not_wait() -> None:
    hold = threading.Event()

    def script(desk: Desk) -> None:
        try:
            desk.ask("what?", str)
        finally:
            hold.wait(20)

    async def people(room: Room) -> None:
        await room.sees("what?")
        room.app._signalled(15)
        await room.until(lambda: room.app.desk.ended)
        await room.sees("what?")
        room.app._signalled(15)
        await room.until(lambda: not room.app.is_running, "the end")
        hold.set()

    app = play(script, people)
    with pytest.raises(Terminated) as caught:
        app.outcome()
    assert caught.value.number == 15


def test_the_answer_of_a_ceremony_that_is_done_is_given_whatever_comes_after() -> None:
    async def people(room: Room) -> None:
        await room.sees(END)
        room.app._signalled(15)

    assert play(lambda desk: 7, people).outcome() == 7


def test_keys_that_no_question_waits_for_go_to_whoever_asks() -> None:
    got: list[str] = []

    def script(desk: Desk) -> None:
        while len(got) < 4:
            desk.progress(Awaiting("a message"))
            sleep(LOOK)
            if key := desk.key():
                got.append(key)

    async def people(room: Room) -> None:
        await room.sees("waiting for a message")
        for key in ("plus", "less_than_sign", "s", "enter"):
            before = len(got)
            await room.press(key)
            await room.until(lambda: len(got) > before)  # noqa: B023
        await room.sees(END)

    play(script, people).outcome()
    assert got == ["+", "<", "s", "enter"]


def test_work_shows_its_progress_and_keeps_what_was_wrong() -> None:
    steps = threading.Semaphore(0)

    def script(desk: Desk) -> None:
        for progress in (
            Receiving(3, 10),
            Unreadable(Failure.CHECKSUM, "a frame that is damaged", "clean the lens"),
            Foreign(b"12345678", False),
            Repeated(3, 10),
            Working("asking Dfns", 0, 0),
        ):
            for _ in range(3):
                desk.progress(progress)
            steps.acquire(timeout=120)

    async def people(room: Room) -> None:
        await room.sees("3 of 10 frames", "[#####", "30 %, 3 of 10")
        steps.release(2)
        await room.sees("a frame that is damaged", "hint: clean the lens")
        await room.sees("this QR code belongs to another message")
        steps.release()
        await room.sees("3 of 10 frames, this one again")
        assert room.text.count("a frame that is damaged") == 1
        steps.release()
        await room.sees("asking Dfns (0:0")
        steps.release()
        await room.sees(END)

    play(script, people).outcome()


def test_a_bar_is_full_only_at_the_end_and_time_is_estimated_after_a_while() -> None:
    assert bar(0, 10, 12) == "[..........]"
    assert bar(9, 10, 12) == "[#########.]"
    assert bar(999, 1000, 12) == "[#########.]"
    assert bar(10, 10, 12) == "[##########]"
    assert bar(0, 0, 12) == "[..........]"
    assert clock(65.9) == "1:05"
    pace = Pace()
    work = "checking"
    assert pace.lines(None, 0, 12) == ["at work"]
    assert pace.lines(Working(work, 10, 100), 100, 12)[2] == "10 %, 10 of 100"
    assert pace.lines(Working(work, 12, 100), 110, 12)[2] == "12 %, 12 of 100"
    assert pace.lines(Working(work, 20, 100), 110, 12)[2] == "20 %, 20 of 100, about 1:20 left"
    assert pace.lines(Working(work, 100, 100), 120, 12)[2] == "100 %, 100 of 100"
    assert pace.lines(Working("more", 5, 100), 120, 12)[2] == "5 %, 5 of 100"
    assert pace.lines(Awaiting("signers"), 130, 12) == ["waiting for signers (0:00)"]
    assert pace.lines(Awaiting("signers"), 195, 12) == ["waiting for signers (1:05)"]
    pace.lines(Receiving(1, 9), 200, 12)
    assert pace.lines(Repeated(5, 9), 204, 12)[2].endswith(", about 0:04 left")


def test_a_signal_ends_the_screen_of_a_script_that_is_over() -> None:
    """Seen: the last page stood for ten minutes after SIGTERM."""

    async def people(room: Room) -> None:
        await room.sees(END)
        room.app._signalled(15)
        await room.until(lambda: not room.app.is_running)

    def script(desk: Desk) -> str:
        desk.show("done")
        return "all of it"

    assert play(script, people).outcome() == "all of it"
