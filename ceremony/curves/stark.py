"""The Stark curve, by fastecdsa with the curve's parameters."""

from collections.abc import Iterable, Sequence

from fastecdsa.curve import Curve as FastCurve  # type: ignore[attr-defined]
from fastecdsa.encoding.sec1 import SEC1Encoder
from fastecdsa.point import Point as FastPoint  # type: ignore[attr-defined]

from ceremony.curves.base import Curve, Point, malformed
from ceremony.curves.stark_many import ManyMultiplications
from ceremony.secret import Secret

# StarkWare, "STARK curve": https://docs.starkware.co/starkex/crypto/stark-curve.html
FIELD = 2**251 + 17 * 2**192 + 1
ORDER = 0x08000000_00000010_FFFFFFFF_FFFFFFFF_B781126D_CAE7B232_1E66A241_ADC64D2F
PARAMETERS = FastCurve(
    "stark",
    p=FIELD,
    a=1,
    b=0x06F21413EFBE40DE150E596D72F7A8C5609AD26C15C915C1F4CDFCB99CEE9E89,
    q=ORDER,
    gx=0x01EF15C18599971B7BECED415A40F0C7DEACFD9B0D1819E03D723D8BC943CFCA,
    gy=0x005668060AA49730B7BE4801DF46EC62DE53ECD11ABE43A32873000C36E8DC1F,
)
MULTIPLICATIONS = ManyMultiplications(FIELD, ORDER, (PARAMETERS.G.x, PARAMETERS.G.y))

MANY = 256
"""Scalars from which on the sieve is quicker than fastecdsa, its tables included."""


class Stark(Curve):
    """y^2 = x^3 + x + b over FIELD. The cofactor is 1."""

    name = "stark"
    order = ORDER

    def base_multiply(self, scalar: Secret) -> Point:
        return _point(PARAMETERS.G * int.from_bytes(scalar.reveal(), "big"))

    def find_scalar(self, values: Sequence[int], public_key: bytes) -> Secret | None:
        if len(values) < MANY:
            return super().find_scalar(values, public_key)
        wanted = int.from_bytes(public_key[1:], "big")
        found = MULTIPLICATIONS.x_coordinates(values)
        likely = [v for v, x in zip(values, found, strict=True) if x is None or x == wanted]
        return super().find_scalar(likely, public_key)

    def parse_point(self, encoded: bytes) -> Point:
        if len(encoded) != 65 or encoded[0] != 4:
            raise malformed("a stark point has 65 bytes and begins with 04")
        return _on_curve(int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big"))

    def parse_public_key(self, encoded: bytes) -> bytes:
        if len(encoded) == 65:
            return self.parse_point(encoded).compressed
        if len(encoded) != 33 or encoded[0] not in (2, 3):
            raise malformed("a stark public key has 33 bytes (02, 03) or 65 bytes (04)")
        x = int.from_bytes(encoded[1:], "big")
        square = (x * x * x + x + PARAMETERS.b) % FIELD
        # Euler's criterion: x belongs to two points, and the first byte picks one.
        if x >= FIELD or pow(square, (FIELD - 1) // 2, FIELD) != 1:
            raise malformed("these bytes are not a point of the stark curve")
        return encoded

    def combine(self, terms: Iterable[tuple[int, Point]]) -> Point | None:
        total: FastPoint | None = None
        for factor, point in terms:
            if scalar := factor % ORDER:
                x, y = point.encoded[1:33], point.encoded[33:]
                term = scalar * FastPoint(
                    int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve=PARAMETERS
                )
                total = term if total is None else _add(total, term)
        return None if total is None else _point(total)


STARK = Stark()


def _add(left: FastPoint, right: FastPoint) -> FastPoint | None:
    left, right = left.normalize(), right.normalize()
    if left.x == right.x and left.y != right.y:
        return None  # fastecdsa writes the identity as it likes: never ask it for one
    return left + right


def _on_curve(x: int, y: int) -> Point:
    if x >= FIELD or y >= FIELD or (y * y - x * x * x - x - PARAMETERS.b) % FIELD:
        raise malformed("these bytes are not a point of the stark curve")
    return _point(FastPoint(x, y, curve=PARAMETERS))


def _point(point: FastPoint) -> Point:
    encoder = SEC1Encoder()
    return Point(
        "stark",
        encoder.encode_public_key(point, compressed=False),
        encoder.encode_public_key(point, compressed=True),
    )
