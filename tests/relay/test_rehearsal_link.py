"""The simulated light and `--rehearsal` serve rehearsals only, on the relay too."""

from pathlib import Path

import pytest

from ceremony.desk.plain import PlainDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.media.simulated import SimulatedLight
from ceremony.relay.running import RunOptions, check_rehearsal, medium_at


def options_at(folder: Path) -> RunOptions:
    return RunOptions("journal", f"light:{folder}", ".", None)


def test_production_has_no_simulated_light(tmp_path: Path) -> None:
    with (
        pytest.raises(CeremonyError) as error,
        medium_at(options_at(tmp_path), "production", PlainDesk()),
    ):
        pass
    assert error.value.failure is Failure.ENVIRONMENT
    assert error.value.control is not None
    assert error.value.control.id == "RLY-LINK"
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_has_it(tmp_path: Path) -> None:
    with medium_at(options_at(tmp_path), "rehearsal", PlainDesk()) as medium:
        assert isinstance(medium, SimulatedLight)


def test_production_rehearses_nothing() -> None:
    options = RunOptions("journal", "stick", ".", "plan.toml", "sandbox.toml")
    with pytest.raises(CeremonyError) as error:
        check_rehearsal(options, "production")
    assert error.value.failure is Failure.ENVIRONMENT
    assert error.value.control is not None
    assert error.value.control.id == "RLY-REHEARSAL"
