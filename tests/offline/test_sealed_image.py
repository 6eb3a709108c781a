"""An export in the image without storage: what leaves it, and in which order."""

import dataclasses

import msgspec
import pyrage
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.machine import Image, Problem
from ceremony.message import Closing, Deliver, ExportRequest, decode_message
from ceremony.offline.resuming import resume_ceremony
from ceremony.offline.sealed_image import SEALED, check_image
from ceremony.record.plan import Plan
from tests.support import walks
from tests.support.laptop import SECRET
from tests.support.tampering import SEALED as SEALED_IMAGE
from tests.support.walks import Walk

IDENTITY = pyrage.x25519.Identity.generate()
MEDIA = dataclasses.replace(SEALED_IMAGE, flavour="media")


def planned(plan: Plan, **changes: object) -> Plan:
    (key,) = plan.exports
    return msgspec.structs.replace(plan, exports=(msgspec.structs.replace(key, **changes),))


def an_export_for_age() -> Walk:
    walk = walks.an_export()
    walk.laptop.plan = planned(
        walk.laptop.plan, form="age", to=("one.age",), recipients=(str(IDENTITY.to_public()),)
    )
    return walk


def delivered(sent: list[bytes]) -> list[tuple[str, str]]:
    messages = [decode_message(data) for data in sent]
    return [(m.type, m.name) for m in messages if isinstance(m, Deliver)]


def test_an_exported_key_leaves_encrypted_before_the_transcript() -> None:
    walk = an_export_for_age()
    walk.run(image=SEALED_IMAGE)
    assert walk.complete, walk.ended_by
    messages = [decode_message(data) for data in walk.laptop.medium.sent]
    assert [type(m) for m in messages] == [Deliver, ExportRequest, Deliver, Deliver, Closing]
    assert delivered(walk.laptop.medium.sent) == [
        ("sealed-state", "export.state"),
        ("encrypted-key", "one.age"),
        ("transcript", "transcript.jsonl"),
    ]
    assert [m.sequence for m in messages] == [1, 2, 4, 5, 6], "3 is the relay's answer"
    key = messages[2]
    assert isinstance(key, Deliver)
    assert pyrage.decrypt(key.data, [IDENTITY]).decode().strip() == SECRET
    record = b"".join(walk.laptop.record.lines)
    assert b'"event":"image"' in record
    assert SEALED_IMAGE.root_sha256.encode() in record
    assert b'"flavour":"sealed"' in record


@pytest.mark.parametrize("image", [None, MEDIA])
def test_with_storage_no_key_leaves(image: Image | None) -> None:
    walk = an_export_for_age()
    walk.run(image=image)
    assert walk.complete, walk.ended_by
    assert [kind for kind, _ in delivered(walk.laptop.medium.sent)] == [
        "sealed-state",
        "transcript",
    ]
    record = b"".join(walk.laptop.record.lines)
    assert (b'"event":"image"' in record) is (image is not None)


@pytest.mark.parametrize("died_after", [2, 3, 4, 5])
def test_it_dies_and_the_rest_leaves_once(died_after: int) -> None:
    """After the request, the key, the transcript or the closing: no key is sent twice."""
    walk = an_export_for_age()
    walk.run(image=SEALED_IMAGE)
    all_of_it, walk.laptop.medium.sent[:] = [*walk.laptop.medium.sent], []
    said = all_of_it[:died_after]
    walk.laptop.medium.sent += said
    walk.laptop.files.pop("one.age")
    again = Walk("resume", walk.laptop, lambda room: resume_ceremony(room, again))
    again.said = (said, [])
    again.run(image=SEALED_IMAGE)
    assert again.complete, again.ended_by
    names = [name for _, name in delivered(walk.laptop.medium.sent)]
    assert names[:3] == ["export.state", "one.age", "transcript.jsonl"]
    # A transcript without its closing is followed by that of this run, as elsewhere.
    assert names[3:] == (["transcript.jsonl"] if died_after == 4 else [])
    assert isinstance(decode_message(walk.laptop.medium.sent[-1]), Closing)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"form": "hex"}, "one comes out as hex"),
        ({"form": "wif"}, "one comes out as wif"),
        ({"form": "qr"}, "one comes out as qr"),
        ({"form": "slip39", "threshold": 2, "to": ("a", "b", "c")}, "one comes out as slip39"),
        ({"form": "age", "to": ("/media/stick/one.age",)}, "/media/stick/one.age names a folder"),
        ({"form": "age", "to": ("../one.age",)}, "../one.age names a folder"),
        ({"form": "age", "to": (".one",)}, ".one names a folder"),
    ],
)
def test_what_may_not_leave_is_refused_before_a_passphrase(
    changes: dict[str, object], told: str
) -> None:
    walk = walks.an_export()
    plan = planned(walk.laptop.plan, **changes)
    room = dataclasses.replace(walk.laptop.room, plan=plan, image=SEALED_IMAGE)
    with pytest.raises(CeremonyError) as error:
        check_image(room)
    assert error.value.failure is Failure.PLAN
    assert error.value.control is SEALED
    assert told in error.value.message
    check_image(dataclasses.replace(room, image=MEDIA))


def test_a_recovery_kit_needs_storage() -> None:
    laptop = walks.an_import().laptop
    (source,) = laptop.plan.sources
    kit = msgspec.structs.replace(source, format="fireblocks-kit", entry="typed")
    plan = msgspec.structs.replace(laptop.plan, sources=(kit,))
    room = dataclasses.replace(laptop.room, plan=plan, image=SEALED_IMAGE)
    with pytest.raises(CeremonyError, match="source hex is a file") as error:
        check_image(room)
    assert error.value.control is SEALED


def test_an_import_that_is_typed_needs_none() -> None:
    walk = walks.an_import()
    walk.run(image=SEALED_IMAGE)
    assert walk.complete, walk.ended_by
    assert SEALED in walk.laptop.record.passed_controls
    assert walk.laptop.files == {}


def test_production_refuses_what_is_not_the_image_as_it_was_built() -> None:
    walk = walks.an_import()
    walk.laptop.problems = (Problem("image", "the root is writable", "check the hash"),)
    walk.run(image=SEALED_IMAGE)
    assert walk.named == ["ENV-GATE"]
    assert walk.laptop.requests == []
