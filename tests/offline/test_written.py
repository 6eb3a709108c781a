"""Files of an earlier attempt: they count for the exported key when it is in them."""

from dataclasses import replace

import msgspec
import pytest

from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.forms import FORMS, OutOptions, write_form
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.offline.key_files import file_content
from ceremony.offline.room import Room
from ceremony.offline.sealed import open_state_at
from ceremony.offline.state import seal_state
from ceremony.offline.written import check_places, written_before
from ceremony.record.plan import ExportKey
from ceremony.secret import Secret
from tests.support.exports import IDENTITY
from tests.support.laptop import Laptop, importing
from tests.support.self_tests import LITTLE

PHRASE = Secret(b"correct horse battery staple")

CURVES = ("secp256k1", "stark", "ed25519")
KEYS = {curve: scalar_key(curve, Secret(b"\x03" * 32)) for curve in CURVES}
OTHERS = {curve: scalar_key(curve, Secret(b"\x04" * 32)) for curve in CURVES}

OPENED = [form for form in FORMS if form != "age"]


def planned(form: str, curve: str) -> ExportKey:
    shares = form == "slip39"
    return ExportKey(
        label="one",
        public_key=KEYS[curve].public_key.hex(),
        form=form,
        to=("a", "b", "c") if shares else ("a",),
        key="key-1",
        threshold=2 if shares else None,
        network="Bitcoin" if form == "wif" else None,
        recipients=(str(IDENTITY.to_public()),) if form == "age" else (),
    )


def with_files(form: str, key: KeyMaterial) -> tuple[Laptop, ExportKey]:
    """A laptop whose files are those that an earlier attempt wrote of this key."""
    one, laptop = planned(form, key.curve), importing()
    needs = FORMS[form].needs
    options = OutOptions(
        passphrase=PHRASE if "passphrase" in needs else None,
        recipients=one.recipients,
        network=one.network,
        shares=(2, 3) if one.threshold else None,
        work=LITTLE,
    )
    outputs = write_form(form, key, options, system_random)
    laptop.files |= {
        name: file_content(form, out) for name, out in zip(one.to, outputs, strict=True)
    }
    return laptop, one


@pytest.mark.parametrize("form", OPENED)
def test_the_key_is_found_in_its_files(form: str) -> None:
    curve = FORMS[form].curves[0]
    laptop, one = with_files(form, KEYS[curve])
    assert written_before(laptop.room, one, KEYS[curve])


@pytest.mark.parametrize("form", OPENED)
def test_another_key_in_its_place_is_not_taken_for_it(form: str) -> None:
    curve = FORMS[form].curves[0]
    laptop, one = with_files(form, OTHERS[curve])
    with pytest.raises(CeremonyError, match="it is not shown that the key is in it") as refused:
        written_before(laptop.room, one, KEYS[curve])
    assert refused.value.failure is Failure.FILE


@pytest.mark.parametrize("form", OPENED)
def test_anything_else_in_its_place_is_not_taken_for_it(form: str) -> None:
    curve = FORMS[form].curves[0]
    laptop, one = with_files(form, KEYS[curve])
    laptop.files |= {name: Secret(b"shopping list\n") for name in one.to}
    with pytest.raises(CeremonyError, match="it is not shown that the key is in it"):
        written_before(laptop.room, one, KEYS[curve])


def test_what_only_its_recipients_open_is_written_anew() -> None:
    laptop, one = with_files("age", KEYS["secp256k1"])
    with pytest.raises(CeremonyError, match="it is not shown that the key is in it"):
        written_before(laptop.room, one, KEYS["secp256k1"])


def test_a_part_of_the_shares_is_moved_away() -> None:
    laptop, one = with_files("slip39", KEYS["secp256k1"])
    del laptop.files["b"]
    with pytest.raises(CeremonyError, match="a, c exists, and the others do not"):
        written_before(laptop.room, one, KEYS["secp256k1"])


def test_no_files_are_no_attempt() -> None:
    assert not written_before(importing().room, planned("hex", "stark"), KEYS["stark"])


def exporting(*keys: ExportKey) -> Room:
    laptop = importing()
    changes = {"operation": "export-keys", "imports": (), "exports": keys}
    return replace(
        laptop.room,
        plan=msgspec.structs.replace(laptop.plan, **changes),
        exists=lambda name: name == "a",
    )


def test_a_file_in_the_way_stops_an_export_before_its_request() -> None:
    with pytest.raises(CeremonyError, match="a exists already"):
        check_places(exporting(planned("hex", "stark")))
    check_places(exporting(msgspec.structs.replace(planned("hex", "stark"), to=("b",))))


def test_the_states_passphrase_is_asked_for_until_it_fits() -> None:
    """A mistyped one costs nothing."""
    key = DecryptionKey.generate(system_random)
    laptop = importing()
    laptop.files["export.state"] = Secret(seal_state(key, PHRASE, system_random, LITTLE))
    typed = [Secret(b"correct horse battery stable"), Secret(b""), PHRASE]
    laptop.desk = type(laptop.desk)(laptop._answered, lambda _: typed.pop(0))
    opened, passphrase = open_state_at(laptop.room)
    assert opened.scalar.matches(key.scalar)
    assert passphrase.matches(PHRASE)
    assert [error.failure for error in laptop.desk.errors] == [Failure.PASSPHRASE] * 2
