"""The folder as the medium: what somebody else put onto the stick."""

from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.media.folder import Folder
from ceremony.message import Closing, encode_message

MESSAGE = encode_message(
    Closing(
        environment="rehearsal",
        ceremony=bytes(16),
        sequence=1,
        answers=bytes(32),
        outcome="completed",
        fingerprint=bytes(32),
    )
)


def test_messages_are_numbered_after_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "9998-relay-closing.ceremony").write_bytes(MESSAGE)
    Folder(str(tmp_path), "laptop").send(MESSAGE, lambda _: None)
    assert (tmp_path / "9999-laptop-closing.ceremony").read_bytes() == MESSAGE


def test_a_number_above_which_nothing_is_seen(tmp_path: Path) -> None:
    """A message of five digits was written, and the other side waited for it for ever."""
    (tmp_path / "9999-relay-closing.ceremony").write_bytes(b"anything")
    with pytest.raises(CeremonyError) as error:
        Folder(str(tmp_path), "laptop").send(MESSAGE, lambda _: None)
    assert error.value.failure is Failure.FILE
    assert "take a new medium" in error.value.hint
    assert len(list(tmp_path.iterdir())) == 1
