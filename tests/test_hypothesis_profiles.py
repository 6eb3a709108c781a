"""The profiles of Hypothesis: a run is repeated exactly, and a failure is not forgotten."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unittest import SkipTest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import PAST, REPEATABLE, WANDERING, register

LIMIT = 1_000_000


@pytest.fixture(autouse=True)
def _failures_in_this_folder(tmp_path: Path) -> Iterator[None]:
    register(tmp_path)
    yield
    register()


def examples(profile: str, bad: Callable[[int], bool] = lambda _: False) -> list[int]:
    """The examples of one run, the last of them a failure if there is one."""
    seen: list[int] = []

    @settings(settings.get_profile(profile))
    @given(st.integers(0, 100 * LIMIT))
    def number_is_good(number: int) -> None:
        seen.append(number)
        assert not bad(number)

    with suppress(AssertionError, SkipTest):  # skipped: there is no example
        number_is_good()
    return seen


def test_every_run_has_the_same_examples() -> None:
    assert examples(REPEATABLE) == examples(REPEATABLE)
    assert examples(WANDERING) != examples(WANDERING)


def test_what_wandering_found_is_tried_from_then_on(tmp_path: Path) -> None:
    assert examples(PAST) == []
    assert examples(WANDERING, lambda number: number > LIMIT)[-1] == LIMIT + 1
    kept = sorted(tmp_path.rglob("*"))
    assert kept
    for _ in range(2):  # corrected, it is tried all the same, before all that led to it
        assert examples(PAST)[0] == LIMIT + 1
    assert set(examples(PAST, lambda number: number > LIMIT)) == {LIMIT + 1}
    assert sorted(tmp_path.rglob("*")) == kept
