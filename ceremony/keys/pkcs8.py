"""PEM and DER: PKCS#8, encrypted or not, and SEC 1."""

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)

from ceremony.curves import scalar_bytes
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.der_cost import BLOCK, check_der_cost, check_pem_cost
from ceremony.keys.encryption import is_read
from ceremony.keys.material import KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import malformed, passphrase_error, type_error
from ceremony.keys.source import ascii_text
from ceremony.secret import Secret

WHAT = "key"
"""What errors about its cost call it."""

LABELS = ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY")

OTHER_LABELS = {
    "OPENSSH PRIVATE KEY": "its format is openssh",
    "RSA PRIVATE KEY": "an RSA key is not one that Dfns keeps",
    "DSA PRIVATE KEY": "a DSA key is not one that Dfns keeps",
    "PGP PRIVATE KEY BLOCK": "keys of OpenPGP are not read",
}
"""What to do with blocks that OpenSSL, too, cannot turn into the ones above."""


def parse_pem(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The key in the one private key block of a PEM text, of secp256k1 or ed25519.

    Other blocks before it, such as OpenSSL's EC PARAMETERS, are passed over. Raises
    ``malformed``, ``type`` for other kinds of key, and as ``parse_der`` does.
    """
    text = ascii_text(source, "PEM text")
    blocks = [block for block in BLOCK.finditer(text) if "PRIVATE" in block[1]]
    if not blocks:
        raise type_error(
            "the PEM text holds no private key", "it has a line -----BEGIN ... PRIVATE KEY-----"
        )
    if len(blocks) > 1:
        raise malformed("the PEM text holds several private keys: give one at a time")
    label, body = blocks[0].groups()
    if label not in LABELS:
        raise type_error(
            f"a PEM block of the kind {printable(label)} is not read here",
            OTHER_LABELS.get(label, "secp256k1 and ed25519 in PKCS#8 or SEC 1 are read"),
        )
    der = check_pem_cost(label, body, WHAT)
    if der is None:
        whole = Secret(blocks[0][0].encode())
        return _load(whole, passphrase, encrypted=True, pem=True)
    return parse_der(Secret(der), passphrase)


def parse_der(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The key in PKCS#8 or SEC 1 bytes, of secp256k1 or ed25519.

    The cost of opening an encrypted one is checked before it is paid; a public key
    inside must belong to the private one. Raises ``malformed``, ``curve``, ``type``,
    ``passphrase`` (missing, needless or wrong), ``oversized``.
    """
    encrypted = check_der_cost(source.reveal(), WHAT)
    return _load(source, passphrase, encrypted=encrypted, pem=False)


def _load(source: Secret, passphrase: Secret | None, *, encrypted: bool, pem: bool) -> KeyMaterial:
    if encrypted and not passphrase:
        raise passphrase_error("the key is encrypted, and no passphrase is given", "give it")
    if not encrypted and passphrase is not None:
        raise passphrase_error(
            "the key is not encrypted, yet a passphrase is given", "leave it out"
        )
    load = load_pem_private_key if pem else load_der_private_key
    try:
        key = load(source.reveal(), passphrase.reveal() if passphrase else None)
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    except (ValueError, TypeError, OverflowError, InternalError):  # X448 of 32 bytes: the last
        if encrypted and not is_read(source.reveal()):
            raise _unsupported() from None
        if encrypted:
            raise passphrase_error(
                "the key does not open", "the passphrase is wrong, or the file is damaged"
            ) from None
        raise malformed("these bytes are not a private key in PKCS#8 or SEC 1") from None
    if isinstance(key, Ed25519PrivateKey):
        return seed_key(Secret(key.private_bytes_raw()))
    if not isinstance(key, EllipticCurvePrivateKey):
        raise type_error("the key is of another kind (RSA, X25519, ...)", "Dfns keeps no such key")
    if key.curve.name != "secp256k1":
        raise CeremonyError(
            Failure.CURVE,
            f"the key is one of the curve {printable(key.curve.name)}",
            hint="Dfns imports secp256k1, ed25519 and stark",
        )
    return scalar_key("secp256k1", scalar_bytes(key.private_numbers().private_value))


def _unsupported() -> CeremonyError:
    return type_error(
        "the key is of a kind, or encrypted in a way, that is not supported",
        "secp256k1 and ed25519 are read, encrypted with AES-CBC: openssl pkcs8 -topk8 "
        "-v2 aes-256-cbc writes a copy so",
    )
