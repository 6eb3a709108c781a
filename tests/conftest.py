"""Fixtures that tests of several layers share."""

import gc
import os
import signal
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.hypothesis_profiles import PAST, REPEATABLE, register
from tests.support.sandbox_process import SandboxProcess

# What the tests write is theirs alone, as it is for careful people.
os.umask(0o077)

# A shell starts what runs in its background deaf to Ctrl-C, and so would be all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The SDK makes a client of its own first, which the relay throws away. It would read all of the
# web's authorities, for each of some thousand tests; in a folder without any it reads nothing.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)

# Every run has the same examples, so that a failure belongs to the change that it was seen with.
register()
settings.load_profile(REPEATABLE)


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[Callable[..., SandboxProcess]]:
    """A function that starts ceremony-sandbox with the arguments it is given."""
    running: list[SandboxProcess] = []

    def start(*arguments: str) -> SandboxProcess:
        folder = tmp_path / f"sandbox-{len(running)}"
        folder.mkdir()
        running.append(SandboxProcess.start(folder, *arguments))
        return running[-1]

    yield start
    for sandbox in running:
        if sandbox.process.returncode is None:
            sandbox.stop()


ALLOWED_TO_SKIP = ("hardware",)
"""Markers of tests that need what no ordinary machine has."""

LONGEST = (("tests/ends/",), ("tests/relay/test_kill.py", "tests/rehearsal/"), ("tests/flows/",))
"""Tests of up to some minutes. One group, whose programs fill a processor, goes to one process."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each process begins with a group of long tests: xdist gives each an equal part of the list,
    and who has finished takes from the end of another's.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    groups = [[i for i in items if i.nodeid.startswith(group)] for group in LONGEST]
    short = [i for i in items if not i.nodeid.startswith(tuple(chain(*LONGEST)))]
    share = len(items) // processes
    items.clear()
    for process in range(processes):
        long = [item for group in groups[process::processes] for item in group]
        fill = len(short) if process == processes - 1 else max(0, share - len(long))
        items += [*long, *short[:fill]]
        del short[:fill]


def pytest_collection_finish() -> None:
    """What was loaded for ten thousand tests is not looked through again for garbage, and what
    they leave is looked through less often than in a program that runs for years.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """Python's own end looks through all of it."""
    gc.unfreeze()


SKIPPED = "it was skipped: a test that does not run proves nothing"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failed one, but where there is no past failure to try."""
    report = yield
    if settings.get_current_profile_name() == PAST:
        return report
    if report.skipped and not any(map(item.get_closest_marker, ALLOWED_TO_SKIP)):
        report.outcome = "failed"
        report.longrepr = SKIPPED
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """So is a skipped module."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = SKIPPED
    return report
