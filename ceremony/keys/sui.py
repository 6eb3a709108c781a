"""Sui (and IOTA) private keys: bech32 of a flag and 32 bytes (SIP-15)."""

from dataclasses import replace

import bech32
import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import checksum_error, key_error, malformed, type_error
from ceremony.keys.source import ascii_text, from_base64, one_word
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
    return _flagged(bytes(content))


WITHOUT_CHECK = (
    "an entry of sui.keystore has no check in it, and a public key of ed25519 looks the same: "
    "only the address tells"
)


def parse_sui_keystore(source: Secret) -> KeyMaterial:
    """The key of a sui.keystore file with one entry: an array with base64 of flag and key.

    A public key of ed25519 is written in the same way, so such a key is only good with
    the address that is expected of it. Raises ``malformed``, ``ambiguous`` for more
    entries than one, ``key``, ``type``, ``curve`` for secp256r1.
    """
    try:
        entries = msgspec.json.decode(ascii_text(source, "Sui keystore"), type=list[str])
    except (msgspec.DecodeError, RecursionError):
        raise malformed("the Sui keystore is not an array of texts") from None
    if not entries:
        raise malformed("the Sui keystore is empty")
    if len(entries) > 1:
        raise CeremonyError(
            Failure.AMBIGUOUS,
            f"the Sui keystore holds {len(entries)} keys, and one is wanted",
            hint='give an array with the one entry that is meant: ["..."]',
        )
    content = from_base64(entries[0], "entry of the Sui keystore").reveal()
    if len(content) != KEY_SIZE + 1:
        raise key_error(
            f"an entry of the Sui keystore holds a flag and {KEY_SIZE} bytes, and this one does not"
        )
    key = _flagged(content)
    if key.curve != "ed25519":
        return key
    return replace(key, needs_expected=True, warnings=(WITHOUT_CHECK,))


def _flagged(content: bytes) -> KeyMaterial:
    """The key of a flag and 32 bytes. Raises ``curve``, ``type``, ``key``."""
    flag, payload = content[0], Secret(content[1:])
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
