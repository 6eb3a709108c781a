"""Somebody types stop: what is told fits the program that was stopped."""

import io

import pytest

from ceremony.desk.plain import RESUME, STOP, PlainDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.running import LEAVING


@pytest.mark.parametrize("again", [RESUME, LEAVING])
@pytest.mark.parametrize("typed", [STOP + "\n", ""])
def test_the_hint_is_that_of_the_program(again: str, typed: str) -> None:
    desk = PlainDesk(io.StringIO(typed), io.StringIO(), again)
    with pytest.raises(CeremonyError) as stopped:
        desk.ask("a question?", lambda text: text)
    assert stopped.value.failure is Failure.CANCELLED
    assert again in stopped.value.hint


def test_only_the_laptop_has_resume() -> None:
    assert "ceremony resume" in RESUME
    assert "resume" not in LEAVING
    assert "run the same command again" in LEAVING
