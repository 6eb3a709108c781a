"""The folder as a medium: carried away, put in again, written by two programs at once."""

import shutil
from pathlib import Path

import pytest

from ceremony.desk.port import Awaiting, Progress
from ceremony.errors import CeremonyError, Failure
from ceremony.link.progress import Unreadable
from ceremony.media.folder import Folder
from ceremony.message import Closing, encode_message


def message(number: int) -> bytes:
    return encode_message(
        Closing(
            environment="rehearsal",
            ceremony=bytes(16),
            sequence=number,
            answers=bytes(32),
            outcome="completed",
            fingerprint=bytes(32),
        )
    )


def silent(_: Progress) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def test_messages_have_numbers_over_both_sides(stick: Path) -> None:
    laptop, relay = Folder(str(stick), "laptop"), Folder(str(stick), "relay")
    laptop.send(message(1), silent)
    relay.send(message(2), silent)
    laptop.send(message(3), silent)
    assert sorted(path.name for path in stick.iterdir()) == [
        "0001-laptop-closing.ceremony",
        "0002-relay-closing.ceremony",
        "0003-laptop-closing.ceremony",
    ]
    assert relay.receive(["closing"], [], silent) == message(1)
    assert laptop.sent() == [message(1), message(3)]
    assert laptop.received() == [message(2)]


def test_it_waits_while_the_stick_is_out(stick: Path) -> None:
    """The folder is gone, then empty, then there with the answer: told once, and awaited."""
    pocket = stick.with_name("pocket")
    told: list[Progress] = []
    looks: list[float] = []

    def wait(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 1:
            stick.rename(pocket)
        elif len(looks) == 4:
            stick.mkdir()
        elif len(looks) == 6:
            stick.rmdir()
            pocket.rename(stick)
            Folder(str(stick), "relay").send(message(2), silent)

    laptop = Folder(str(stick), "laptop", wait)
    laptop.send(message(1), silent)
    assert laptop.receive(["closing"], [], told.append) == message(2)
    missing = [one for one in told if isinstance(one, Unreadable)]
    assert len(missing) == 1
    assert missing[0].hint == "is the medium there? put it in again"
    assert told.count(Awaiting("closing")) == 6


def test_nothing_is_written_where_the_messages_are_gone(stick: Path) -> None:
    """An empty folder, where a stick was mounted, is on this machine's own disk."""
    relay = Folder(str(stick), "relay")
    Folder(str(stick), "laptop").send(message(1), silent)
    assert relay.receive(["closing"], [], silent) == message(1)
    shutil.rmtree(stick)
    with pytest.raises(CeremonyError, match="cannot be read"):
        relay.send(message(2), silent)
    stick.mkdir()
    with pytest.raises(CeremonyError, match="are not there any more") as refused:
        relay.send(message(2), silent)
    assert refused.value.failure is Failure.FILE
    assert list(stick.iterdir()) == []


def test_a_number_that_another_program_took_is_passed_over(stick: Path) -> None:
    """Two laptops with one plan: both messages are there, and none is overwritten."""

    class Late(Folder):
        """Looks before the other one writes, and writes after it."""

        looked = False

        def _files(self) -> list[tuple[int, str, Path]]:
            found = super()._files()
            if not self.looked:
                self.looked = True
                Folder(str(stick), "laptop").send(message(1), silent)
            return found

    Late(str(stick), "laptop").send(message(2), silent)
    assert Folder(str(stick), "laptop").sent() == [message(1), message(2)]


def test_a_file_that_is_not_a_message_is_told_once(stick: Path) -> None:
    told: list[Progress] = []
    (stick / "0001-relay-closing.ceremony").write_bytes(b"nothing of ours")
    (stick / "holiday.jpg").write_bytes(b"not even named like one")

    def wait(_: float) -> None:
        if len(told) > 3:
            Folder(str(stick), "relay").send(message(2), silent)

    laptop = Folder(str(stick), "laptop", wait)
    assert laptop.receive(["closing"], [], told.append) == message(2)
    assert len([one for one in told if isinstance(one, Unreadable)]) == 1
    assert (stick / "holiday.jpg").exists()
