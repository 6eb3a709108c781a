"""The JSON of Dfns' API, as typed values: field for field as docs/format.md has it.

Unknown fields in Dfns' answers are ignored
(the API grows); everything that is used is checked for type and range.
"""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from ceremony.curves import Curve, Point
from ceremony.dfns.bodies import ExportAnswer, SignersAnswer
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.secret import Secret
from ceremony.text import parse_hex_digits

T = TypeVar("T")


SHARE_VERSION = 1
"""The version of a share's plaintext, in import and export."""

MAX_JSON = 32 * 1024 * 1024
"""The largest JSON text that is parsed, bytes: a thousand imports are 7 MB."""


class ScalarJson(msgspec.Struct, frozen=True):
    curve: str
    scalar: str


class PointJson(msgspec.Struct, frozen=True):
    curve: str
    point: str


class ImportShare(msgspec.Struct, frozen=True):
    """The plaintext of an import share, in this order.

    The public shares, one list for all signers, are JSON already (``PointsJson``).
    """

    version: int
    secret_share: ScalarJson
    public_shares: msgspec.Raw


PointsJson = tuple[PointJson, ...]


class ExportShare(msgspec.Struct, frozen=True):
    """The plaintext of an export share."""

    version: int
    index: ScalarJson
    secret_share: ScalarJson


class _VersionOnly(msgspec.Struct, frozen=True):
    version: int


FETCH_AGAIN = "fetch it again; if it stays so, ask Dfns"
"""What to do about an answer of Dfns."""

WRITE_AGAIN = "it was changed or cut off on its way: take it again from where it was written"
"""What to do about a file or message of our own programs."""


def decode(data: bytes, kind: type[T], subject: str, hint: str = FETCH_AGAIN) -> T:
    """One JSON text as ``kind``, else ``malformed``, with ``hint`` and never the text."""
    if len(data) > MAX_JSON:
        raise malformed(f"{subject} is larger than {MAX_JSON} bytes", hint)
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        of_dfns = kind in (SignersAnswer, ExportAnswer)
        raise undocumented(data, subject, hint, of_dfns=of_dfns) from None


def undocumented(
    data: bytes, subject: str, hint: str = FETCH_AGAIN, *, of_dfns: bool
) -> CeremonyError:
    """Why bytes are not what Dfns documents: empty, a file of ours, or something else."""
    if not data.strip():
        return malformed(f"{subject} is empty", "is it the right file, and was it copied?")
    if of_dfns and (name := _written_here(data)) is not None:
        return malformed(
            f"{subject} is wanted, and this is {name}, which ceremony wrote",
            "give the file with what came from Dfns",
        )
    return malformed(f"{subject} is not the JSON that Dfns documents", hint)


def decode_share(data: Secret, kind: type[T], subject: str) -> T:
    """The plaintext of a share. Raises ``version`` or ``malformed``."""
    version = decode(data.reveal(), _VersionOnly, subject).version
    if version != SHARE_VERSION:
        raise CeremonyError(
            Failure.VERSION,
            f"{subject} has version {version}, this program knows version {SHARE_VERSION}",
            hint="one side is too old for the other: compare the versions of both programs",
        )
    return decode(data.reveal(), kind, subject)


def encode(value: msgspec.Struct) -> bytes:
    """Compact JSON, UTF-8, fields in the order of the struct."""
    return msgspec.json.encode(value)


def scalar_json(curve: Curve, scalar: Secret) -> ScalarJson:
    return ScalarJson(curve.name, scalar.reveal().hex())


def encode_points(points: Iterable[Point]) -> msgspec.Raw:
    """The list of public shares as it stands in every import share (``PointsJson``)."""
    return msgspec.Raw(msgspec.json.encode([point_json(point) for point in points]))


def point_json(point: Point) -> PointJson:
    return PointJson(point.curve, point.encoded.hex())


def read_scalar(value: ScalarJson, curve: Curve, subject: str) -> Secret:
    """Raises ``curve`` for another curve's, ``malformed`` for what is not a scalar."""
    _check_curve(value.curve, curve, subject)
    return curve.parse_scalar(parse_hex_digits(value.scalar, subject))


def read_point(value: PointJson, curve: Curve, subject: str) -> Point:
    """Raises ``curve`` for another curve's, ``malformed`` for what is not a point."""
    _check_curve(value.curve, curve, subject)
    return curve.parse_point(parse_hex_digits(value.point, subject))


OURS = (
    ((b'"encryptionKey"', b'"supportedSchemes"'), b'"publicKey"', "the request of an export"),
    ((b'"encryptedKeyShares"', b'"minSigners"'), b'"publicKey"', "the request of an import"),
)
"""Members of the bodies that this project writes itself, and one that only Dfns writes."""


def _written_here(data: bytes) -> str | None:
    """What the JSON is, where this project wrote it and Dfns did not."""
    for members, of_dfns, name in OURS:
        if all(member in data for member in members) and of_dfns not in data:
            return name
    return None


def malformed(message: str, hint: str = FETCH_AGAIN) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint=hint)


def _check_curve(name: str, curve: Curve, subject: str) -> None:
    if name == curve.name:
        return
    raise CeremonyError(
        Failure.CURVE,
        f"{subject} is on {printable(name)}, not on {curve.name}",
        hint="parts of different keys were mixed",
    )
