"""The key among shares of which some are wrong: which of them belong together.

Only the public key decides. First the shares are taken as a Reed-Solomon code word with
errors, which is instant where enough of them are right. Then every subset is looked at in
two ways: whether its polynomial fits one share more than it needs, which arithmetic modulo
the order tells; and whether it just suffices, which costs a multiplication on the curve.
What is quick comes first, and the number of signers that the answer states before others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import comb

from ceremony.curves import Curve
from ceremony.dfns.share_decoding import decode_shares
from ceremony.dfns.share_subsets import Prefix, Subsets
from ceremony.secret import Secret

BATCH = 1024
"""Combinations that are tried at once, between two reports of progress."""

TRY_COST = 40
"""Steps that take as long as a try, about."""

LIKELY = 1000
"""How much more may be spent on the number of signers that the answer states."""

Share = tuple[int, int]
"""Index and value of a share, both above zero and below the order."""

Progress = Callable[[int, int], None]
"""Told how many combinations were tried, and how many there are at the most."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a search ends. Twenty candidates stay below them, whatever they are.

    ``candidates``: more than these are not looked at. ``tries``: combinations whose public
    key is computed; twenty candidates have 2^20. ``steps``: multiplications modulo the
    order; twenty candidates take fewer than 2^24.
    """

    candidates: int = 256
    tries: int = 2**21
    steps: int = 2**25


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Found:
    """The secret scalar, and shares that determine its polynomial."""

    secret_scalar: Secret
    shares: tuple[Share, ...]


@dataclass(slots=True)
class Tally:
    """What a search did. ``complete`` says whether every combination was tried."""

    candidates: int = 0
    tries: int = 0
    complete: bool = True


def search(
    curve: Curve,
    candidates: Sequence[Share],
    min_signers: int | None,
    public_key: bytes,
    progress: Progress,
    limits: Limits = LIMITS,
) -> tuple[Found | None, Tally]:
    """The secret scalar of ``public_key`` (compressed), if some candidates give it.

    ``candidates`` are different pairs; several may have one index. Complete for up to 20
    candidates, whatever they are; beyond that ``limits`` end it. The caller may
    end it at any moment with an exception from ``progress``.
    """
    considered = tuple(candidates[: limits.candidates])
    run = _Search(curve, considered, public_key, progress, limits)
    run.tally.candidates = len(candidates)
    run.tally.complete = len(considered) == len(candidates)
    found = run.decode()
    for look in run.passes(min_signers):
        found = found or look()
    return found, run.tally


class _Search:
    def __init__(
        self,
        curve: Curve,
        candidates: tuple[Share, ...],
        public_key: bytes,
        progress: Progress,
        limits: Limits,
    ) -> None:
        self._curve, self._candidates, self._progress = curve, candidates, progress
        self._public_key, self._limits = public_key, limits
        self._subsets = Subsets(candidates, curve.order)
        self._tested = {0}
        self.tally = Tally()
        self._most = min(limits.tries, 2 ** min(len(candidates), 64))

    def decode(self) -> Found | None:
        for shares, value in decode_shares(self._candidates, self._curve.order):
            if found := self._try_again(value, shares):
                return found
        return None

    def passes(self, min_signers: int | None) -> Iterator[Callable[[], Found | None]]:
        """Both looks at the subsets of each size, the cheapest first."""
        count = len({index for index, _ in self._candidates})
        costs = []
        for size in range(2, count + 1):
            likely = LIKELY if size == min_signers else 1
            costs.append((comb(count, size) * TRY_COST / likely, self._just_enough, size))
            if size < count:
                costs.append((comb(count, size + 1) / likely, self._with_a_spare, size))
        costs.sort(key=lambda row: row[0])
        return (partial(look, size) for _, look, size in costs)

    def _with_a_spare(self, size: int) -> Found | None:
        """The polynomials through ``size`` candidates that fit at least one more."""
        for prefix in self._walk(size + 1):
            if any(coefficient == 0 for _, coefficient in prefix.rest):
                shares = tuple(self._candidates[at] for at in prefix.chosen)
                if found := self._try_again(prefix.value, shares):
                    return found
        return None

    def _just_enough(self, size: int) -> Found | None:
        """The polynomials through ``size`` candidates, whether they fit another one or not."""
        left = self._limits.tries - self.tally.tries
        if left <= 0:
            self.tally.complete = False
            return None
        limit = self.tally.tries + left // 2
        waiting: dict[int, tuple[int, ...]] = {}
        for prefix in self._walk(size):
            for at, coefficient in prefix.rest:
                value = (prefix.value + coefficient * prefix.product) % self._curve.order
                if value not in self._tested:
                    waiting[value] = (*prefix.chosen, at)
            if len(waiting) >= BATCH:
                if found := self._try(waiting):
                    return found
                waiting = {}
                if self.tally.tries > limit:
                    self.tally.complete = False
                    return None
        return self._try(waiting)

    def _walk(self, size: int) -> Iterator[Prefix]:
        """The prefixes of all subsets of ``size``: at most half of the steps that are left."""
        left = self._limits.steps - self._subsets.steps
        if left <= 0:
            self.tally.complete = False
            return
        limit = self._subsets.steps + left // 2
        for number, prefix in enumerate(self._subsets.prefixes(size)):
            yield prefix
            if self._subsets.steps > limit:
                self.tally.complete = False
                return
            if number % BATCH == 0:
                self._progress(self.tally.tries, self._most)

    def _try_again(self, value: int, shares: tuple[Share, ...]) -> Found | None:
        """Where one polynomial may come again and again: it is tried once, and remembered."""
        if value in self._tested:
            return None
        self._tested.add(value)
        self.tally.tries += 1
        scalar = self._curve.find_scalar([value], self._public_key)
        return None if scalar is None else Found(scalar, shares)

    def _try(self, waiting: dict[int, tuple[int, ...]]) -> Found | None:
        self._progress(self.tally.tries, self._most)
        self.tally.tries += len(waiting)
        scalar = self._curve.find_scalar(tuple(waiting), self._public_key)
        if scalar is None:
            return None
        chosen = waiting[int.from_bytes(scalar.reveal(), "big")]
        return Found(scalar, tuple(self._candidates[at] for at in chosen))
