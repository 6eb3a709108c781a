"""The key among shares of which some are wrong, as somebody would choose them who wants it lost."""

import hashlib
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.curves import CURVES, SECP256K1, STARK, Curve, scalar_bytes
from ceremony.curves.stark import MANY, MULTIPLICATIONS
from ceremony.dfns.share_decoding import MAX_DECODED, decode_shares
from ceremony.dfns.share_search import Found, Limits, Share, Tally, search
from ceremony.dfns.share_subsets import Subsets
from ceremony.secret import Secret
from ceremony.sharing import evaluate, recombine

ALL_CURVES = pytest.mark.parametrize("curve", CURVES.values(), ids=lambda c: c.name)


class Polynomial:
    """A shared secret; the same numbers in every run."""

    def __init__(self, curve: Curve, threshold: int, seed: int) -> None:
        self.curve = curve
        self._coefficients = [
            scalar_bytes(value) for _, value in noise(curve, range(threshold), seed)
        ]

    @property
    def secret(self) -> Secret:
        return self._coefficients[0]

    @property
    def public_key(self) -> bytes:
        return self.curve.base_multiply(self.secret).compressed

    def at(self, index: int) -> Share:
        return index, evaluate(self.curve, self._coefficients, index)


def look(
    polynomial: Polynomial,
    candidates: Sequence[Share],
    stated: int | None,
    limits: Limits = Limits(),  # noqa: B008
) -> tuple[Found | None, Tally]:
    return search(
        polynomial.curve,
        candidates,
        stated,
        polynomial.public_key,
        lambda _tried, _most: None,
        limits,
    )


def finds(polynomial: Polynomial, candidates: Sequence[Share], stated: int | None) -> bool:
    """Whether the key is found; what is found is the key, by shares that give it."""
    found, tally = look(polynomial, candidates, stated)
    assert tally.candidates == len(candidates)
    if found is None:
        return False
    assert found.secret_scalar.matches(polynomial.secret)
    assert set(found.shares) <= set(candidates)
    again = recombine(polynomial.curve, [(i, scalar_bytes(v)) for i, v in found.shares])
    assert again is not None
    assert again.matches(polynomial.secret)
    return True


def noise(curve: Curve, indexes: Sequence[int], seed: int) -> list[Share]:
    """Shares that belong to nothing; the same ones in every run."""
    return [
        (index, hashed(f"{seed} {place}") % (curve.order - 1) + 1)
        for place, index in enumerate(indexes)
    ]


def hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha512(text.encode()).digest(), "big")


PLACES = ("first", "last", "spread")


def with_good_at(place: str, good: list[Share], bad: list[Share]) -> list[Share]:
    if place == "first":
        return good + bad
    if place == "last":
        return bad + good
    return sorted(good + bad, key=lambda share: hashed(f"{share[0]}"))


@pytest.mark.parametrize(
    ("curve", "place"),
    [
        pytest.param(curve, place, id=f"{curve.name}-{place}")
        for curve in CURVES.values()
        for place in PLACES
        # A multiplication takes much longer there, and where the good ones are is all one to it.
        if curve is not STARK or place == "spread"
    ],
)
@pytest.mark.parametrize("threshold", [2, 3, 4, 7])
@pytest.mark.parametrize("stated", [3, 9])
def test_any_set_of_threshold_size_is_found(
    curve: Curve, place: str, threshold: int, stated: int
) -> None:
    """Exactly as many good shares as are needed, and the others lie on one other polynomial."""
    wanted, other = Polynomial(curve, threshold, 1), Polynomial(curve, threshold, 2)
    good = [wanted.at(index) for index in range(1, threshold + 1)]
    bad = [other.at(index) for index in range(threshold + 1, 11)]
    assert finds(wanted, with_good_at(place, good, bad), stated)
    assert not finds(wanted, with_good_at(place, good[1:], bad), stated)


@ALL_CURVES
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("threshold", "good"), [(2, 2), (3, 3), (4, 4), (10, 11), (9, 15)])
def test_twenty_shares(curve: Curve, place: str, threshold: int, good: int) -> None:
    wanted, other = Polynomial(curve, threshold, 3), Polynomial(curve, threshold, 4)
    candidates = with_good_at(
        place,
        [wanted.at(index) for index in range(1, good + 1)],
        [other.at(index) for index in range(good + 1, 21)],
    )
    assert finds(wanted, candidates, threshold)


def test_ten_of_twenty_shares_without_a_spare() -> None:
    """The most combinations that a stated threshold can have among twenty: 184,756."""
    wanted = Polynomial(SECP256K1, 10, 5)
    candidates = noise(SECP256K1, range(1, 11), 6) + [wanted.at(i) for i in range(11, 21)]
    assert finds(wanted, candidates, 10)


@ALL_CURVES
def test_shares_that_agree_with_the_good_polynomial_in_places(curve: Curve) -> None:
    """A second polynomial through two of the good shares, with more shares on it than the first."""
    wanted = Polynomial(curve, 3, 7)
    good = [wanted.at(index) for index in (1, 2, 3)]
    walk = Subsets([*good[:2], *noise(curve, [4], 8)], curve.order)
    (prefix,) = walk.prefixes(3)
    ((_, coefficient),) = prefix.rest
    bad = []
    for index in range(4, 12):
        line = (good[0][1] * (2 - index) + good[1][1] * (index - 1)) % curve.order
        bend = coefficient * (index - 1) * (index - 2)
        bad.append((index, (line + bend) % curve.order))
    assert finds(wanted, bad + good, 3)


@ALL_CURVES
@pytest.mark.parametrize("alternatives", [1, 3])
def test_several_shares_of_one_index(curve: Curve, alternatives: int) -> None:
    """Each good share behind bogus ones of the same index."""
    wanted = Polynomial(curve, 3, 9)
    candidates = []
    for index in (1, 2, 3):
        candidates += [*noise(curve, [index] * alternatives, index), wanted.at(index)]
    assert finds(wanted, candidates, 3)
    assert not finds(wanted, [c for c in candidates if c != wanted.at(2)], 3)


@ALL_CURVES
def test_indexes_may_be_any_number(curve: Curve) -> None:
    wanted = Polynomial(curve, 3, 10)
    indexes = (curve.order - 1, 2**200, 7)
    candidates = noise(curve, [1, 2, curve.order - 2], 11) + [wanted.at(i) for i in indexes]
    assert finds(wanted, candidates, 3)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_to_look(count: int) -> None:
    wanted = Polynomial(SECP256K1, 2, 12)
    found, tally = look(wanted, [wanted.at(1)][:count], 2)
    assert found is None
    assert (tally.candidates, tally.tries, tally.complete) == (count, 0, True)


def test_every_combination_of_ten_is_tried() -> None:
    wanted = Polynomial(SECP256K1, 3, 13)
    _, tally = look(wanted, noise(SECP256K1, range(1, 11), 14), 3)
    assert tally.complete
    assert tally.tries == 2**10 - 1 - 10


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (Limits(tries=4096, steps=2**20), 4096 + 2 * 1024),
        (Limits(steps=20_000), 20_000),
        (Limits(candidates=5), 26),
    ],
)
def test_a_hopeless_search_ends_and_says_so(limits: Limits, most: int) -> None:
    wanted = Polynomial(SECP256K1, 3, 15)
    candidates = noise(SECP256K1, range(1, 61), 16)
    found, tally = look(wanted, candidates, 30, limits)
    assert found is None
    assert not tally.complete
    assert 0 < tally.tries <= most
    assert tally.candidates == 60


def test_dead_ends_are_counted_as_work() -> None:
    """Many shares of few indexes: hardly any subset, but many beginnings of one."""
    wanted = Polynomial(SECP256K1, 3, 17)
    candidates = noise(SECP256K1, [index for index in range(1, 13) for _ in range(8)], 18)
    found, tally = look(wanted, candidates, 12, Limits(steps=200_000))
    assert found is None
    assert not tally.complete


@pytest.mark.parametrize("stated", [3, 50])
def test_a_majority_is_found_however_many_there_are(stated: int) -> None:
    """Decoding, where no search of subsets would end."""
    wanted = Polynomial(SECP256K1, 20, 19)
    good = [wanted.at(index) for index in range(1, 41)]
    candidates = noise(SECP256K1, range(41, 61), 20) + good
    assert len(candidates) <= MAX_DECODED
    assert finds(wanted, candidates, stated)


def test_a_search_can_be_ended() -> None:
    told: list[int] = []

    def end(tried: int, most: int) -> None:
        assert tried <= most
        told.append(tried)
        if tried > 3000:
            raise KeyboardInterrupt

    wanted = Polynomial(SECP256K1, 3, 21)
    with pytest.raises(KeyboardInterrupt):
        search(SECP256K1, noise(SECP256K1, range(1, 21), 22), 10, wanted.public_key, end)
    assert told == sorted(told)
    assert len(told) > 2


@settings(max_examples=60)
@given(st.data())
def test_decoding_corrects_half_of_what_is_spare(data: st.DataObject) -> None:
    threshold = data.draw(st.integers(2, 8))
    count = data.draw(st.integers(threshold + 2, 20))
    wrong = data.draw(st.integers(0, (count - threshold) // 2))
    bad = data.draw(st.permutations(range(1, count + 1)))[:wrong]
    curve = data.draw(st.sampled_from([*CURVES.values()]))
    wanted = Polynomial(curve, threshold, data.draw(st.integers(0, 2**32)))
    shares = [wanted.at(i) for i in range(1, count + 1)]
    spoilt = [(i, v % (curve.order - 1) + 1 if i in bad else v) for i, v in shares]
    secret = int.from_bytes(wanted.secret.reveal(), "big")
    if count > threshold + wrong:
        assert secret in {value for _, value in decode_shares(spoilt, curve.order)}


def test_subsets_are_all_and_have_their_polynomials() -> None:
    curve = SECP256K1
    shares = noise(curve, [1, 2, 2, 3, 9, 11], 23)
    for size in range(2, 6):
        found = {}
        for prefix in Subsets(shares, curve.order).prefixes(size):
            for at, coefficient in prefix.rest:
                value = (prefix.value + coefficient * prefix.product) % curve.order
                found[(*prefix.chosen, at)] = value
        expected = {}
        for subset in combinations(range(len(shares)), size):
            points = [shares[at] for at in subset]
            if len({index for index, _ in points}) == size:
                scalar = recombine(curve, [(i, scalar_bytes(v)) for i, v in points])
                assert scalar is not None
                expected[subset] = int.from_bytes(scalar.reveal(), "big")
        assert found == expected


def test_many_multiplications_on_the_stark_curve_are_the_librarys() -> None:
    edges = [1, 2, 3, 4095, 4096, 4097, 2**240, 2**251 - 1, STARK.order - 1, STARK.order - 2]
    scalars = edges + [value for _, value in noise(STARK, [1] * 200, 24)]
    for scalar, x in zip(scalars, MULTIPLICATIONS.x_coordinates(scalars), strict=True):
        expected = STARK.base_multiply(scalar_bytes(scalar)).compressed[1:]
        assert x is None or x == int.from_bytes(expected, "big")
        assert x is not None or scalar in edges
    assert MULTIPLICATIONS.x_coordinates([]) == []


@ALL_CURVES
@pytest.mark.parametrize("count", [1, MANY - 1, MANY, MANY + 10])
def test_one_of_many_scalars(curve: Curve, count: int) -> None:
    values = [value for _, value in noise(curve, [1] * count, 25)]
    for wanted in (values[0], values[-1], curve.order - values[0]):
        public_key = curve.base_multiply(scalar_bytes(wanted)).compressed
        found = curve.find_scalar(values, public_key)
        if wanted in values:
            assert found is not None
            assert found.matches(scalar_bytes(wanted))
        else:
            assert found is None
