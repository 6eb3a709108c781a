"""What the flows share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ceremony_world import CeremonyWorld, MakeWorld


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[MakeWorld]:
    """Makes a sandbox with these arguments, a stick, and nothing planned yet."""
    worlds: list[CeremonyWorld] = []

    def make(*sandbox: str) -> CeremonyWorld:
        folder = tmp_path / f"world-{len(worlds)}"
        folder.mkdir()
        worlds.append(CeremonyWorld.make(folder, *sandbox))
        return worlds[-1]

    yield make
    for world in worlds:
        world.end()


@pytest.fixture
def world(make_world: MakeWorld) -> CeremonyWorld:
    return make_world()
