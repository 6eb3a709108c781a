"""Cardano's .skey files: cardano-cli's text envelopes around a few bytes of CBOR."""

import re

import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.ed25519_forms import expanded_key, unchecked_expanded_key
from ceremony.keys.material import KEY_SIZE, KeyMaterial, seed_key
from ceremony.keys.refusals import type_error
from ceremony.keys.source import ascii_text
from ceremony.secret import Secret

SIGNING_KEY = re.compile(
    "(Payment|Stake)(SigningKeyShelley_ed25519|ExtendedSigningKeyShelley_ed25519_bip32)"
)
"""The types that cardano-cli gives the keys of addresses."""

EXTENDED = "Extended"

EXPANDED_SIZE = 2 * KEY_SIZE
WHOLE_SIZE = 4 * KEY_SIZE
"""Bytes of an extended key: the expanded secret key, the public key, the chain code."""

BYTE_STRING = 0x58
"""CBOR, RFC 8949, section 3.1: a byte string whose length is in the next byte."""


class Envelope(msgspec.Struct):
    """cardano-api's TextEnvelope. The description says nothing that is relied on."""

    type: str
    cborHex: Secret  # noqa: N815


def parse_cardano_skey(source: Secret) -> KeyMaterial:
    """The ed25519 key of a payment or stake signing key, extended or not.

    A plain one holds an RFC 8032 seed. An extended one holds the expanded secret key,
    the public key, which must belong to it, and a chain code, from which nothing is
    derived here; where only the expanded secret key is there, nothing can be compared.
    Raises ``malformed``, ``type`` for envelopes of other things, ``public-key``, ``key``.
    """
    envelope = _envelope(ascii_text(source, "signing key file"))
    kind = SIGNING_KEY.fullmatch(envelope.type)
    if kind is None:
        raise type_error(
            "the file is not the signing key of a payment or stake address of Shelley",
            "its type says what it is: Payment and StakeSigningKeyShelley are read",
        )
    content = _content(envelope)
    if EXTENDED not in kind[2]:
        if len(content) != KEY_SIZE:
            raise _malformed(f"a signing key has {KEY_SIZE} bytes, this one {len(content)}")
        return seed_key(content)
    if len(content) == EXPANDED_SIZE:
        return unchecked_expanded_key(content)
    if len(content) != WHOLE_SIZE:
        raise _malformed(f"an extended key has {WHOLE_SIZE} bytes, this one {len(content)}")
    key = expanded_key(Secret(content.reveal()[:EXPANDED_SIZE]))
    if key.public_key != content.reveal()[EXPANDED_SIZE : EXPANDED_SIZE + KEY_SIZE]:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            "the public half of the signing key file does not belong to its private half",
            hint="the file was damaged, or put together from two keys",
        )
    return key


def _envelope(text: str) -> Envelope:
    def secret(kind: type, value: object) -> Secret:
        if not isinstance(value, str):
            raise TypeError(kind)
        return Secret(bytes.fromhex(value))

    try:
        return msgspec.json.decode(text, type=Envelope, dec_hook=secret)
    except (msgspec.DecodeError, ValueError, TypeError, RecursionError):
        raise _malformed("this is not a text envelope of Cardano") from None


def _content(envelope: Envelope) -> Secret:
    cbor = envelope.cborHex.reveal()
    if len(cbor) < 2 or cbor[0] != BYTE_STRING or cbor[1] != len(cbor) - 2:
        raise _malformed("the envelope's cborHex is not one byte string")
    return Secret(cbor[2:])


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint="give the whole .skey file, unchanged")
