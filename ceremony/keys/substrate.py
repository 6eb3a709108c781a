"""Words of Polkadot and its kin: BIP-39's words, and nothing of its seed or of BIP-32.

substrate-bip39, and sp-core's derivation with hard junctions (crypto.rs, ed25519.rs,
ecdsa.rs). The field's libraries for it are in Rust and JavaScript.
"""

import hashlib
import re
from collections.abc import Sequence

from ceremony.errors import printable
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import path_error
from ceremony.keys.words import bip39_entropy, bip39_words, passphrase_text
from ceremony.secret import Secret

ROUNDS = 2048
LABELS = {"ed25519": b"Ed25519HDKD", "secp256k1": b"Secp256k1HDKD"}
"""sp-core: what a hard junction of each curve hashes first."""

MAX_JUNCTION = 60
"""Bytes of a junction that are read: SCALE writes the length of no longer one in one byte."""

NOT_SR25519 = (
    "wallets of Polkadot and its kin make sr25519 keys unless told otherwise, which Dfns does "
    "not have: this key is on {curve}, compare its address"
)


def parse_substrate(
    source: Secret, curve: str, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` (//polkadot//0), or without one the key of the words alone.

    PBKDF2 over the entropy of the words, with BIP-39's salt and rounds; its first half
    is the RFC 8032 seed or the secp256k1 scalar. Raises ``key``, ``type`` and
    ``checksum`` for the words, ``path`` for soft junctions, ``passphrase``.
    """
    levels = [parse_junctions(path) for path in paths]
    salt = b"mnemonic" + passphrase_text(passphrase).encode()
    entropy = bip39_entropy(bip39_words(source))
    secret = Secret(hashlib.pbkdf2_hmac("sha512", entropy.reveal(), salt, ROUNDS)[:KEY_SIZE])
    if not paths:
        return (_key(curve, secret, None),)
    return tuple(
        _key(curve, hard_junctions(curve, secret, level), path)
        for level, path in zip(levels, paths, strict=True)
    )


def parse_junctions(path: str) -> tuple[bytes, ...]:
    """The chain codes of a path of hard junctions, 32 bytes each.

    A number is 8 bytes little-endian, another text its length and its bytes in SCALE,
    and what is longer its BLAKE2b. Raises ``path`` for soft junctions, for a password in
    the path, and where subkey and polkadot.js do not read the same.
    """
    if "///" in path:
        raise path_error(
            "a password stands in the path, after ///",
            "leave it out of the path and give it with --passphrase-file",
        )
    if not re.fullmatch(r"(/{1,2}[^/]+)+", path):
        raise path_error(
            f"the path {printable(path)} is not made of junctions",
            "write it as the wallet shows it: //polkadot//0",
        )
    junctions = re.findall(r"(/{1,2})([^/]+)", path)
    if any(slashes == "/" for slashes, _ in junctions):
        raise path_error(
            f"the path {printable(path)} has a soft junction, which only sr25519 has",
            "Dfns has no sr25519; with ed25519 and secp256k1 each junction begins with //",
        )
    return tuple(_chain_code(path, text) for _, text in junctions)


def hard_junctions(curve: str, secret: Secret, chain_codes: Sequence[bytes]) -> Secret:
    """The secret below hard junctions: BLAKE2b-256 of label, secret and chain code."""
    label = _scale(LABELS[curve])
    for code in chain_codes:
        secret = Secret(hashlib.blake2b(label + secret.reveal() + code, digest_size=32).digest())
    return secret


def _key(curve: str, secret: Secret, path: str | None) -> KeyMaterial:
    warnings = (NOT_SR25519.format(curve=curve),)
    if curve == "ed25519":
        return seed_key(secret, path=path, warnings=warnings)
    return scalar_key(curve, secret, path=path, warnings=warnings)


def _chain_code(path: str, text: str) -> bytes:
    if re.fullmatch("[0-9]+", text):
        if int(text[:21]) >= 1 << 64:
            raise path_error(
                f"a number in the path {printable(path)} is not below 2^64",
                "subkey and polkadot.js read it differently: look the key up in the wallet",
            )
        return int(text).to_bytes(8, "little").ljust(32, b"\0")
    content = text.encode()
    if not re.fullmatch("[!-~]+", text) or text[0] == "+" or text[:2].lower() == "0x":
        raise path_error(
            f"a junction of the path {printable(path)} is read differently by each wallet",
            "only numbers and plain names without spaces, +, 0x are read here",
        )
    if len(content) > MAX_JUNCTION:
        raise path_error(
            f"a junction of the path {printable(path)} is too long",
            f"at most {MAX_JUNCTION} characters",
        )
    code = _scale(content)
    if len(code) > 32:
        return hashlib.blake2b(code, digest_size=32).digest()
    return code.ljust(32, b"\0")


def _scale(content: bytes) -> bytes:
    """SCALE's encoding of up to 63 bytes: one byte with four times the length before them."""
    return bytes((len(content) << 2,)) + content
