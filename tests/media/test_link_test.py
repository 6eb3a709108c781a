"""The link test between two sides on two virtual screens, each seen by the other's camera."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from ceremony.desk.port import Progress
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.link.presets import DWELLS, RUNGS
from ceremony.media.link_facts import pixels_a_module
from ceremony.media.link_side import Ends
from ceremony.media.link_test import measure_link
from ceremony.optics.draw import Layout as DrawnLayout
from ceremony.optics.eye import FeedSource
from ceremony.optics.layout import layout
from ceremony.optics.matrix import modules
from ceremony.optics.screen_process import ScreenProcess
from tests.support.x_screen import Feeder, as_seen, virtual_screen

NAMES = ("laptop", "relay")


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[tuple[Ends, Ends]]:
    with ExitStack() as stack:
        made = []
        for name, other in zip(NAMES, NAMES[::-1], strict=True):
            (tmp_path / name).mkdir()
            screen = stack.enter_context(virtual_screen(tmp_path / name))
            stack.enter_context(Feeder(tmp_path / f"{name}.feed", as_seen(screen)))
            told: list[Progress] = []
            shows = ScreenProcess("window", os.environ | {"DISPLAY": screen.name})
            stack.callback(shows.close)
            source = FeedSource(tmp_path / f"{other}.feed")
            made.append(Ends(source, shows, lambda: "", system_random, told.append, seconds=5))
        yield made[0], made[1]


def test_both_directions_are_measured(ends: tuple[Ends, Ends]) -> None:
    laptop, relay = ends
    with ThreadPoolExecutor(2) as pool:
        second = pool.submit(measure_link, relay, "second")
        first = pool.submit(measure_link, laptop, "first")
        at_laptop, at_relay = first.result(180), second.result(60)
    assert at_laptop.ours == at_relay.theirs
    assert at_relay.ours == at_laptop.theirs
    for side in (at_laptop, at_relay):
        assert side.ours.clean > 0
        assert side.ours.goodput > 100
        assert side.pace is not None
        assert side.pace.rung in RUNGS
        assert side.pace.dwell in DWELLS


def test_escape_in_the_window_stops_it(ends: tuple[Ends, Ends]) -> None:
    from dataclasses import replace

    keys = iter(["", "", "escape"])
    with pytest.raises(CeremonyError) as error:
        measure_link(replace(ends[0], keys=lambda: next(keys)), "first")
    assert error.value.failure is Failure.CANCELLED


def test_the_pixels_of_a_module_are_those_that_are_drawn() -> None:
    for version, grid in RUNGS:
        codes = layout(1920, 1080).codes
        drawn = DrawnLayout.fit(modules(version) - 8, *grid, codes.width, codes.height)
        assert pixels_a_module(1920, 1080, version, grid) == drawn.scale > 2
