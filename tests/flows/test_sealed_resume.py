"""A laptop without storage loses its power in an export or an import, and what can be done then.

The relay kept what crossed, and brings it back; Dfns is asked once, whatever happens.
"""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from ceremony.dfns.signers import parse_signers
from ceremony.message import decode_message, digest
from tests.support.laptop import SECRET, plan_text
from tests.support.live_people import POWER_OFF
from tests.support.relay_world import URL, World
from tests.support.sealed_room import SealedRoom, named

IDENTITY = pyrage.x25519.Identity.generate()
PASSPHRASE = "correct horse battery staple"
BEGINS = ("export", "all", "chosen", PASSPHRASE, PASSPHRASE, "same")
RESUMES = ("resume", "", "all", PASSPHRASE)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[SealedRoom]:
    """The export of a key that Dfns has, for a recipient of age."""
    world = World(tmp_path / "relay")
    world.folder.mkdir()
    key, secret = world.client.import_key()
    made = SealedRoom(world, export_plan(world, key), tmp_path)
    made.papers["the key"] = secret.reveal()
    yield made
    made.stop_relay()


def export_plan(world: World, key: dict[str, str]) -> bytes:
    head = plan_text("00" * 32, **place(world), operation="export-keys").split("[[sources]]")[0]
    return f"""{head}
[[keys]]
label = "one"
key = "{key["id"]}"
public_key = "{key["publicKey"]}"
form = "age"
to = ["one.age"]
recipients = ["{IDENTITY.to_public()}"]
""".encode()


def place(world: World) -> dict[str, str]:
    organisation = world.client.sandbox.access.org_id
    return {"api": URL, "organisation": organisation, "environment": "rehearsal"}


def keys_at_the_relay(room: SealedRoom) -> list[bytes]:
    """The key in each encrypted file that was delivered."""
    files = sorted(room.kept.glob("*one.age"))
    return [bytes.fromhex(pyrage.decrypt(file.read_bytes(), [IDENTITY]).decode()) for file in files]


def test_before_the_request(room: SealedRoom) -> None:
    """Nothing was asked of Dfns: the relay says so, and the export is started again."""
    room.start_relay()
    room.boot(*BEGINS, off_before="export-request")
    room.stop_relay()
    assert [named(data) for data in room.crossed] == ["deliver sealed-state"]
    room.start_relay(resume=True)
    room.end_relay()
    assert "no request of this plan has crossed" in str(room.failed)
    assert room.exports == []
    room.start_relay()
    after = room.boot(*BEGINS, *POWER_OFF)
    room.end_relay()
    assert "export: came to its end" in after.shown, after.shown
    assert keys_at_the_relay(room) == [room.papers["the key"]]
    assert len(room.exports) == 1


def test_the_request_was_read_and_nobody_confirmed_it(room: SealedRoom) -> None:
    """Nothing was posted before the power went; the next boot has it posted."""
    room.attended = False
    room.start_relay()
    lost = room.boot(*BEGINS, off_after="export-request")
    assert lost.shown.endswith("the power is gone\n"), lost.shown
    room.stop_relay()
    assert room.exports == []
    room.attended = True
    resumed_to_the_end(room)


def resumed_to_the_end(room: SealedRoom, before: int = 0) -> None:
    """The key is delivered by a new boot, once more than ``before``; Dfns was asked once."""
    room.start_relay(resume=True)
    after = room.boot(*RESUMES, *POWER_OFF)
    assert "resume: came to its end" in after.shown, (after.shown, room.failed)
    room.end_relay()
    assert room.failed is None
    assert room.run.refused_by == []
    assert keys_at_the_relay(room) == [room.papers["the key"]] * (before + 1)
    assert len(room.exports) == 1
    assert len([d for d in room.crossed if named(d) == "export-request"]) == 1


def test_the_answer_crossed_and_the_key_has_not_left(room: SealedRoom) -> None:
    room.start_relay()
    lost = room.boot(*BEGINS, off_before="deliver encrypted-key")
    assert "one: done: age: one.age" in lost.shown
    room.stop_relay()
    assert keys_at_the_relay(room) == []
    resumed_to_the_end(room)


def test_the_answer_was_given_and_had_not_crossed(room: SealedRoom) -> None:
    """The relay posted, its answer is in the journal, and then the power of all went."""
    room.start_relay()
    room.boot(*BEGINS, off_after="export-request")
    room.until(lambda: any(named(data) == "export-response" for data in room.relay.shown))
    room.stop_relay()
    assert len(room.exports) == 1
    resumed_to_the_end(room)
    assert any("the same answer goes out" in line for line in room.run.desk.shown)


def test_the_power_goes_again_and_again(room: SealedRoom) -> None:
    """The key left, then the transcript, and each time the relay alone says so: all of it is
    delivered again, after what it has."""
    room.start_relay()
    room.boot(*BEGINS, off_after="deliver encrypted-key")
    room.stop_relay()
    room.start_relay(resume=True)
    lost = room.boot(*RESUMES, off_after="deliver transcript")
    assert lost.shown.endswith("the power is gone\n"), lost.shown
    room.stop_relay()
    resumed_to_the_end(room, before=2)
    assert (room.kept / "2-transcript.jsonl").exists()


def test_a_closed_ceremony_is_not_brought_back(room: SealedRoom) -> None:
    room.start_relay()
    room.boot(*BEGINS, *POWER_OFF)
    room.end_relay()
    room.start_relay(resume=True)
    room.end_relay()
    assert "was closed" in str(room.failed)
    assert room.relay.shown[1:] == [], "nothing but the plan"


def test_the_state_was_read_and_could_not_be_kept(room: SealedRoom) -> None:
    """Its disk was full: the message is in `crossed`, and the journal does not know it."""
    (room.kept / "export.state").mkdir(parents=True)
    room.start_relay()
    room.boot(*BEGINS, off_after="export-request")
    room.stop_relay()
    assert room.run.refused_by == ["MSG-SEQUENCE"]
    assert room.exports == []
    (room.kept / "export.state").rmdir()
    resumed_to_the_end(room)
    assert (room.kept / "export.state").is_file()


def test_two_requests_of_the_plan(room: SealedRoom) -> None:
    """Somebody began again in place of resuming: the paper says which one is taken up."""
    room.start_relay()
    room.boot(*BEGINS, off_before="deliver encrypted-key")
    room.stop_relay()
    first = room.papers.pop("the request's digest")
    room.start_relay()
    room.boot(*BEGINS, off_after="export-request")
    room.stop_relay()
    room.papers["the request's digest"] = first
    room.start_relay(resume=True, several="1")
    after = room.boot(*RESUMES, *POWER_OFF)
    room.end_relay()
    assert "resume: came to its end" in after.shown, after.shown
    assert keys_at_the_relay(room) == [room.papers["the key"]]
    assert len(room.exports) == 1


@pytest.fixture
def importing(tmp_path: Path) -> Iterator[SealedRoom]:
    world = World(tmp_path / "relay")
    world.folder.mkdir()
    with world.session() as session:
        fingerprint = parse_signers(session.api.signers()).fingerprint()
    plan = plan_text(fingerprint.hex(), **place(world)).encode()
    made = SealedRoom(world, plan, tmp_path)
    made.papers["the signers' fingerprint"] = fingerprint
    yield made
    made.stop_relay()


IMPORTS = ("import", "all", SECRET, "same")


@pytest.mark.parametrize("journal", ["the same journal", "a new journal"])
def test_an_import_that_is_started_again_is_a_duplicate(
    importing: SealedRoom, journal: str
) -> None:
    """After its request. The journal's own refusal names the request, Dfns' the wallet."""
    room = importing
    room.start_relay()
    room.boot(*IMPORTS, off_after="import-request")
    room.until(lambda: any(named(data) == "import-receipt" for data in room.relay.shown))
    room.stop_relay()
    request = room.papers.pop("the request's digest")
    if journal == "a new journal":
        room.world.journal_path.unlink()
    room.start_relay()
    after = room.boot(*IMPORTS, *POWER_OFF)
    room.end_relay()
    assert "one: refused:" in after.shown, after.shown
    assert "already" in after.shown
    (wallet,) = room.world.wallets
    refused = next(line for line in after.shown.split("\n") if "one: refused:" in line)
    assert (wallet if journal == "a new journal" else request.hex()) in refused
    assert len([p for p in room.world.wire.posts() if p.endswith("/import")]) == 1


def test_an_import_before_its_request_is_started_again(importing: SealedRoom) -> None:
    room = importing
    room.start_relay()
    room.boot(*IMPORTS, off_before="import-request")
    room.stop_relay()
    assert room.world.wallets == []
    room.papers.pop("the request's digest", None)
    room.start_relay()
    after = room.boot(*IMPORTS, *POWER_OFF)
    room.end_relay()
    assert "import: came to its end" in after.shown, after.shown
    assert len(room.world.wallets) == 1


def test_an_import_is_brought_back_too(importing: SealedRoom) -> None:
    """By its request alone: nothing is typed but the words on the paper."""
    room = importing
    room.start_relay()
    room.boot(*IMPORTS, off_after="import-request")
    room.stop_relay()
    room.start_relay(resume=True)
    after = room.boot("resume", "", "all", *POWER_OFF)
    room.end_relay()
    assert "resume: came to its end" in after.shown, after.shown
    assert "one: done: wallet wa-" in after.shown
    assert len(room.world.wallets) == 1
    (request,) = [d for d in room.crossed if named(d) == "import-request"]
    assert digest(request) == room.papers["the request's digest"]
    assert decode_message(request).sequence == 1
