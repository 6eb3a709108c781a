"""Shares as a Reed-Solomon code word with errors, decoded whatever the threshold is.

Shuhong Gao, "A new algorithm for decoding Reed-Solomon codes" (2003): the extended
Euclidean algorithm on g0 = the product of (x - x_i) and g1 = the polynomial through all
shares. With n shares of which at most (n - k) / 2 are wrong, k the threshold, one of its
remainders divided by its cofactor is the polynomial that was shared.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

MAX_DECODED = 64
"""Shares that are decoded at once; the time grows with the cube."""

Share = tuple[int, int]
Polynomial = list[int]
"""Coefficients from the constant term up, the last one not zero; zero is empty."""


def decode_shares(shares: Sequence[Share], order: int) -> Iterator[tuple[tuple[Share, ...], int]]:
    """For each threshold that fits: shares that determine the polynomial f, and f(0).

    Shares whose index stands more than once are left out. Few are yielded, mostly one.
    """
    times = Counter(index for index, _ in shares)
    points = [share for share in shares if times[share[0]] == 1]
    if not 3 <= len(points) <= MAX_DECODED:
        return
    field = _Field(order)
    previous, current = field.through(points)
    before: Polynomial = []
    cofactor: Polynomial = [1]
    while current:
        polynomial, remainder = field.divide(current, cofactor)
        on_it = [p for p in points if field.value(polynomial, p[0]) == p[1]]
        if not remainder and polynomial and len(on_it) > len(polynomial) >= 2:
            yield tuple(on_it[: len(polynomial)]), polynomial[0]
        quotient, rest = field.divide(previous, current)
        previous, current = current, rest
        before, cofactor = cofactor, field.minus(before, field.times(quotient, cofactor))


class _Field:
    """Polynomials over the integers modulo a prime."""

    def __init__(self, order: int) -> None:
        self._order = order

    def through(self, points: Sequence[Share]) -> tuple[Polynomial, Polynomial]:
        """The product of (x - x_i), and the polynomial through the points (Newton)."""
        product, polynomial = [1], list[int]()
        for index, value in points:
            missing = value - self.value(polynomial, index)
            factor = missing * pow(self.value(product, index), -1, self._order) % self._order
            polynomial = self.minus(polynomial, [-factor * c for c in product])
            product = self.times(product, [-index, 1])
        return product, polynomial

    def value(self, polynomial: Polynomial, at: int) -> int:
        value = 0
        for coefficient in reversed(polynomial):
            value = (value * at + coefficient) % self._order
        return value

    def times(self, left: Polynomial, right: Polynomial) -> Polynomial:
        product = [0] * max(len(left) + len(right) - 1, 0)
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                product[i + j] = (product[i + j] + a * b) % self._order
        return _trimmed(product)

    def minus(self, left: Polynomial, right: Polynomial) -> Polynomial:
        size = max(len(left), len(right))
        a, b = left + [0] * (size - len(left)), right + [0] * (size - len(right))
        return _trimmed([(x - y) % self._order for x, y in zip(a, b, strict=True)])

    def divide(self, dividend: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Quotient and remainder; the divisor is not zero."""
        rest = list(dividend)
        quotient = [0] * max(len(rest) - len(divisor) + 1, 0)
        leading = pow(divisor[-1], -1, self._order)
        for place in reversed(range(len(quotient))):
            factor = rest[place + len(divisor) - 1] * leading % self._order
            quotient[place] = factor
            for i, coefficient in enumerate(divisor):
                rest[place + i] = (rest[place + i] - factor * coefficient) % self._order
        return _trimmed(quotient), _trimmed(rest)


def _trimmed(polynomial: Polynomial) -> Polynomial:
    while polynomial and polynomial[-1] == 0:
        polynomial.pop()
    return polynomial
