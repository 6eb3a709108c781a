"""What the tests of bundle and release share: one release, which two people make."""

import os
from pathlib import Path

import pytest

from tests.support.releases import TAG, Released, release, run


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "folder with Alice's key `alice`, her checkout `tagged`, and her release `release`"
    parser.addoption("--alice", type=Path, required=True, help=text)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Released:
    """Alice has a key of SSH, Bob one of minisign; his checkout, umask, time zone, language and
    folder for temporary files are others. His is without the image: scripts/test-image compares
    hers with one that was made elsewhere.
    """
    alice: Path = request.config.getoption("--alice").resolve()
    folder = tmp_path_factory.mktemp("release")
    minisign, checkout = folder / "bob", folder / "the second one"
    run("minisign", "-G", "-W", "-p", "bob.pub", "-s", minisign, cwd=folder)
    kept = os.umask(0o027)
    run("git", "clone", "--quiet", "--branch", TAG, alice / "tagged", checkout, cwd=folder)
    (folder / "temporary").mkdir()
    elsewhere = {"TZ": "Pacific/Apia", "LANG": "C", "TMPDIR": str(folder / "temporary")}
    environment = {**os.environ, **elsewhere}
    release(checkout, minisign, folder / "out", "--without-image", env=environment)
    os.umask(kept)
    return Released(alice / "release", folder / "out", alice / "alice", minisign, alice / "tagged")
