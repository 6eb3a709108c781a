"""Shamir's sharing of a secret scalar, and the checks that make it trustworthy.

f is a polynomial of degree threshold - 1 with f(0) = the secret scalar; share i is
f(i). The arithmetic is on Python's integers modulo the curve's order: not constant
time, which docs/threat-model.md accepts for a machine that nobody can measure.
The reference calls ``recombine`` "interpolate", RFC 9591 "reconstruct".
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, islice
from math import comb
from operator import mul

from ceremony.curves import Curve, Point, scalar_bytes
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.secret import Random, Secret

THRESHOLD = Control("IMP-THRESHOLD", "the threshold is from 2 to the number of signers")
SHARING = Control(
    "IMP-SHARING",
    "the shares give the key back, and the public shares and the public key are theirs",
)

MAX_SUBSETS = 50
"""How many subsets ``check_sharing`` recombines at the most."""


def check_threshold(threshold: int, count: int) -> None:
    """IMP-THRESHOLD: 2 <= threshold <= number of signers. Raises ``threshold``.

    A threshold of 1 would hand the whole key to every signer.
    """
    if not 2 <= threshold <= count:
        raise THRESHOLD.refusal(
            Failure.THRESHOLD,
            f"the threshold is {threshold}, with {count} signers it must be from 2 to {count}",
            hint="compare --min-signers with the cluster's signers",
        )


def split(
    curve: Curve, secret_scalar: Secret, threshold: int, count: int, random: Random
) -> tuple[Secret, ...]:
    """``count`` shares, f(1) to f(count), 32 bytes each; no share is zero.

    Raises ``threshold``.
    """
    check_threshold(threshold, count)
    while True:
        coefficients = [
            secret_scalar,
            *(curve.random_scalar(random) for _ in range(threshold - 1)),
        ]
        values = [evaluate(curve, coefficients, i) for i in range(1, count + 1)]
        if all(values):  # a zero share, which the signers refuse, has a chance of 2^-250
            return tuple(scalar_bytes(value) for value in values)


def evaluate(curve: Curve, coefficients: Sequence[Secret], index: int) -> int:
    """f(index) mod order, coefficients from the constant term up."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * index + int.from_bytes(coefficient.reveal(), "big")) % curve.order
    return value


def recombine(curve: Curve, shares: Sequence[tuple[int, Secret]]) -> Secret | None:
    """f(0) of the polynomial through the (index, share) pairs; None when it is zero.

    Indexes are different and not zero mod order. Whether the result is the key is
    for the caller to find out: multiply it by G and compare.
    """
    value = value_at(curve, shares, 0)
    return scalar_bytes(value) if value else None


def value_at(curve: Curve, shares: Sequence[tuple[int, Secret]], index: int) -> int:
    """f(index) mod order of the polynomial through the (index, share) pairs."""
    factors = lagrange_factors(tuple(i for i, _ in shares), curve.order, index)
    return (
        sum(
            factor * int.from_bytes(share.reveal(), "big")
            for factor, (_, share) in zip(factors, shares, strict=True)
        )
        % curve.order
    )


@lru_cache(maxsize=4096)
def lagrange_factors(indexes: tuple[int, ...], order: int, at: int = 0) -> tuple[int, ...]:
    """The factors that take the values at ``indexes`` to the value at ``at`` (0)."""
    factors = []
    for i in indexes:
        numerator = denominator = 1
        for j in indexes:
            if j != i:
                numerator = numerator * (at - j) % order
                denominator = denominator * (i - j) % order
        factors.append(numerator * pow(denominator, -1, order) % order)
    return tuple(factors)


@lru_cache(maxsize=256)
def subsets(count: int, size: int) -> tuple[tuple[int, ...], ...]:
    """Subsets of range(count): every one up to MAX_SUBSETS, else a fixed spread.

    The spread holds every run of neighbours. Two neighbouring runs have all but one
    share in common; if they also give one secret, they lie on one polynomial: so
    the runs alone prove all shares consistent, and the rest is belt and braces.
    """
    total = comb(count, size)
    every = combinations(range(count), size)
    if total <= MAX_SUBSETS:
        return tuple(every)
    runs = [tuple(range(i, i + size)) for i in range(count - size + 1)]
    step = total // (MAX_SUBSETS - len(runs)) + 1
    return tuple(dict.fromkeys([*runs, *islice(every, 0, None, step)]))


@lru_cache(maxsize=64)
def subset_factors(
    count: int, size: int, order: int
) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Each of ``subsets``, with its factors: the same for every key of a ceremony."""
    return tuple(
        (subset, lagrange_factors(tuple(i + 1 for i in subset), order))
        for subset in subsets(count, size)
    )


def check_sharing(
    curve: Curve,
    secret_scalar: Secret,
    threshold: int,
    shares: Sequence[Secret],
    public_shares: Sequence[Point],
    public_key: bytes,
) -> None:
    """IMP-SHARING: the shares give the key back, and the public parts are theirs.

    Every subset (see ``subsets``) recombines to the secret scalar; every public
    share is its share times G; ``public_key`` (compressed, as it was shown to people)
    is the secret scalar times G; each computed again. Raises ``inconsistent``, ``share``
    or ``public-key``.
    """
    values = [int.from_bytes(share.reveal(), "big") for share in shares]
    secret = int.from_bytes(secret_scalar.reveal(), "big")
    for subset, factors in subset_factors(len(shares), threshold, curve.order):
        if sum(map(mul, factors, [values[i] for i in subset])) % curve.order != secret:
            names = ", ".join(str(i + 1) for i in subset)
            raise _fault(Failure.INCONSISTENT, f"shares {names} do not give the key back")
    for index, (share, public_share) in enumerate(zip(shares, public_shares, strict=True), 1):
        if curve.base_multiply(share) != public_share:
            raise _fault(Failure.SHARE, f"public share {index} is not that of share {index}")
    if curve.base_multiply(secret_scalar).compressed != public_key:
        raise _fault(Failure.PUBLIC_KEY, "the public key is not the private key's own")


def check_public_shares(curve: Curve, public_shares: Sequence[Point], threshold: int) -> Point:
    """The public key that the public shares belong to, f(0) * G.

    Raises ``public-shares`` when they lie on no polynomial of degree threshold - 1,
    or when f(0) is zero.
    """
    first = tuple(range(1, threshold + 1))

    def at(index: int) -> Point | None:
        factors = lagrange_factors(first, curve.order, index)
        return curve.combine(zip(factors, public_shares[:threshold], strict=True))

    public_key = at(0)
    rest: Iterable[int] = range(threshold + 1, len(public_shares) + 1)
    if public_key is None or any(at(index) != public_shares[index - 1] for index in rest):
        raise CeremonyError(
            Failure.PUBLIC_SHARES,
            f"the public shares lie on no polynomial of degree {threshold - 1}",
            hint="the request was made wrongly or changed: build it again",
        )
    return public_key


def _fault(failure: Failure, message: str) -> CeremonyError:
    return SHARING.refusal(
        failure,
        f"the sharing is wrong, nothing was encrypted: {message}",
        hint="this machine computes wrongly: stop, and use another one",
    )
