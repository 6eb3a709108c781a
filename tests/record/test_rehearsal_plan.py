"""The plan of a rehearsal: the plan's keys, fresh ones in place of the real, at a sandbox only."""

import secrets
from pathlib import Path

import pytest

from ceremony.addresses.match import match_expected
from ceremony.curves import CURVES, SECP256K1
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.new import new_key
from ceremony.record.plan import Plan
from ceremony.record.plan_file import parse_plan
from ceremony.record.rehearsal_plan import (
    CHAIN_CODE,
    Made,
    at_place,
    child_at_sandbox,
    curves_of,
    export_rehearsal,
    import_rehearsal,
    parse_place,
)
from ceremony.sandbox import deriving
from ceremony.sandbox.cluster import HeldKey
from tests.support.rehearsal_plans import EXPORT, IMPORT

PLACE = b"""
[dfns]
api = "http://127.0.0.1:8000"
organisation = "or-sandbox"
signers = "11"
threshold = 3
"""


def fresh(plan: Plan) -> dict[str, bytes]:
    return {
        label: new_key(curve, secrets.token_bytes).public_key
        for label, curve in curves_of(plan).items()
    }


def test_an_import_keeps_its_keys_and_loses_its_sources() -> None:
    plan, place = parse_plan(IMPORT.encode()), parse_place(PLACE)
    keys = fresh(plan)
    rehearsal = import_rehearsal(plan, place, keys)
    assert rehearsal.digest == plan.digest
    assert rehearsal.environment == "rehearsal"
    assert rehearsal.dfns == place
    assert rehearsal.title.startswith("REHEARSAL, fresh keys: ")
    assert {source.format for source in rehearsal.sources} == {"new"}
    assert [s.name for s in rehearsal.sources] == [s.name for s in plan.sources]
    assert curves_of(rehearsal) == curves_of(plan)
    assert set(curves_of(plan).values()) == set(CURVES)
    for real, key in zip(plan.imports, rehearsal.imports, strict=True):
        assert (key.label, key.network, key.name) == (real.label, real.network, real.name)
        assert key.expect != real.expect
        assert key.path is None
        assert key.expect is not None
        curve = curves_of(plan)[key.label]
        match_expected(key.expect, curve, keys[key.label], key.network)
        for wallet in key.wallets:
            of = (
                keys[key.label]
                if wallet.path is None
                else child_at_sandbox(keys[key.label], wallet.path)
            )
            match_expected(wallet.expect, curve, of, wallet.network)


def test_an_export_is_an_import_first_and_its_files_have_other_names() -> None:
    plan, place = parse_plan(EXPORT.encode()), parse_place(PLACE)
    assert curves_of(plan) == {"by wallet": "secp256k1", "shares": "ed25519", "stark": "stark"}
    keys = fresh(plan)
    before = import_rehearsal(plan, place, keys)
    assert before.operation == "import-keys"
    assert before.digest == plan.digest
    assert [key.label for key in before.imports] == [key.label for key in plan.exports]
    assert [len(key.wallets) for key in before.imports] == [1, 0, 0]
    made = {
        "by wallet": Made(keys["by wallet"], "key-1", "wa-9"),
        "shares": Made(keys["shares"], "key-2"),
        "stark": Made(keys["stark"], "key-3"),
    }
    rehearsal = export_rehearsal(plan, place, made)
    assert rehearsal.state == "rehearsal-export.state"
    assert [(k.key, k.wallet) for k in rehearsal.exports] == [
        (None, "wa-9"), ("key-2", None), ("key-3", None)
    ]  # fmt: skip
    for real, key in zip(plan.exports, rehearsal.exports, strict=True):
        assert key.public_key == keys[key.label].hex()
        assert not set(key.to) & set(real.to), "a real export would find a rehearsal's file"
        assert [Path(p).parent for p in key.to] == [Path(p).parent for p in real.to]
        assert all(Path(p).name.startswith("rehearsal-") for p in key.to)


def test_the_derived_keys_are_the_sandbox_s() -> None:
    scalar = SECP256K1.random_scalar(secrets.token_bytes)
    point = SECP256K1.base_multiply(scalar)
    held = HeldKey(SECP256K1, "CGGMP21", 3, point, ())
    for path in ("m/0", "m/0/1", "m/44/60/7"):
        child = deriving.derive(held, deriving.parse_path(path), deriving.CHAIN_CODE)
        assert child_at_sandbox(point.compressed, path) == child.public_key.compressed
    assert CHAIN_CODE == deriving.CHAIN_CODE


@pytest.mark.parametrize(
    "api",
    ["https://api.dfns.io", "http://127.0.0.1.dfns.io", "http://localhost:80/../x", "http://"],
)
def test_fresh_keys_go_to_a_sandbox_only(api: str) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_place(PLACE.replace(b"http://127.0.0.1:8000", api.encode()))
    assert error.value.failure is Failure.ENVIRONMENT
    assert error.value.control is not None
    assert error.value.control.id == "PLN-REHEARSAL"


@pytest.mark.parametrize("table", [b"", b"\xff", b"[dfns]", b"[dfns", b"dfns = 1"])
def test_another_file_is_not_a_table(table: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_place(table)
    assert error.value.failure is Failure.PLAN


def test_a_long_title_stays_marked() -> None:
    plan = parse_plan(IMPORT.replace("Three curves", "x" * 100).encode())
    title = at_place(plan, parse_place(PLACE)).title
    assert title.startswith("REHEARSAL")
    assert len(title) == 100
