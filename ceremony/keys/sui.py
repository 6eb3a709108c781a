"""Sui (and IOTA) private keys: bech32 of a flag and 32 bytes (SIP-15)."""

import bech32

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, key_error, scalar_key, seed_key
from ceremony.keys.source import checksum_error, one_word, type_error
from ceremony.secret import Secret

PREFIXES = ("suiprivkey", "iotaprivkey")
"""SIP-15; IOTA Rebased took the form over with a prefix of its own."""

ED25519, SECP256K1, SECP256R1 = 0, 1, 2
"""Sui, "Signatures": the flag byte of each scheme."""


def parse_sui(source: Secret) -> KeyMaterial:
    """The key in a suiprivkey text: an RFC 8032 seed, or a secp256k1 scalar.

    Raises ``key``, ``checksum``, ``type``, ``curve`` for secp256r1.
    """
    text = one_word(source, "Sui key")
    if not text.lower().startswith(tuple(prefix + "1" for prefix in PREFIXES)):
        raise type_error(
            "the Sui key does not begin with suiprivkey1",
            "give it as the wallet writes it; 64 hex digits are the format hex",
        )
    if text not in (text.lower(), text.upper()):
        raise key_error("the Sui key mixes capitals and small letters")
    _, _, data = text.lower().rpartition("1")
    for position, character in enumerate(data, len(text) - len(data) + 1):
        if character not in bech32.CHARSET:
            raise CeremonyError(
                Failure.KEY,
                f"character {position} of the Sui key does not occur in bech32",
                hint="after the first 1 bech32 has no 1, b, i and o",
            )
    prefix, groups = bech32.bech32_decode(text)
    if prefix not in PREFIXES or groups is None:
        raise checksum_error("Sui key")
    content = bech32.convertbits(groups, 5, 8, False)
    if content is None or len(content) != KEY_SIZE + 1:
        raise key_error(f"a Sui key holds a flag and {KEY_SIZE} bytes, and this one does not")
    flag, payload = content[0], Secret(bytes(content[1:]))
    if flag == ED25519:
        return seed_key(payload)
    if flag == SECP256K1:
        return scalar_key("secp256k1", payload)
    if flag == SECP256R1:
        raise CeremonyError(
            Failure.CURVE,
            "the Sui key is one of secp256r1",
            hint="Dfns keeps Sui keys of ed25519",
        )
    raise type_error(f"the flag {flag} of the Sui key is not known", "known: 0 and 1")
