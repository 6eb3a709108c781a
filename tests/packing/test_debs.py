"""Debian's packages are those of the lock, or it is said what is wrong: gone, or another."""

import hashlib
from argparse import Namespace
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scripts.packing.debs import Gone, Locked, Mirrors, fetch_debs, mirrors_of
from scripts.packing.source import Failed

DEB = b"a package"
FIRST = Locked(hashlib.sha256(DEB).hexdigest(), len(DEB), "pool/main/x/x_1_all.deb")
FIXED = Locked(FIRST.sha256, FIRST.size, "pool/updates/main/x/x_1+deb12u1_all.deb")


@pytest.fixture
def mirrors(tmp_path: Path) -> Iterator[Mirrors]:
    """Two archives on loopback, as Debian has them: main, and security."""
    for name, one in (("main", FIRST), ("security", FIXED)):
        path = tmp_path / "www" / name / one.path
        path.parent.mkdir(parents=True)
        path.write_bytes(DEB)
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    handler = partial(quiet, directory=tmp_path / "www")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        yield Mirrors(f"{address}/main", f"{address}/security")
        server.shutdown()


def test_both_archives(mirrors: Mirrors, tmp_path: Path) -> None:
    fetch_debs([FIRST, FIXED], tmp_path / "debs", mirrors)
    assert [path.read_bytes() for path in (tmp_path / "debs").iterdir()] == [DEB, DEB]


def test_a_package_that_has_gone(mirrors: Mirrors, tmp_path: Path) -> None:
    gone = Locked(FIRST.sha256, FIRST.size, "pool/main/x/x_0_all.deb")
    with pytest.raises(Gone) as refused:
        fetch_debs([FIRST, gone], tmp_path / "debs", mirrors)
    assert "pool/main/x/x_0_all.deb" in str(refused.value)
    assert "scripts/lock-debian" in refused.value.hint


@pytest.mark.parametrize(
    "other", [Locked("a" * 64, len(DEB), FIRST.path), Locked(FIRST.sha256, 8, FIRST.path)]
)
def test_another_package_than_the_lock_s(other: Locked, mirrors: Mirrors, tmp_path: Path) -> None:
    with pytest.raises(Failed) as refused:
        fetch_debs([other], tmp_path / "debs", mirrors)
    assert not isinstance(refused.value, Gone)
    assert FIRST.path in str(refused.value)


def test_a_mirror_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Failed) as refused:
        fetch_debs([FIRST], tmp_path / "debs", Mirrors("file:/none", "file:/none"))
    assert not isinstance(refused.value, Gone)


def test_a_named_mirror_is_taken() -> None:
    named = Namespace(mirror="http://127.0.0.1/debian/", security="http://127.0.0.1/security")
    assert mirrors_of(named) == Mirrors("http://127.0.0.1/debian", "http://127.0.0.1/security")
