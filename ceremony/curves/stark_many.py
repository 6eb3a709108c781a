"""Which of many scalars of the Stark curve is the one of a public key: a sieve.

fastecdsa takes 0.8 ms for a multiplication. Many at once share their inversions, and take
a tenth of that in plain Python. What is found here is only a candidate: the caller
computes it again with the library. Variable time, like all arithmetic on shares.
"""

from collections.abc import Sequence
from functools import lru_cache

WINDOW = 12
"""Bits of a scalar that one addition takes care of."""

MASK = (1 << WINDOW) - 1

Affine = tuple[int, int]
"""x and y; the identity is None."""


class ManyMultiplications:
    """k * G for many k at once, on y^2 = x^3 + x + b over the field of prime order."""

    def __init__(self, field: int, order: int, generator: Affine) -> None:
        self._field, self._order, self._generator = field, order, generator

    def x_coordinates(self, scalars: Sequence[int]) -> list[int | None]:
        """x of k * G for each scalar, 0 < k < order.

        None where an addition met its own point or its negation, which does not
        happen by chance: compute those another way.
        """
        sums: list[Affine | None] = [None] * len(scalars)
        lost: set[int] = set()
        for place, table in enumerate(self._tables()):
            shift, work = place * WINDOW, []
            for at, scalar in enumerate(scalars):
                digit = scalar >> shift & MASK
                if not digit or at in lost:
                    continue
                if (so_far := sums[at]) is None:
                    sums[at] = table[digit]
                elif so_far[0] == table[digit][0]:
                    lost.add(at)
                else:
                    work.append((at, so_far, table[digit]))
            added = self._add([(left, right) for _, left, right in work])
            for (at, _, _), point in zip(work, added, strict=True):
                sums[at] = point
        return [None if p is None or at in lost else p[0] for at, p in enumerate(sums)]

    def _add(self, pairs: Sequence[tuple[Affine, Affine]]) -> list[Affine]:
        """The sums of pairs whose x differ: one inversion for all (Montgomery's trick)."""
        field, products, product = self._field, [], 1
        for left, right in pairs:
            products.append(product)
            product = product * (right[0] - left[0]) % field
        inverse, sums = pow(product, -1, field), []
        for (left, right), before in zip(reversed(pairs), reversed(products), strict=True):
            slope = (right[1] - left[1]) * inverse * before % field
            inverse = inverse * (right[0] - left[0]) % field
            x = (slope * slope - left[0] - right[0]) % field
            sums.append((x, (slope * (left[0] - x) - left[1]) % field))
        sums.reverse()
        return sums

    def _double(self, point: Affine) -> Affine:
        x, y = point
        slope = (3 * x * x + 1) * pow(2 * y, -1, self._field) % self._field
        third = (slope * slope - 2 * x) % self._field
        return third, (slope * (x - third) - y) % self._field

    @lru_cache(maxsize=1)  # noqa: B019 - there is one instance, and it lives as long as the program
    def _tables(self) -> list[list[Affine]]:
        """For each window w the multiples d * 2^(WINDOW * w) * G, d from 1 (0 is not used)."""
        tables, base = [], self._generator
        for _ in range(-(-self._order.bit_length() // WINDOW)):
            table = [base, base, self._double(base)]
            while len(table) <= MASK:
                # From 1 to n: the multiples n + 1 to 2n - 1, and 2n by doubling n.
                known = table[1:]
                table += self._add([(p, known[-1]) for p in known[:-1]])
                table.append(self._double(known[-1]))
            tables.append(table)
            base = self._double(table[1 << (WINDOW - 1)])
        return tables
