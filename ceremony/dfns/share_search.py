"""The key among shares of which some are wrong: which of them belong together.

Only the public key decides. First the shares are taken as a Reed-Solomon code word with
errors, which is instant where enough of them are right. Then every subset is looked at:
those whose polynomial fits one share more than it needs, which arithmetic modulo the order
tells; then those that just suffice, each of which costs a multiplication on the curve.
The number of signers that the answer states comes first, then every other number.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ceremony.curves import Curve, scalar_bytes
from ceremony.dfns.share_decoding import decode_shares
from ceremony.dfns.share_subsets import Prefix, Subsets
from ceremony.secret import Secret

MAX_CANDIDATES = 256
"""More candidates than this are not searched: the first ones are."""

MAX_TRIES = 2**21
"""Combinations whose key is computed, at the most. All of 20 candidates are 2^20."""

MAX_STEPS = 2**25
"""Multiplications modulo the order, at the most. All of 20 candidates take 2^24."""

REPORT_EVERY = 1024
"""Tries between two reports of progress."""

Share = tuple[int, int]
"""Index and value of a share, both above zero and below the order."""

Progress = Callable[[int, int], None]
"""Told how many combinations were tried, and how many there are at the most."""


@dataclass(frozen=True, slots=True)
class Found:
    """The secret scalar, and shares that determine its polynomial."""

    secret_scalar: Secret
    shares: tuple[Share, ...]


@dataclass(slots=True)
class Tally:
    """What a search did. ``complete`` says whether every combination was tried."""

    candidates: int
    tries: int = 0
    complete: bool = True


def search(
    curve: Curve,
    candidates: Sequence[Share],
    min_signers: int | None,
    public_key: bytes,
    progress: Progress,
) -> tuple[Found | None, Tally]:
    """The secret scalar of ``public_key`` (compressed), if some candidates give it.

    ``candidates`` are different pairs; several may have one index. Complete for up to 20
    candidates, whatever they are; beyond that the limits above end it. The caller may
    end it at any moment with an exception from ``progress``.
    """
    considered = tuple(candidates[:MAX_CANDIDATES])
    run = _Search(curve, considered, public_key, progress)
    run.tally.complete = len(considered) == len(candidates)
    distinct = len({index for index, _ in considered})
    sizes = sorted(range(2, distinct + 1), key=lambda size: (size != min_signers, size))
    return run.decode() or run.with_a_spare(sizes) or run.just_enough(sizes), run.tally


class _Search:
    def __init__(
        self, curve: Curve, candidates: tuple[Share, ...], public_key: bytes, progress: Progress
    ) -> None:
        self._curve, self._candidates, self._progress = curve, candidates, progress
        self._public_key = public_key
        self._subsets = Subsets(candidates, curve.order)
        self._tested = {0}
        self.tally = Tally(len(candidates))
        self._most = min(MAX_TRIES, 2 ** min(len(candidates), 64))

    def decode(self) -> Found | None:
        for shares, value in decode_shares(self._candidates, self._curve.order):
            if self._is_new(value) and self._is_key(value):
                return self._found(value, shares)
        return None

    def with_a_spare(self, sizes: Sequence[int]) -> Found | None:
        """The polynomials through ``size`` candidates that fit at least one more."""
        for size in (size for size in sizes if size < len(sizes) + 1):
            for prefix in self._walk(size + 1):
                fits = any(coefficient == 0 for _, coefficient in prefix.rest)
                if fits and self._is_new(prefix.value) and self._is_key(prefix.value):
                    return self._found(prefix.value, self._chosen(prefix))
        return None

    def just_enough(self, sizes: Sequence[int]) -> Found | None:
        """The polynomials through ``size`` candidates that fit no other one."""
        for size in sizes:
            limit = self.tally.tries + (MAX_TRIES - self.tally.tries) // 2
            for prefix in self._walk(size):
                if self.tally.tries > limit:
                    self.tally.complete = False
                    break
                for at, coefficient in prefix.rest:
                    value = (prefix.value + coefficient * prefix.product) % self._curve.order
                    if value not in self._tested and self._is_key(value):
                        return self._found(value, (*self._chosen(prefix), self._candidates[at]))
        return None

    def _walk(self, size: int) -> Iterator[Prefix]:
        """The prefixes of all subsets of ``size``: at most half of the steps that are left."""
        limit = self._subsets.steps + (MAX_STEPS - self._subsets.steps) // 2
        for prefix in self._subsets.prefixes(size):
            yield prefix
            if self._subsets.steps > limit:
                self.tally.complete = False
                return

    def _is_new(self, value: int) -> bool:
        """Remembered only where one polynomial comes again and again."""
        if value in self._tested:
            return False
        self._tested.add(value)
        return True

    def _is_key(self, value: int) -> bool:
        if value == 0:
            return False
        if self.tally.tries % REPORT_EVERY == 0:
            self._progress(self.tally.tries, self._most)
        self.tally.tries += 1
        return self._curve.base_multiply(scalar_bytes(value)).compressed == (self._public_key)

    def _chosen(self, prefix: Prefix) -> tuple[Share, ...]:
        return tuple(self._candidates[at] for at in prefix.chosen)

    def _found(self, value: int, shares: tuple[Share, ...]) -> Found:
        return Found(scalar_bytes(value), shares)
