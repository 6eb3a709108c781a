"""BIP32-Ed25519 with the three ways in which Cardano's wallets and Ledger begin it.

Khovratovich and Law, "BIP32-Ed25519 Hierarchical Deterministic Keys over a
Non-linear Keyspace"; the master keys are those of CIP-3. A key is an ed25519 scalar,
which has no RFC 8032 seed (but see ``parse_substrate_ledger``). The few additions
stand here because the library that has them, bip-utils, brings an HTTP client.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mnemonic import Mnemonic

from ceremony.curves import ED25519, scalar_bytes
from ceremony.keys.derivation import HARDENED, parse_path
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import key_error, path_error
from ceremony.keys.word_lists import word_indices
from ceremony.keys.words import bip39_entropy, bip39_words, passphrase_text
from ceremony.secret import Secret

ICARUS_ROUNDS = 4096
LEDGER_KEY = b"ed25519 seed"
THIRD_HIGHEST_BIT = 0x20
"""Of the last byte of a scalar: clear in a master key, so that no child overflows."""

Master = Callable[[list[str], Secret | None], "ExtendedScalar"]


@dataclass(frozen=True, slots=True)
class ExtendedScalar:
    """A private key with what its children need: kL and kR of the paper, and the chain code.

    Each has 32 bytes; ``left`` and ``right`` are little-endian, ``left`` not reduced.
    """

    left: Secret
    right: Secret
    chain_code: Secret


def parse_cardano(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The ed25519 keys at ``paths`` (m/1852'/1815'/0'/0/0) of words, by CIP-3 Icarus.

    Raises ``key``, ``type`` and ``checksum`` for the words, ``path``, ``passphrase``.
    """
    return _keys(source, paths, passphrase, icarus_master)


def parse_cardano_trezor(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """As ``parse_cardano``, but as a Trezor does it: another key where there are 24 words."""
    return _keys(source, paths, passphrase, trezor_master)


def parse_cardano_ledger(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """As ``parse_cardano``, but as the Cardano app of a Ledger does it."""
    return _keys(source, paths, passphrase, ledger_master)


def parse_substrate_ledger(
    source: Secret, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The ed25519 keys that the Polkadot app of a Ledger has at ``paths`` (m/44'/354'/0'/0'/0').

    The left half of the derived key is an RFC 8032 seed there, not a scalar (Ledger's
    library hashes it once more), as polkadot.js' hdLedger has it. Raises as
    ``parse_cardano`` does, and ``path`` for a level that is not hardened.
    """
    levels = [parse_path(path) for path in paths]
    if any(index < HARDENED for path in levels for index in path):
        raise path_error(
            "a Ledger has only hardened levels for Polkadot and its kin",
            "mark every level with ': m/44'/354'/0'/0'/0'",
        )
    first = ledger_master(bip39_words(source), passphrase)
    return tuple(
        seed_key(derive_ed25519(first, path).left, path=text)
        for path, text in zip(levels, paths, strict=True)
    )


def icarus_master(words: list[str], passphrase: Secret | None) -> ExtendedScalar:
    """CIP-3, Icarus: PBKDF2 over the passphrase, with the entropy of the words as salt."""
    return _icarus(bip39_entropy(words), passphrase)


def trezor_master(words: list[str], passphrase: Secret | None) -> ExtendedScalar:
    """CIP-3, Icarus, "Trezor": with 24 words, the byte of the checksum is left in the entropy."""
    value = 0
    for word in words:
        value = value << 11 | word_indices()[word]
    bits = 11 * len(words)
    return _icarus(Secret((value >> bits % 8).to_bytes(bits // 8, "big")), passphrase)


def ledger_master(words: list[str], passphrase: Secret | None) -> ExtendedScalar:
    """CIP-3, Ledger: from BIP-39's seed, hashed until the third highest bit is clear."""
    seed = Mnemonic.to_seed(" ".join(words), passphrase_text(passphrase))
    chain_code = hmac.digest(LEDGER_KEY, b"\1" + seed, hashlib.sha256)
    digest = hmac.digest(LEDGER_KEY, seed, hashlib.sha512)
    while digest[31] & THIRD_HIGHEST_BIT:
        digest = hmac.digest(LEDGER_KEY, digest, hashlib.sha512)
    return ExtendedScalar(_clamped(digest[:32]), Secret(digest[32:]), Secret(chain_code))


def derive_ed25519(key: ExtendedScalar, path: tuple[int, ...]) -> ExtendedScalar:
    """The private child, level by level, hardened or not. Raises ``key`` where there is none."""
    for index in path:
        key = _child(key, index)
    return key


def dfns_scalar(key: ExtendedScalar) -> Secret:
    """The scalar as Dfns takes it: mod order, big-endian. The public key is the same one.

    Raises ``key`` when it is zero.
    """
    value = int.from_bytes(key.left.reveal(), "little") % ED25519.order
    if value == 0:
        raise key_error("there is no key at this path")
    return scalar_bytes(value)


def _keys(
    source: Secret, paths: Sequence[str], passphrase: Secret | None, master: Master
) -> tuple[KeyMaterial, ...]:
    levels = [parse_path(path) for path in paths]
    first = master(bip39_words(source), passphrase)
    return tuple(
        scalar_key("ed25519", dfns_scalar(derive_ed25519(first, path)), path=text)
        for path, text in zip(levels, paths, strict=True)
    )


def _icarus(entropy: Secret, passphrase: Secret | None) -> ExtendedScalar:
    password = passphrase_text(passphrase).encode()
    content = hashlib.pbkdf2_hmac("sha512", password, entropy.reveal(), ICARUS_ROUNDS, 96)
    left = bytearray(content[:32])
    left[31] &= ~THIRD_HIGHEST_BIT & 0xFF
    return ExtendedScalar(_clamped(left), Secret(content[32:64]), Secret(content[64:]))


def _clamped(scalar: bytes | bytearray) -> Secret:
    """As RFC 8032, section 5.1.5, step 2."""
    clamped = bytearray(scalar)
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    return Secret(bytes(clamped))


def _child(key: ExtendedScalar, index: int) -> ExtendedScalar:
    """The paper, section V, B; kL' = kL + 8 * the first 28 bytes of Z, kR' mod 2^256."""
    if index >= HARDENED:
        tags, data = (b"\0", b"\1"), key.left.reveal() + key.right.reveal()
    else:
        tags, data = (b"\2", b"\3"), ED25519.base_multiply(dfns_scalar(key)).compressed
    data += index.to_bytes(4, "little")
    z, chain = (hmac.digest(key.chain_code.reveal(), tag + data, hashlib.sha512) for tag in tags)
    left = 8 * int.from_bytes(z[:28], "little") + int.from_bytes(key.left.reveal(), "little")
    right = int.from_bytes(z[32:], "little") + int.from_bytes(key.right.reveal(), "little")
    return ExtendedScalar(
        Secret(left.to_bytes(KEY_SIZE, "little")),
        Secret((right % (1 << 256)).to_bytes(KEY_SIZE, "little")),
        Secret(chain[32:]),
    )
