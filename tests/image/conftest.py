"""What the tests of bundle and release share: one release, which two people make."""

import os
from argparse import Namespace
from pathlib import Path

import pytest

from scripts.packing.debian_lock import main as lock_debian
from scripts.packing.debs import LOCKS, RELEASES, Gone, fetch_debs, lock_path, mirrors_of, read_lock
from scripts.packing.source import ROOT
from tests.support.releases import TAG, Released, release, run, tagged

STALE = "THE LOCK IS STALE: run scripts/lock-debian. What is tested here is a fresh one, and not "


@pytest.fixture(scope="session")
def locks(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """This checkout's locks; when the mirror has forgotten a package, fresh ones, and it is said.

    A commit must not turn bad because time went by. A release is never made of a stale lock.
    """
    mirrors = mirrors_of(Namespace(mirror=None, security=None))
    try:
        for debian in RELEASES:
            fetch_debs(read_lock(lock_path(debian)), tmp_path_factory.mktemp(debian), mirrors)
    except Gone as error:
        fresh = tmp_path_factory.mktemp("locks")
        lock_debian(["--out", str(fresh)])
        reporter = request.config.pluginmanager.getplugin("terminalreporter")
        reporter.write_line(f"{STALE}{LOCKS}: {error}", red=True)
        return fresh
    return ROOT / LOCKS


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, locks: Path) -> Released:
    """Alice has a key of SSH, Bob one of minisign; his checkout, umask, time zone, language and
    folder for temporary files are others. Both are without the image.
    """
    folder = tmp_path_factory.mktemp("release")
    ssh, minisign = folder / "alice", folder / "bob"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", ssh, cwd=folder)
    run("minisign", "-G", "-W", "-p", "bob.pub", "-s", minisign, cwd=folder)
    first, second = tagged(folder / "first", locks), folder / "the second one"
    release(first, ssh, folder / "out-alice", "--without-image")

    kept = os.umask(0o027)
    run("git", "clone", "--quiet", "--branch", TAG, first, second, cwd=folder)
    (folder / "temporary").mkdir()
    elsewhere = {"TZ": "Pacific/Apia", "LANG": "C", "TMPDIR": str(folder / "temporary")}
    environment = {**os.environ, **elsewhere}
    release(second, minisign, folder / "out-bob", "--without-image", env=environment)
    os.umask(kept)
    return Released(folder / "out-alice", folder / "out-bob", ssh, minisign, first)
