"""BIP-39 mnemonics: 12 to 24 English words, a passphrase or none, and a path."""

from collections.abc import Sequence

from mnemonic import Mnemonic

from ceremony.keys.derivation import derive, master_key, parse_path, slip10_ed25519_seed
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.words import bip39_words, passphrase_text
from ceremony.secret import Secret


def parse_bip39(
    source: Secret, curve: str, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` of a mnemonic: BIP-32 for secp256k1, SLIP-10 for ed25519.

    Words are separated by any white space, in lower or upper case, whole or their first
    four letters. Raises ``key`` for a wrong number of words or an unknown one, ``type``
    for words of another kind, ``checksum``, ``path`` (each path is read before the slow
    part), ``passphrase`` when that is not UTF-8.
    """
    levels = [parse_path(path) for path in paths]
    seed = mnemonic_seed(source, passphrase)
    if curve == "ed25519":
        return tuple(
            seed_key(slip10_ed25519_seed(seed, path), path=text)
            for path, text in zip(levels, paths, strict=True)
        )
    master = master_key(seed)
    return tuple(
        scalar_key(curve, derive(master, path).secret_scalar, path=text)
        for path, text in zip(levels, paths, strict=True)
    )


def parse_solana_keygen(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The ed25519 key whose RFC 8032 seed is the first half of BIP-39's seed, without a path.

    solana-keygen makes it unless it is told a path; so did the fundraiser of Tezos, with
    e-mail address and password as one passphrase. Raises as ``parse_bip39`` does.
    """
    return seed_key(Secret(mnemonic_seed(source, passphrase).reveal()[:KEY_SIZE]))


def mnemonic_seed(source: Secret, passphrase: Secret | None = None) -> Secret:
    """BIP-39's seed, 64 bytes: PBKDF2-HMAC-SHA512, 2,048 rounds, all texts in NFKD.

    Raises ``key``, ``type``, ``checksum``, ``passphrase``.
    """
    words = bip39_words(source)
    return Secret(Mnemonic.to_seed(" ".join(words), passphrase_text(passphrase)))
