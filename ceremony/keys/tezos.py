"""Tezos secret keys, unencrypted: edsk (seed or pair, ed25519) and spsk (secp256k1)."""

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, pair_key, scalar_key, seed_key
from ceremony.keys.refusals import type_error
from ceremony.keys.source import from_base58check, one_word
from ceremony.secret import Secret

# Octez, src/lib_crypto/base58.ml: each prefix goes with one length of payload.
ED25519_SEED = bytes.fromhex("0d0f3a07")
ED25519_PAIR = bytes.fromhex("2bf64e07")
SECP256K1 = bytes.fromhex("11a2e0c9")
P256 = bytes.fromhex("1051eebd")
ENCRYPTED = (
    bytes.fromhex("075a3cb329"),
    bytes.fromhex("09edf1ae96"),
    bytes.fromhex("09303973ab"),
)


def parse_tezos(source: Secret) -> KeyMaterial:
    """The key in edsk (54 or 98 characters) or spsk text.

    The long edsk holds the public key, which must be that of its seed. Raises ``key``,
    ``checksum``, ``curve`` for p2sk, ``type``, ``public-key``.
    """
    content = from_base58check(one_word(source, "Tezos key"), "Tezos key")
    prefix, payload = content[:4], Secret(content[4:])
    if prefix == ED25519_SEED and len(payload) == KEY_SIZE:
        return seed_key(payload)
    if prefix == ED25519_PAIR and len(payload) == 2 * KEY_SIZE:
        return pair_key(payload, "Tezos key")
    if prefix == SECP256K1 and len(payload) == KEY_SIZE:
        return scalar_key("secp256k1", payload)
    if prefix == P256:
        raise CeremonyError(
            Failure.CURVE,
            "a Tezos key that begins with p2sk is of the curve P-256",
            hint="Dfns keeps edsk (ed25519) and spsk (secp256k1)",
        )
    if content[:5] in ENCRYPTED:
        raise type_error(
            "this Tezos key is encrypted",
            "open it first: octez-client show address NAME --show-secret",
        )
    raise type_error("this Tezos text is not a secret key", "a secret key begins with edsk or spsk")
