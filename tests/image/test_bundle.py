"""The bundle, whole, installed without a network on a fresh Debian 12 and 13.

scripts/test-image runs this, as root: it wants mmdebstrap, and a network to make things with.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ceremony.record.transcript import verify_transcript
from scripts.packing.bundle import make_bundle
from scripts.packing.debs import RELEASES, Mirrors
from scripts.packing.source import Failed, commit_of
from tests.support.ceremony_world import CeremonyWorld
from tests.support.debian_machine import DebianMachine
from tests.support.releases import Released
from tests.support.whole_day import ETHEREUM, WORDS

PERSON = 1000
"""The user who installs: not root."""

PROGRAM = "/opt/moved/bin/ceremony"

PLAN = f"""\
[[sources]]
name = "words"
format = "bip39"

[[keys]]
label = "treasury"
source = "words"
path = "m/44'/60'/0'/0/0"
network = "Ethereum"
expect = "{ETHEREUM}"
"""


def test_what_the_mirror_does_not_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="cannot be fetched"):
        make_bundle(commit_of("HEAD"), (), Mirrors("file:/none", "file:/none"), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="session", params=list(RELEASES))
def machine(
    request: pytest.FixtureRequest, released: Released, tmp_path_factory: pytest.TempPathFactory
) -> DebianMachine:
    """A fresh Debian; /mnt has the bundle in ``bundle``, and is where the ceremony works."""
    carried = tmp_path_factory.mktemp(f"carried-{request.param}")
    carried.chmod(0o755)
    subprocess.run(["tar", "-xf", released.archive, "-C", carried, "--no-same-owner"], check=True)
    (unpacked,) = carried.iterdir()
    unpacked.rename(carried / "bundle")
    return DebianMachine.make(tmp_path_factory.mktemp("machine"), request.param, carried)


@dataclass(frozen=True, slots=True)
class Installed:
    """A machine on which the bundle is installed, and what was said on the way there."""

    machine: DebianMachine
    lacking: str
    not_root: str
    debs: str
    said: str


@pytest.fixture(scope="session")
def installed(machine: DebianMachine) -> Installed:
    """In steps, as docs/bundle.md has them; the installation is moved afterwards."""

    def install(argument: str, status: int, user: int) -> str:
        done = machine.run("bundle/install", argument, user=user)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    lacking = install("/tmp/there", 1, PERSON)
    not_root = install("--debs", 1, PERSON)
    debs = install("--debs", 0, 0) + install("--debs", 0, 0)
    said = install("/tmp/there", 0, PERSON)
    (machine.root / "tmp/there").rename(machine.root / "opt/moved")
    return Installed(machine, lacking, not_root, debs, said)


def test_there_is_no_network(machine: DebianMachine) -> None:
    """What the other tests here rely on."""
    assert machine.run("ls", "/sys/class/net").returncode != 0, "sysfs is not there"
    lines = machine.run("cat", "/proc/net/dev").stdout.splitlines()[2:]
    assert [line.split(":")[0].strip() for line in lines] == ["lo"]


def test_it_is_installed_by_an_ordinary_user(installed: Installed, released: Released) -> None:
    assert "this machine lacks python3 libzbar.so.0" in installed.lacking
    assert "as root: ./install --debs" in installed.lacking
    assert "only root installs packages" in installed.not_root
    assert "this machine has all packages" in installed.debs
    assert f"(commit {released.commit})" in installed.said
    assert (installed.machine.root / "opt/moved").stat().st_uid == PERSON


def test_it_shows_the_digest_of_the_release_notes(installed: Installed, released: Released) -> None:
    digest = installed.said.splitlines()[3:13]
    assert len(digest[0].split()) == 8
    notes = (released.alice / "RELEASE-NOTES.md").read_text()
    assert "\n".join(f"  {line}" for line in digest) in notes


def test_it_was_moved_and_is_what_the_wheels_record(installed: Installed) -> None:
    checked = installed.machine.run(PROGRAM, "self-check", user=PERSON)
    assert checked.returncode == 0, checked.stdout
    assert "33 packages as locked" in checked.stdout
    assert checked.stdout in installed.said

    module = next((installed.machine.root / "opt/moved").glob("lib/*/*/ceremony/sharing.py"))
    text = module.read_bytes()
    module.write_bytes(text.replace(b"threshold", b"threshole"))
    checked = installed.machine.run(PROGRAM, "self-check", user=PERSON)
    module.write_bytes(text)
    assert checked.returncode == 1
    assert "changed: ceremony/sharing.py" in checked.stdout.splitlines()


def test_a_bundle_that_was_changed_is_not_installed(installed: Installed) -> None:
    machine = installed.machine
    wheel = next((machine.carried / "bundle/wheels").glob("opencv*.whl"))
    with wheel.open("r+b") as file:
        file.seek(1_000_000)
        kept = file.read(1)
        file.seek(1_000_000)
        file.write(bytes([kept[0] ^ 1]))
        file.flush()
        done = machine.run("bundle/install", "/tmp/there", user=PERSON)
        file.seek(1_000_000)
        file.write(kept)
    assert done.returncode == 1
    assert f"the bundle was changed: wheels/{wheel.name}: FAILED" in done.stderr
    assert not (machine.root / "tmp/there").exists()


@pytest.fixture
def world(installed: Installed, tmp_path: Path) -> Iterator[CeremonyWorld]:
    """The relay and the sandbox are here; the laptop is the fresh Debian, without a network."""
    made = CeremonyWorld.make(tmp_path)
    elsewhere = DebianMachine(installed.machine.root, tmp_path)
    made.installed = {"ceremony": elsewhere.command(PROGRAM)}
    yield made
    made.end()


def test_a_ceremony_by_folder(world: CeremonyWorld) -> None:
    world.write_plan("import-wallets", PLAN)
    world.answers["bip39 of source words:"] = WORDS
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop("import")
    assert laptop.finish(180) == 0, laptop.text + relay.text
    assert relay.finish(180) == 0, relay.text
    assert "treasury: done: wallet wa-" in laptop.text
    (wallet,) = world.get("/wallets")["items"]
    assert wallet["address"] == ETHEREUM
    lines, _ = verify_transcript((world.folder / "transcript-1.jsonl").read_bytes())
    assert lines[-1].event == "ends"
