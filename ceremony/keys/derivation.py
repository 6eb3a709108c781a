"""From a seed to the key at a path: BIP-32 on secp256k1, SLIP-10 on ed25519.

The two are a few lines of HMAC; the additions are libsecp256k1's. The small library
that has them (bip32) holds coincurve back, the others bring python-ecdsa along.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from coincurve import PrivateKey

from ceremony.curves import SECP256K1
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.refusals import path_error
from ceremony.secret import Secret

HARDENED = 1 << 31
"""BIP-32: indices from here on are hardened, written 0', 0h or 0H."""

MAX_DEPTH = 255
"""BIP-32: the depth is one byte."""

MIN_SEED_SIZE, MAX_SEED_SIZE = 16, 64
"""Bytes of a seed. BIP-32: between 128 and 512 bits."""


@dataclass(frozen=True, slots=True)
class ExtendedKey:
    """A private key with what its children need. secp256k1.

    ``secret_scalar`` is 32 bytes big-endian in range, ``chain_code`` 32 bytes,
    ``depth`` the number of levels below the master key.
    """

    secret_scalar: Secret
    chain_code: Secret
    depth: int = 0


def parse_path(path: str) -> tuple[int, ...]:
    """The indices of a path from the master key: m, m/44'/60'/0'/0/0, m/0h/1H.

    Hardened ones have ``HARDENED`` added. Raises ``path``.
    """
    first, *rest = path.split("/")
    if first not in ("m", "M"):
        raise path_error(
            f"the path {printable(path)} does not begin with m/", "write it as m/44'/60'/0'/0/0"
        )
    return _levels(path, rest)


def parse_relative_path(path: str) -> tuple[int, ...]:
    """The indices of a path below a key that is not the master key: 0/5. Raises ``path``."""
    if path.split("/")[0] in ("m", "M"):
        raise path_error(
            f"the path {printable(path)} begins at the master key, which this key is not",
            "give only the levels below this key, such as 0/0; m alone is this key itself",
        )
    return _levels(path, path.split("/"))


def master_key(seed: Secret) -> ExtendedKey:
    """BIP-32's master key of a seed, 16 to 64 bytes. Raises ``key``."""
    secret, chain_code = _split(b"Bitcoin seed", _checked_seed(seed).reveal())
    if not 0 < int.from_bytes(secret.reveal(), "big") < SECP256K1.order:
        raise _no_key("this seed has no master key")
    return ExtendedKey(secret, chain_code)


def derive(key: ExtendedKey, path: tuple[int, ...]) -> ExtendedKey:
    """BIP-32's private child of a private key, level by level, hardened or not.

    Raises ``path`` below the depth that BIP-32 can count, ``key`` for the one index
    in 2^127 that has none.
    """
    if key.depth + len(path) > MAX_DEPTH:
        raise path_error("the path is too deep", f"BIP-32 counts {MAX_DEPTH} levels")
    for index in path:
        key = _child(key, index)
    return key


def slip10_ed25519_seed(seed: Secret, path: tuple[int, ...]) -> Secret:
    """SLIP-10's ed25519 key at a path: an RFC 8032 seed, 32 bytes.

    Raises ``path`` when a level is not hardened: SLIP-10 has no such child.
    """
    secret, chain_code = _split(b"ed25519 seed", _checked_seed(seed).reveal())
    return slip10_ed25519_child(secret, chain_code, path)


def slip10_ed25519_child(secret: Secret, chain_code: Secret, path: tuple[int, ...]) -> Secret:
    """SLIP-10's ed25519 key at a path below one that is known. Raises as the above."""
    for level, index in enumerate(path, 1):
        if index < HARDENED:
            raise path_error(
                f"ed25519 has only hardened levels, and level {level} of the path is none",
                "mark every level with '; words of Cardano have a format of their own, cardano",
            )
    for index in path:
        data = b"\0" + secret.reveal() + index.to_bytes(4, "big")
        secret, chain_code = _split(chain_code.reveal(), data)
    return secret


def _child(key: ExtendedKey, index: int) -> ExtendedKey:
    parent = PrivateKey(key.secret_scalar.reveal())
    if index >= HARDENED:
        data = b"\0" + key.secret_scalar.reveal()
    else:
        data = parent.public_key.format(compressed=True)
    tweak, chain_code = _split(key.chain_code.reveal(), data + index.to_bytes(4, "big"))
    try:
        child = parent.add(tweak.reveal())
    except ValueError:  # the tweak is not below the order, or the sum is zero
        raise _no_key("there is no key at this path") from None
    return ExtendedKey(Secret(child.secret), chain_code, key.depth + 1)


def _split(key: bytes, data: bytes) -> tuple[Secret, Secret]:
    digest = hmac.digest(key, data, hashlib.sha512)
    return Secret(digest[:32]), Secret(digest[32:])


def _levels(path: str, parts: list[str]) -> tuple[int, ...]:
    if len(parts) > MAX_DEPTH:
        raise path_error("the path has too many levels", f"BIP-32 counts {MAX_DEPTH} of them")
    levels = []
    for number, part in enumerate(parts, 1):
        match = re.fullmatch(r"(0|[1-9][0-9]{0,9})(['hH]?)", part, re.ASCII)
        if match is None or int(match[1]) >= HARDENED:
            raise path_error(
                f"level {number} of the path {printable(path)} is not a number below 2^31",
                "a level is a number, with ' (plain apostrophe) or h when it is hardened",
            )
        levels.append(int(match[1]) + (HARDENED if match[2] else 0))
    return tuple(levels)


def _checked_seed(seed: Secret) -> Secret:
    if not MIN_SEED_SIZE <= len(seed) <= MAX_SEED_SIZE:
        raise _no_key(f"a seed has {MIN_SEED_SIZE} to {MAX_SEED_SIZE} bytes, this one {len(seed)}")
    return seed


def _no_key(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.KEY, message, hint="another seed, or the next index, is what wallets take here"
    )
