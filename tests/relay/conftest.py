"""What the tests of the relay share."""

from pathlib import Path

import pytest

from tests.support.relay_world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A fresh sandbox, and a relay with a fresh journal."""
    return World(tmp_path)
