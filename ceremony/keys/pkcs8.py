"""PEM and DER: PKCS#8, encrypted or not, and SEC 1."""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)

from ceremony.curves import scalar_bytes
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.encryption import is_read
from ceremony.keys.material import KeyMaterial, scalar_key, seed_key
from ceremony.keys.source import ascii_text, type_error
from ceremony.secret import Secret

MAX_ROUNDS = 10_000_000
"""PBKDF2 rounds. OpenSSL writes 2,048, careful people a million; this takes ten seconds."""

MAX_SCRYPT_MEMORY = 1 << 30
MAX_SCRYPT_WORK = 1 << 24
"""128 * N * r bytes, and N * r * p: a thousand times what OpenSSL writes (2^14, 8, 1)."""

INTEGER, OCTETS, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
"""X.690, section 8: the tags of DER that are met before a key is opened."""

PBES2 = bytes.fromhex("2a864886f70d01050d")
"""RFC 8018, appendix A.4: 1.2.840.113549.1.5.13."""

SCRYPT = bytes.fromhex("2b06010401da47040b")
"""RFC 7914, section 7: 1.3.6.1.4.1.11591.4.11."""

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
"""RFC 7468, section 3."""

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
        raise _malformed("the PEM text holds several private keys: give one at a time")
    label, body = blocks[0].groups()
    if label not in LABELS:
        raise type_error(
            f"a PEM block of the kind {printable(label)} is not read here",
            OTHER_LABELS.get(label, "secp256k1 and ed25519 in PKCS#8 or SEC 1 are read"),
        )
    if "Proc-Type:" in body:  # RFC 1421's encryption: one MD5 and AES, no costly derivation
        whole = Secret(blocks[0][0].encode())
        return _load(whole, passphrase, encrypted=True, pem=True)
    try:
        der = base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("the PEM block is not base64") from None
    return parse_der(Secret(der), passphrase)


def parse_der(source: Secret, passphrase: Secret | None = None) -> KeyMaterial:
    """The key in PKCS#8 or SEC 1 bytes, of secp256k1 or ed25519.

    The cost of opening an encrypted one is checked before it is paid; a public key
    inside must belong to the private one. Raises ``malformed``, ``curve``, ``type``,
    ``passphrase`` (missing, needless or wrong), ``oversized``.
    """
    encrypted = _check_cost(source.reveal())
    return _load(source, passphrase, encrypted=encrypted, pem=False)


def _load(source: Secret, passphrase: Secret | None, *, encrypted: bool, pem: bool) -> KeyMaterial:
    if encrypted and not passphrase:
        raise _passphrase("the key is encrypted, and no passphrase is given", "give it")
    if not encrypted and passphrase is not None:
        raise _passphrase("the key is not encrypted, yet a passphrase is given", "leave it out")
    load = load_pem_private_key if pem else load_der_private_key
    try:
        key = load(source.reveal(), passphrase.reveal() if passphrase else None)
    except UnsupportedAlgorithm:
        raise _unsupported() from None
    except (ValueError, TypeError, OverflowError):
        if encrypted and not is_read(source.reveal()):
            raise _unsupported() from None
        if encrypted:
            raise _passphrase(
                "the key does not open", "the passphrase is wrong, or the file is damaged"
            ) from None
        raise _malformed("these bytes are no private key in PKCS#8 or SEC 1") from None
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


def _check_cost(der: bytes) -> bool:
    """Whether the key is encrypted; raises ``oversized`` when opening it costs too much."""
    (tag, outer), *rest = list(_elements(der)) or [(0, b"")]
    if tag != SEQUENCE or rest:
        raise _malformed("these bytes are not one DER structure")
    first_tag, first = next(_elements(outer), (0, b""))
    if first_tag != SEQUENCE:
        return False  # PKCS#8 and SEC 1 begin with a version
    algorithm, parameters = _algorithm(first)
    if algorithm == PBES2:
        algorithm, parameters = _algorithm(next(_elements(parameters), (0, b""))[1])
    numbers = [int.from_bytes(v, "big") for t, v in _elements(parameters) if t == INTEGER]
    if algorithm == SCRYPT:
        n, r, p = (*numbers, 0, 0, 0)[:3]
        costly = 128 * n * r > MAX_SCRYPT_MEMORY or n * r * p > MAX_SCRYPT_WORK
    else:
        costly = any(number > MAX_ROUNDS for number in numbers)
    if costly:
        raise CeremonyError(
            Failure.OVERSIZED,
            "opening the key costs more work than any program asks for",
            hint="find out where the file comes from",
        )
    return True


def _algorithm(content: bytes) -> tuple[bytes, bytes]:
    """RFC 5280's AlgorithmIdentifier: the OID, and what is inside its parameters."""
    elements = list(islice(_elements(content), 2))
    if len(elements) != 2 or elements[0][0] != OID or elements[1][0] != SEQUENCE:
        raise _malformed("the key's encryption is not described as PKCS#8 wants")
    return elements[0][1], elements[1][1]


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The DER values that follow each other in ``data``: tag and content."""
    while data:
        if len(data) < 2:
            raise _malformed("the DER structure is cut off")
        tag, length, start = data[0], data[1], 2
        if length >= 0x80:  # X.690, 8.1.3.5: the long form
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        if start > 6 or start + length > len(data):
            raise _malformed("the DER structure is cut off")
        yield tag, data[start : start + length]
        data = data[start + length :]


def _malformed(message: str) -> CeremonyError:
    return CeremonyError(Failure.MALFORMED, message, hint="give the whole file, unchanged")


def _passphrase(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.PASSPHRASE, message, hint=hint)
