"""All subsets of some shares, with the polynomial through each, at a few steps a subset.

Newton's interpolation: the polynomial through x_1 .. x_m is the one through x_1 .. x_{m-1}
plus c_m * (x - x_1) ... (x - x_{m-1}). Subsets that begin alike share that work, and for
the last share of a subset c_m is there already; it is zero if the share lies on the
polynomial through the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Rest = list[tuple[int, int]]
"""Positions that may come next, each with the coefficient that it would have."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """All but the last share of the subsets that begin with ``chosen`` (positions).

    ``value`` is f(0) of the polynomial through them, ``product`` that of (0 - x) over
    them; with the last share of coefficient c, f(0) is value + c * product.
    """

    chosen: tuple[int, ...]
    value: int
    product: int
    rest: Rest


class Subsets:
    """Subsets of (index, value) pairs; two of one index are never in one subset.

    ``steps`` counts the multiplications modulo the order: the measure of the work done.
    """

    def __init__(self, shares: Sequence[tuple[int, int]], order: int) -> None:
        self._shares, self._order = shares, order
        self._inverses: dict[int, list[int | None]] = {}
        self.steps = 0

    def prefixes(self, size: int) -> Iterator[Prefix]:
        """The prefixes of all subsets of ``size`` (at least 2), each with a rest.

        The caller may stop at any time; a prefix that leads to no subset is given with
        an empty rest, so that the caller sees the work that it took.
        """
        rest = [(at, value % self._order) for at, (_, value) in enumerate(self._shares)]
        if len(rest) >= size:
            yield from self._extend(size - 1, Prefix((), 0, 1, rest))

    def _extend(self, missing: int, prefix: Prefix) -> Iterator[Prefix]:
        if missing == 0:
            yield prefix
            return
        for place, (at, coefficient) in enumerate(prefix.rest):
            later = prefix.rest[place + 1 :]
            if len(later) < missing:
                return
            longer = self._with(prefix, at, coefficient, later)
            if len(longer.rest) >= missing:
                yield from self._extend(missing - 1, longer)
            else:
                yield Prefix(longer.chosen, longer.value, longer.product, [])

    def _with(self, prefix: Prefix, at: int, coefficient: int, later: Rest) -> Prefix:
        order, inverses = self._order, self._inverse_distances(at)
        self.steps += len(later) + 2
        rest = [
            (other, (own - coefficient) * inverse % order)
            for other, own in later
            if (inverse := inverses[other]) is not None
        ]
        return Prefix(
            (*prefix.chosen, at),
            (prefix.value + coefficient * prefix.product) % order,
            -prefix.product * self._shares[at][0] % order,
            rest,
        )

    def _inverse_distances(self, at: int) -> list[int | None]:
        """1 / (x - x_at) for each share; None where the indexes are the same."""
        if at not in self._inverses:
            own = self._shares[at][0]
            self._inverses[at] = [
                None if index == own else pow(index - own, -1, self._order)
                for index, _ in self._shares
            ]
        return self._inverses[at]
