"""DER in hex digits, as Hedera's tools write keys, and the short form that only they have."""

from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key
from ceremony.keys.pkcs8 import parse_der
from ceremony.keys.refusals import key_error
from ceremony.keys.source import one_word
from ceremony.secret import Secret

ECDSA_PREFIX = bytes.fromhex("3030020100300706052b8104000a04220420")
"""What the Hedera SDKs put before 32 bytes of secp256k1: PKCS#8 whose algorithm is the
curve itself, and whose key is an octet string. RFC 5958 and RFC 5480 ask for more."""


def parse_hedera_der(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The key in DER bytes: Hedera's short form of secp256k1, else as ``parse_der``.

    Raises ``key``, and what ``parse_der`` raises.
    """
    content = source.reveal()
    short = content.startswith(ECDSA_PREFIX) and len(content) == len(ECDSA_PREFIX) + KEY_SIZE
    if short and passphrase is None:
        return scalar_key("secp256k1", Secret(content[len(ECDSA_PREFIX) :]))
    return parse_der(source, passphrase)


def parse_der_hex(source: Secret) -> KeyMaterial:
    """The key in the hex digits of DER, not encrypted: 302e020100300506032b6570...

    Raises ``key``, and what ``parse_der`` raises.
    """
    digits = one_word(source, "DER key").removeprefix("0x")
    if any(c not in "0123456789abcdefABCDEF" for c in digits) or len(digits) % 2:
        raise key_error("the DER key is not an even number of hex digits")
    return parse_hedera_der(Secret(bytes.fromhex(digits)))
