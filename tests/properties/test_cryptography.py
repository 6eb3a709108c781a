"""What must hold for every key, share and ciphertext, and what must not go through."""

import secrets
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ceremony import ecies, sharing
from ceremony.curves import CURVES, SECP256K1, Curve, Point, scalar_bytes
from ceremony.curves.secp256k1 import shared_point
from ceremony.dfns import wire
from ceremony.dfns.bodies import EncryptedKeyShare, ImportBody
from ceremony.dfns.key_export import recover_secret_scalar
from ceremony.dfns.key_import import (
    Destination,
    check_fresh_ephemeral_keys,
    parse_import_body,
)
from ceremony.dfns.signers import Signer, SignersInfo, parse_signers
from ceremony.ecies import DecryptionKey, EncryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.hex_keys import parse_hex_key
from ceremony.secret import Random, Secret, draw
from tests.support.one_import import one_import

FAST = settings(max_examples=30, deadline=None)
curves = st.sampled_from(list(CURVES.values()))
sizes = st.integers(2, 7).flatmap(lambda n: st.tuples(st.integers(2, n), st.just(n)))


def a_scalar(curve: Curve) -> Secret:
    return curve.random_scalar(secrets.token_bytes)


def sharing_of(
    curve: Curve, threshold: int, count: int
) -> tuple[Secret, list[Secret], list[Point]]:
    secret = a_scalar(curve)
    shares = list(sharing.split(curve, secret, threshold, count, secrets.token_bytes))
    return secret, shares, [curve.base_multiply(share) for share in shares]


@FAST
@given(curves, sizes)
def test_every_threshold_of_shares_gives_the_key_and_fewer_never(
    curve: Curve, size: tuple[int, int]
) -> None:
    threshold, count = size
    secret, shares, _ = sharing_of(curve, threshold, count)
    numbered = list(enumerate(shares, 1))
    for subset in combinations(numbered, threshold):
        found = sharing.recombine(curve, subset)
        assert found is not None
        assert found.matches(secret)
    for subset in combinations(numbered, threshold - 1):
        found = sharing.recombine(curve, subset)
        assert found is None or not found.matches(secret)


@FAST
@given(curves, sizes, st.data())
def test_a_changed_share_or_point_is_found(
    curve: Curve, size: tuple[int, int], data: st.DataObject
) -> None:
    threshold, count = size
    secret, shares, points = sharing_of(curve, threshold, count)
    public_key = curve.base_multiply(secret).compressed
    sharing.check_sharing(curve, secret, threshold, shares, points, public_key)
    at = data.draw(st.integers(0, count - 1))
    stranger = a_scalar(curve)
    changed = [*shares[:at], stranger, *shares[at + 1 :]]
    moved = [*points[:at], curve.base_multiply(stranger), *points[at + 1 :]]
    for bad_shares, bad_points, bad_key, failure in (
        (changed, moved, public_key, Failure.INCONSISTENT),
        (shares, moved, public_key, Failure.SHARE),
        (shares, points, curve.base_multiply(stranger).compressed, Failure.PUBLIC_KEY),
    ):
        with pytest.raises(CeremonyError) as error:
            sharing.check_sharing(curve, secret, threshold, bad_shares, bad_points, bad_key)
        assert error.value.failure == failure
    if threshold < count:
        with pytest.raises(CeremonyError) as error:
            sharing.check_public_shares(curve, moved, threshold)
        assert error.value.failure == Failure.PUBLIC_SHARES


@pytest.mark.parametrize(("count", "size"), [(5, 3), (8, 4), (9, 4), (12, 6), (20, 10), (20, 20)])
def test_subsets_are_all_or_a_spread_that_proves_all(count: int, size: int) -> None:
    chosen = sharing.subsets(count, size)
    every = list(combinations(range(count), size))
    assert set(chosen) <= set(every)
    assert len(set(chosen)) == len(chosen) <= sharing.MAX_SUBSETS
    if len(every) <= sharing.MAX_SUBSETS:
        assert list(chosen) == every
    else:
        assert len(chosen) > sharing.MAX_SUBSETS // 2
    assert {tuple(range(i, i + size)) for i in range(count - size + 1)} <= set(chosen)


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_one_wrong_share_among_twenty_is_found(curve: Curve) -> None:
    """More subsets than are tried: the spread must find it wherever it is."""
    secret, shares, points = sharing_of(curve, 10, 20)
    public_key = curve.base_multiply(secret).compressed
    for at in range(20):
        value = int.from_bytes(shares[at].reveal(), "big")
        changed = [*shares[:at], scalar_bytes(value % curve.order - 1 or 2), *shares[at + 1 :]]
        with pytest.raises(CeremonyError) as error:
            sharing.check_sharing(curve, secret, 10, changed, points, public_key)
        assert error.value.failure == Failure.INCONSISTENT


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_points_come_back_and_strangers_are_refused(curve: Curve) -> None:
    point = curve.base_multiply(a_scalar(curve))
    assert curve.parse_point(point.encoded) == point
    assert curve.parse_public_key(point.compressed) == point.compressed
    assert curve.parse_public_key(point.encoded) == point.compressed
    size = len(point.encoded)
    last = bytes([point.encoded[-1] ^ 1])
    for wrong in (
        b"",
        bytes(size),
        point.encoded[:-1],
        point.encoded + b"\0",
        point.encoded[:-1] + last if size == 65 else b"\xff" * 32,
        b"\4" + b"\xff" * 64,
        b"\5" + point.encoded[1:] if size == 65 else bytes([1]) + bytes(31),
        b"\6" + point.encoded[1:] if size == 65 else b"\xec" + b"\xff" * 30 + b"\x7f",
    ):
        for parse in (curve.parse_point, curve.parse_public_key):
            with pytest.raises(CeremonyError) as error:
                parse(wrong)
            assert error.value.failure == Failure.MALFORMED


@pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)
def test_sums_of_points(curve: Curve) -> None:
    a, b = a_scalar(curve), a_scalar(curve)
    one, two = curve.base_multiply(a), curve.base_multiply(b)
    total = int.from_bytes(a.reveal(), "big") * 3 - int.from_bytes(b.reveal(), "big") * 2
    expected = curve.base_multiply(scalar_bytes(total % curve.order))
    assert curve.combine([(3, one), (-2, two)]) == expected
    assert curve.combine([(2, one), (1, one)]) == curve.combine([(3, one)])
    assert curve.combine([(1, one), (-1, one), (1, two)]) == two
    for zero in ([], [(0, one)], [(curve.order, one)], [(5, one), (-5, one)]):
        assert curve.combine(zero) is None


@FAST
@given(st.binary(max_size=300))
def test_ciphertexts_open_for_their_key_only(plaintext: bytes) -> None:
    key = DecryptionKey.generate(secrets.token_bytes)
    ciphertext = ecies.encrypt(key.encryption_key, Secret(plaintext), secrets.token_bytes)
    assert len(ciphertext) == len(plaintext) + ecies.TAG_SIZE + ecies.EPHEMERAL_KEY_SIZE
    assert ecies.decrypt(key, ciphertext).reveal() == plaintext
    other = DecryptionKey.generate(secrets.token_bytes)
    with pytest.raises(CeremonyError) as error:
        ecies.decrypt(other, ciphertext)
    assert error.value.failure == Failure.DECRYPT


@FAST
@given(st.integers(0, 148), st.integers(0, 7))
def test_a_flipped_bit_anywhere_spoils_a_ciphertext(at: int, bit: int) -> None:
    key = DecryptionKey.generate(secrets.token_bytes)
    ciphertext = bytearray(
        ecies.encrypt(key.encryption_key, Secret(bytes(100)), secrets.token_bytes)
    )
    ciphertext[at] ^= 1 << bit
    with pytest.raises(CeremonyError) as error:
        ecies.decrypt(key, bytes(ciphertext))
    assert error.value.failure == Failure.DECRYPT


@FAST
@given(st.integers(0, 2**32))
def test_the_shared_point_is_the_multiple(seed: int) -> None:
    """The constant-time path against libsecp256k1's ordinary multiplication."""
    scalar = a_scalar(SECP256K1)
    point = SECP256K1.base_multiply(a_scalar(SECP256K1))
    product = SECP256K1.combine([(int.from_bytes(scalar.reveal(), "big"), point)])
    assert product is not None
    assert shared_point(scalar, point).reveal() == product.compressed


def taken(parse: Callable[[], object]) -> bool:
    """Whether it is taken; a refusal is one of ours, with a sentence and a hint."""
    try:
        parse()
    except CeremonyError as error:
        refusal = error
    else:
        return True
    assert refusal.message
    assert refusal.hint
    return False


@FAST
@given(st.binary(max_size=200) | st.binary(min_size=32, max_size=34))
@example((1).to_bytes(32, "big"))
@example(b"\1" + (1).to_bytes(32, "big"))
@example(bytes(32))
@example(SECP256K1.order.to_bytes(32, "big"))
@example(b"0" * 63 + b"1")
@example(b"AQJ5vmZ++dy7rFWgYpXOhwsHApv82y3OKNlZ8oFbFvgXmA==")
def test_any_bytes_into_any_parser(data: bytes) -> None:
    """What is a key or a scalar is taken, and nothing else; what is not is refused."""
    key, text = DecryptionKey.generate(secrets.token_bytes), data.decode("latin-1")
    scalar = len(data) == 32 and 0 < int.from_bytes(data, "big") < SECP256K1.order
    versioned = data[:1] == b"\1" and taken(lambda: SECP256K1.parse_scalar(data[1:]))
    for parse, is_one in (
        (lambda: SECP256K1.parse_scalar(data), scalar),
        (lambda: DecryptionKey.parse(Secret(data)), versioned),
        (lambda: ecies.decrypt(key, data), False),
        (lambda: parse_signers(data), False),
        (lambda: parse_import_body(data), False),
        (lambda: recover_secret_scalar(key, data, data), False),
        (lambda: wire.decode_share(Secret(data), wire.ExportShare, "the share"), False),
    ):
        assert taken(parse) is is_one
    if taken(lambda: EncryptionKey.parse(text)):
        assert EncryptionKey.parse(text).text == text
    if taken(lambda: parse_hex_key(Secret(data), "secp256k1")):
        found = parse_hex_key(Secret(data), "secp256k1").secret_scalar
        assert found.reveal().hex() == text.strip().removeprefix("0x").lower()


BROKEN = {
    "zeros": lambda size: bytes(size),
    "ones": lambda size: b"\xff" * size,
    "too short": lambda size: secrets.token_bytes(size - 1),
    "too long": lambda size: secrets.token_bytes(size + 1),
    "nothing": lambda size: b"",
}


def five_signers() -> SignersInfo:
    keys = [DecryptionKey.generate(secrets.token_bytes).encryption_key for _ in range(5)]
    return SignersInfo("cl-1", tuple(Signer(bytes([i]), f"{i}", k) for i, k in enumerate(keys)))


def an_import(random: Random, public_key: bytes | None = None) -> bytes:
    scalar = a_scalar(SECP256K1)
    public_key = public_key or SECP256K1.base_multiply(scalar).compressed
    return one_import(
        five_signers(), scalar, public_key, "secp256k1", "CGGMP21", 3, Destination(), random
    )


def test_a_key_under_another_public_key_is_not_imported() -> None:
    stranger = SECP256K1.base_multiply(a_scalar(SECP256K1)).compressed
    with pytest.raises(CeremonyError) as error:
        an_import(secrets.token_bytes, stranger)
    assert error.value.failure == Failure.PUBLIC_KEY


@pytest.mark.parametrize("name", BROKEN)
def test_broken_randomness_stops_everything(name: str) -> None:
    for attempt in (
        lambda: draw(BROKEN[name], 32),
        lambda: DecryptionKey.generate(BROKEN[name]),
        lambda: an_import(BROKEN[name]),
    ):
        with pytest.raises(CeremonyError) as error:
            attempt()
        assert error.value.failure == Failure.RANDOMNESS


def a_body(*ephemeral_keys: bytes) -> ImportBody:
    shares = tuple(EncryptedKeyShare(b"id", b"sealed" + e.rjust(33)) for e in ephemeral_keys)
    return ImportBody(curve="", protocol="", min_signers=2, encrypted_key_shares=shares)


def test_randomness_that_repeats_is_found_before_a_request_exists() -> None:
    value = secrets.token_bytes(32)
    with pytest.raises(CeremonyError) as error:
        an_import(lambda size: value[:size])
    assert error.value.failure == Failure.RANDOMNESS
    with pytest.raises(CeremonyError) as error:
        check_fresh_ephemeral_keys([a_body(b"a", b"b"), a_body(b"c", b"a")])
    assert error.value.failure == Failure.RANDOMNESS
    check_fresh_ephemeral_keys([a_body(b"a", b"b"), a_body(b"c", b"d")])


@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32, SECP256K1.order.to_bytes(32, "big")])
def test_a_scalar_out_of_range_gives_no_point(scalar: bytes) -> None:
    """libsecp256k1 refuses it, and its refusal is not overlooked: zeros would be a key."""
    point = SECP256K1.base_multiply(a_scalar(SECP256K1))
    for multiply in (SECP256K1.base_multiply, lambda s: shared_point(s, point)):
        with pytest.raises(CeremonyError) as error:
            multiply(Secret(scalar))
        assert error.value.failure == Failure.MALFORMED


def test_scalars_are_drawn_by_rejection() -> None:
    """A draw at or above the order is thrown away, not reduced."""
    draws = iter([(SECP256K1.order + 5).to_bytes(32, "big"), (7).to_bytes(32, "big")])
    assert int.from_bytes(SECP256K1.random_scalar(lambda size: next(draws)).reveal(), "big") == 7
