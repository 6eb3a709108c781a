"""secp256k1 by libsecp256k1, through coincurve."""

from collections.abc import Iterable

from coincurve import PublicKey
from coincurve._libsecp256k1 import ffi, lib
from coincurve.context import GLOBAL_CONTEXT
from coincurve.flags import EC_UNCOMPRESSED

from ceremony.curves.base import Curve, Point, malformed
from ceremony.secret import Secret

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""SEC 2, section 2.4.1."""

# Parsed once: cffi would parse the text of a type at each call.
PUBLIC_KEY = ffi.typeof("secp256k1_pubkey *")
UNCOMPRESSED = ffi.typeof("unsigned char[65]")
SHARED = ffi.typeof("unsigned char[64]")
SIZE = ffi.typeof("size_t *")


class Secp256k1(Curve):
    """SEC 2, section 2.4.1. The cofactor is 1: each point on the curve will do."""

    name = "secp256k1"
    order = ORDER

    def base_multiply(self, scalar: Secret) -> Point:
        key = ffi.new(PUBLIC_KEY)
        if not lib.secp256k1_ec_pubkey_create(GLOBAL_CONTEXT.ctx, key, scalar.reveal()):
            raise malformed("a scalar is zero or not below the order of its curve")
        return _point(key)

    def parse_point(self, encoded: bytes) -> Point:
        if len(encoded) != 65 or encoded[0] != 4:
            raise malformed("a secp256k1 point has 65 bytes and begins with 04")
        return _point(_parse(encoded).public_key)

    def parse_compressed(self, encoded: bytes) -> Point:
        """The point in SEC 1's compressed form, 33 bytes. Raises ``malformed``."""
        if len(encoded) != 33 or encoded[0] not in (2, 3):
            raise malformed("a compressed secp256k1 point has 33 bytes and begins with 02 or 03")
        return _point(_parse(encoded).public_key)

    def parse_public_key(self, encoded: bytes) -> bytes:
        # libsecp256k1 takes the hybrid forms 06 and 07 too; nobody means them.
        if len(encoded) == 65:
            return self.parse_point(encoded).compressed
        return self.parse_compressed(encoded).compressed

    def combine(self, terms: Iterable[tuple[int, Point]]) -> Point | None:
        keys = []
        for factor, point in terms:
            if scalar := factor % ORDER:
                key = _parse(point.encoded)
                keys.append(key if scalar == 1 else key.multiply(scalar.to_bytes(32, "big")))
        try:
            return _point(PublicKey.combine_keys(keys).public_key) if keys else None
        except ValueError:  # libsecp256k1 has no identity: the sum was one
            return None


SECP256K1 = Secp256k1()


@ffi.callback("int(unsigned char *, const unsigned char *, const unsigned char *, void *)")  # type: ignore[untyped-decorator]
def _whole_point(output: object, x: object, y: object, _data: object) -> int:
    ffi.memmove(output, x, 32)
    ffi.memmove(output + 32, y, 32)  # type: ignore[operator]
    return 1


def shared_point(scalar: Secret, point: Point) -> Secret:
    """compressed(scalar * point), 33 bytes: the ECDH of docs/format.md, "Encryption".

    It goes through ``secp256k1_ecdh``, whose multiplication takes constant time;
    ``PublicKey.multiply`` does not. libsecp256k1 would hash the result, so a hash
    function of our own hands out the whole point instead.
    """
    output = ffi.new(SHARED)
    public_key = PublicKey(point.encoded).public_key
    done = lib.secp256k1_ecdh(
        GLOBAL_CONTEXT.ctx, output, public_key, scalar.reveal(), _whole_point, ffi.NULL
    )
    if not done:
        # Unchecked, the output would be zeros: a key that everybody knows.
        raise malformed("a scalar is zero or not below the order of its curve")
    whole = bytes(ffi.buffer(output))
    return Secret(bytes((2 + (whole[63] & 1),)) + whole[:32])


def _parse(encoded: bytes) -> PublicKey:
    try:
        return PublicKey(encoded)
    except ValueError:
        raise malformed("these bytes are not a point of secp256k1") from None


def _point(key: object) -> Point:
    # Straight to the library: coincurve's wrappers cost a tenth of the multiplication.
    output, size = ffi.new(UNCOMPRESSED), ffi.new(SIZE, 65)
    lib.secp256k1_ec_pubkey_serialize(GLOBAL_CONTEXT.ctx, output, size, key, EC_UNCOMPRESSED)
    encoded = ffi.buffer(output)[:]
    return Point("secp256k1", encoded, b"\2\3"[encoded[64] & 1 :][:1] + encoded[1:33])
