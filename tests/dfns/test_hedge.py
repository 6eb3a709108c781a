"""Imports with a generator that repeats: a cloned machine, a snapshot started twice."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony.curves import CURVES, Curve
from ceremony.dfns import wire
from ceremony.dfns.bodies import ImportBody
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS
from ceremony.dfns.signers import Signer, SignersInfo
from ceremony.ecies import EPHEMERAL_KEY_SIZE, DecryptionKey, decrypt
from ceremony.errors import CeremonyError
from ceremony.hedge import unhedged
from ceremony.secret import Random
from ceremony.sharing import recombine

COUNT = 5
HOLDERS = [DecryptionKey.generate(secrets.token_bytes) for _ in range(COUNT)]
SIGNERS = SignersInfo(
    "cl-1",
    tuple(
        Signer(bytes([i]), f"signer-{i}", holder.encryption_key)
        for i, holder in enumerate(HOLDERS, 1)
    ),
)

Change = Callable[[KeyToImport], KeyToImport]


def snapshot(skip: int = 0) -> Random:
    """What a machine gives that was started from one snapshot; ``skip`` draws are gone."""
    number = skip

    def random(size: int) -> bytes:
        nonlocal number
        number += 1
        return hashlib.shake_256(b"one state of one generator %d" % number).digest(size)

    return random


def a_key(curve: Curve) -> KeyToImport:
    scalar = curve.random_scalar(secrets.token_bytes)
    public_key = curve.base_multiply(scalar).compressed
    protocol = DEFAULT_PROTOCOLS[curve.name]
    return KeyToImport(curve.name, scalar, public_key, protocol, Destination())


def ephemeral_keys(body: ImportBody) -> list[bytes]:
    return [s.encrypted_key_share[-EPHEMERAL_KEY_SIZE:] for s in body.encrypted_key_shares]


def shares(body: ImportBody) -> list[bytes]:
    """What each signer opens: its share and the public shares."""
    return [
        decrypt(holder, share.encrypted_key_share).reveal()
        for holder, share in zip(HOLDERS, body.encrypted_key_shares, strict=True)
    ]


def an_import(key: KeyToImport, random: Random, threshold: int = 3) -> ImportBody:
    return build_import_bodies(SIGNERS, [key], threshold, random)[0]


def in_common(one: ImportBody, other: ImportBody) -> set[bytes]:
    return {*ephemeral_keys(one), *shares(one)} & {*ephemeral_keys(other), *shares(other)}


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_two_keys_from_one_snapshot_share_nothing(curve: Curve) -> None:
    """IMP-HEDGE: without it both would be hidden by the same polynomial and scalars."""
    first, second = a_key(curve), a_key(curve)
    assert not in_common(an_import(first, snapshot()), an_import(second, snapshot()))
    plain = [
        build_import_bodies(SIGNERS, [key], 3, snapshot(), hedge=unhedged)[0]
        for key in (first, second)
    ]
    assert ephemeral_keys(plain[0]) == ephemeral_keys(plain[1])


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_the_same_again_from_the_same_snapshot_tells_nothing_new(curve: Curve) -> None:
    key = a_key(curve)
    first, again = an_import(key, snapshot()), an_import(key, snapshot())
    assert wire.encode(first) == wire.encode(again)
    assert in_common(first, an_import(key, secrets.token_bytes)) == set()


def test_a_generator_that_repeats_in_part_meets_no_other_plaintext() -> None:
    """The scalar of an encryption follows from the share: another share, another scalar."""
    key = a_key(CURVES["secp256k1"])
    first = an_import(key, snapshot())
    drawn = 0

    def later_the_same(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return secrets.token_bytes(size) if drawn <= 2 else snapshot(drawn - 1)(size)

    second = an_import(key, later_the_same)
    assert drawn == 2 + COUNT
    assert not in_common(first, second)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: replace(key, destination=Destination("Ethereum")),
        lambda key: replace(key, destination=Destination(None, "name")),
        lambda key: replace(key, destination=Destination(master_key=True)),
        lambda key: replace(key, protocol="FROST_BITCOIN"),
    ],
)
def test_another_request_for_the_same_key_shares_nothing(change: Change) -> None:
    key = a_key(CURVES["secp256k1"])
    assert not in_common(an_import(key, snapshot()), an_import(change(key), snapshot()))


def test_another_threshold_and_another_place_share_nothing() -> None:
    key = a_key(CURVES["secp256k1"])
    alone = an_import(key, snapshot())
    assert not in_common(alone, an_import(key, snapshot(), threshold=2))
    twice = build_import_bodies(SIGNERS, [key, key], 3, snapshot())
    assert not in_common(*twice)
    assert in_common(alone, twice[0])


def test_what_is_hedged_is_the_key_still() -> None:
    for curve in CURVES.values():
        key = a_key(curve)
        body = an_import(key, snapshot())
        opened = [
            (i, wire.decode(share, wire.ImportShare, "the share"))
            for i, share in enumerate(shares(body)[:3], 1)
        ]
        scalars = [
            (i, wire.read_scalar(share.secret_share, curve, "the share")) for i, share in opened
        ]
        found = recombine(curve, scalars)
        assert found is not None
        assert found.matches(key.secret_scalar)


def test_a_generator_that_is_stuck_stops_the_import() -> None:
    value = secrets.token_bytes(32)
    with pytest.raises(CeremonyError) as error:
        an_import(a_key(CURVES["stark"]), lambda size: value[:size])
    assert error.value.failure == "randomness"
