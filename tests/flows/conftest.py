"""What the flows share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ceremony_world import CeremonyWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CeremonyWorld]:
    """A sandbox, a stick, and nothing planned yet."""
    made = CeremonyWorld.make(tmp_path)
    yield made
    made.end()
