"""PKCS#8 in PEM with a passphrase: a file that OpenSSL and everything on it can open."""

from ceremony.keys.formats import read_key
from ceremony.keys.forms.form import OutOptions, Output, only
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret, draw

PROTECTION = "PBKDF2WithHMAC-SHA512AndAES256-CBC"
SALT_SIZE = 16
"""Bytes: RFC 8018, section 4.1, asks for 8 and NIST SP 800-132 for 16."""

# RFC 5480, 2.1.1: id-ecPublicKey. SEC 2, appendix A.2: secp256k1.
EC_PUBLIC_KEY = "1.2.840.10045.2.1"
SECP256K1 = "1.3.132.0.10"


def write_pkcs8(
    key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """RFC 5958 around RFC 5915, encrypted by PBES2 (RFC 8018).

    pycryptodome writes it, because it takes its randomness (salt and IV) as an
    argument and lets the rounds be chosen; ``cryptography`` does neither.
    """
    from Crypto.IO import PEM, PKCS8
    from Crypto.Util.asn1 import DerObjectId

    der = PKCS8.wrap(
        _ec_private_key(key),
        EC_PUBLIC_KEY,
        passphrase=(options.passphrase or Secret(b"")).reveal(),
        protection=PROTECTION,
        prot_params={"iteration_count": options.work.pbkdf2_rounds, "salt_size": SALT_SIZE},
        key_params=DerObjectId(SECP256K1),
        randfunc=lambda size: draw(random, size).reveal(),
    )
    text = PEM.encode(der, "ENCRYPTED PRIVATE KEY") + "\n"
    return (Output("key.pem", Secret(text.encode()), clear=False),), options


def read_pkcs8(outputs: tuple[Output, ...], _curve: str, options: OutOptions) -> KeyMaterial:
    return read_key("pem", only(outputs), passphrase=options.passphrase)[0]


def _ec_private_key(key: KeyMaterial) -> bytes:
    """RFC 5915's ECPrivateKey: version 1, the scalar, the curve, no public key."""
    from Crypto.Util.asn1 import DerObjectId, DerOctetString, DerSequence

    curve = DerObjectId(SECP256K1).encode()
    parameters = bytes((0xA0, len(curve))) + curve  # [0] EXPLICIT
    scalar = DerOctetString(key.secret_scalar.reveal())
    return bytes(DerSequence([1, scalar, parameters]).encode())
