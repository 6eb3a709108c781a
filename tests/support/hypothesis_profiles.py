"""How the properties run: one way for every test run, two more for the failures of chance.

Hypothesis' ``derandomize`` excludes its database. So CI runs the properties twice, and both
runs are the same each time: with examples that belong to the test, then with past failures.
"""

from pathlib import Path

from hypothesis import Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ReadOnlyDatabase

FAILURES = Path(__file__).parents[1] / "failures"
"""What wandering found, as Hypothesis keeps it: some small files for each failure."""

REPEATABLE, PAST, WANDERING = "repeatable", "past", "wandering"


def register(folder: Path = FAILURES) -> None:
    """The three profiles. No test is timed: a busy machine is no failure."""
    failures = DirectoryBasedExampleDatabase(folder)
    settings.register_profile(REPEATABLE, deadline=None, derandomize=True)
    settings.register_profile(
        PAST,
        deadline=None,
        derandomize=False,
        database=ReadOnlyDatabase(failures),
        phases=(Phase.explicit, Phase.reuse),
    )
    settings.register_profile(
        WANDERING, deadline=None, derandomize=False, database=failures, print_blob=True
    )
