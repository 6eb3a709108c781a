"""Hedged randomness: what a generator that repeats still cannot give away."""

import hashlib
import hmac
import secrets

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.hedge import DOMAIN, context_of, hedged, never_twice
from ceremony.secret import Secret

KERNEL = bytes(range(32))
KEY, OTHER = Secret(b"k" * 32), Secret(b"o" * 32)


def stuck(size: int) -> bytes:
    """The same bytes, however often it is asked."""
    return KERNEL[:size]


def test_it_is_hkdf() -> None:
    """Computed here by hand: RFC 5869, sections 2.2 and 2.3, one block of 32 bytes."""
    draws = hedged(stuck, KEY, b"context")
    for number in (1, 2):
        ikm = (32).to_bytes(8, "big") + b"k" * 32 + b"context"
        extracted = hmac.digest(KERNEL, ikm, hashlib.sha256)
        info = DOMAIN + number.to_bytes(8, "big")
        assert draws(32) == hmac.digest(extracted, info + b"\1", hashlib.sha256)
    assert len(draws(200)) == 200


def test_a_stuck_generator_repeats_nothing() -> None:
    draws = hedged(stuck, KEY, b"context")
    assert len({draws(32) for _ in range(100)}) == 100


def test_other_secrets_and_contexts_get_other_bytes() -> None:
    cases = [(KEY, b"a"), (KEY, b"b"), (OTHER, b"a"), (Secret(b"k" * 31), b"ka"), (KEY, b"")]
    assert len({hedged(stuck, secret, context)(32) for secret, context in cases}) == len(cases)


def test_the_generator_counts_too() -> None:
    drawn = {hedged(secrets.token_bytes, KEY, b"")(32) for _ in range(20)}
    assert len(drawn) == 20


@pytest.mark.parametrize("broken", [lambda _size: b"", lambda size: bytes(size)])
def test_a_broken_generator_is_refused(broken: object) -> None:
    assert callable(broken)
    with pytest.raises(CeremonyError) as error:
        hedged(broken, KEY, b"")(32)
    assert error.value.failure == Failure.RANDOMNESS


def test_contexts_are_told_apart() -> None:
    parts: list[tuple[bytes | str | int | None, ...]] = [
        (), ("",), (b"",), (None,), (None, None), ("ab",), ("a", "b"), ("a", None, "b"), (b"ab",),
        (1,), ("1",), (True,), (11,), (1, 1), ("None",),
    ]  # fmt: skip
    assert len({context_of(*each) for each in parts}) == len(parts)


def test_the_same_bytes_twice_stop_it() -> None:
    with pytest.raises(CeremonyError) as error:
        [never_twice(stuck)(1), *map(never_twice(stuck), (32, 31, 32))]
    assert error.value.failure == Failure.RANDOMNESS
    watched = never_twice(stuck)
    assert [watched(1), watched(1), watched(16), watched(17)]
    watched = never_twice(secrets.token_bytes)
    assert len({watched(32) for _ in range(100)}) == 100
