"""JSON Web Keys: RFC 8037 for Ed25519, RFC 8812 for secp256k1."""

import base64
import binascii
from typing import Annotated

import msgspec

from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import type_error
from ceremony.keys.source import ascii_text
from ceremony.secret import Secret

Base64Url = Annotated[str, msgspec.Meta(max_length=64)]


class Jwk(msgspec.Struct):
    """RFC 7517, section 4, and the members of the two kinds of key. Others are passed over."""

    kty: str
    crv: str | None = None
    d: Base64Url | None = None
    x: Base64Url | None = None
    y: Base64Url | None = None


def parse_jwk(source: Secret) -> KeyMaterial:
    """The key in one JSON Web Key. Its public key, which the RFCs ask for, must be its own.

    Raises ``malformed``, ``type`` for public keys and other kinds, ``curve``, ``key``,
    ``public-key``.
    """
    try:
        jwk = msgspec.json.decode(ascii_text(source, "JSON Web Key"), type=Jwk)
    except (msgspec.DecodeError, RecursionError):
        raise _malformed("this is not one JSON Web Key") from None
    if (jwk.kty, jwk.crv) == ("OKP", "Ed25519"):
        key = seed_key(_private(jwk))
        public = (_bytes(jwk.x, "x"),) == (key.public_key,)
    elif (jwk.kty, jwk.crv) == ("EC", "secp256k1"):
        key = scalar_key("secp256k1", _private(jwk))
        point = SECP256K1.parse_compressed(key.public_key).encoded[1:]
        public = _bytes(jwk.x, "x") + _bytes(jwk.y, "y") == point
    elif jwk.kty in ("OKP", "EC") and jwk.crv is not None:
        raise CeremonyError(
            Failure.CURVE,
            f"the JSON Web Key is one of the curve {printable(jwk.crv)}",
            hint="Dfns imports secp256k1 and ed25519, which are named secp256k1 and Ed25519 here",
        )
    else:
        raise type_error("the JSON Web Key is of another kind (RSA, oct, ...)", "kty is OKP or EC")
    if not public:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            "the public part of the JSON Web Key does not belong to its private part",
            hint="the key was damaged, or put together from two",
        )
    return key


def _private(jwk: Jwk) -> Secret:
    if jwk.d is None:
        raise type_error("this is a public JSON Web Key: it has no d", "the private one has d")
    return Secret(_bytes(jwk.d, "d"))


def _bytes(text: str | None, name: str) -> bytes:
    """The 32 bytes of a member, base64url without padding. Raises ``malformed``."""
    if text is None:
        raise _malformed(f"the JSON Web Key has no {name}")
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(f"the {name} of the JSON Web Key is not base64url") from None
    if len(content) != KEY_SIZE:
        raise _malformed(f"the {name} of the JSON Web Key does not have {KEY_SIZE} bytes")
    return content


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint="give one whole key, unchanged")
