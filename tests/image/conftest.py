"""What the tests of bundle and release share: locks of Debian's packages that can be fetched."""

from argparse import Namespace
from pathlib import Path

import pytest

from scripts.packing.debian_lock import main as lock_debian
from scripts.packing.debs import LOCKS, RELEASES, Gone, fetch_debs, lock_path, mirrors_of, read_lock
from scripts.packing.source import ROOT

STALE = "THE LOCK IS STALE: run scripts/lock-debian. What is tested here is a fresh one, and not "


@pytest.fixture(scope="session")
def locks(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """This checkout's locks; when the mirror has forgotten a package, fresh ones, and it is said.

    A commit must not turn bad because time went by. A release is never made of a stale lock.
    """
    mirrors = mirrors_of(Namespace(mirror=None, security=None))
    try:
        for release in RELEASES:
            fetch_debs(read_lock(lock_path(release)), tmp_path_factory.mktemp(release), mirrors)
    except Gone as error:
        fresh = tmp_path_factory.mktemp("locks")
        lock_debian(["--out", str(fresh)])
        reporter = request.config.pluginmanager.getplugin("terminalreporter")
        reporter.write_line(f"{STALE}{LOCKS}: {error}", red=True)
        return fresh
    return ROOT / LOCKS
