"""Which encryptions of PEM and DER keys are opened here, told apart from a wrong passphrase.

The library gives one and the same error for both. What it opens was tried with files of
OpenSSL; see tests/keys/test_pkcs8.py.
"""

import re

from ceremony.secret import Secret

# The bodies of OIDs, in DER: RFC 8018, appendix A.3 and B.2; RFC 7292, appendix C; NIST CSOR.
READ = tuple(
    bytes.fromhex(oid)
    for oid in (
        "6086480165030401" + "02",  # AES-128-CBC
        "6086480165030401" + "16",  # AES-192-CBC
        "6086480165030401" + "2a",  # AES-256-CBC
        "2a864886f70d0307",  # DES-EDE3-CBC
        "2a864886f70d010503",  # PBE-MD5-DES
        "2a864886f70d010c0101",  # PBE-SHA1-RC4-128
        "2a864886f70d010c0103",  # PBE-SHA1-3DES
        "2a864886f70d010c0106",  # PBE-SHA1-RC2-40
    )
)

RC2 = bytes.fromhex("2a864886f70d0302")
RC2_OF_128_BITS = bytes.fromhex("02013a")
"""RFC 8018, appendix B.2.3: the version 58 stands for 128 bits; others are not opened."""

DEK_INFO = re.compile(rb"DEK-Info: ([A-Z0-9-]+)")
"""RFC 1421, section 4.6.1.3: how OpenSSL's own encryption of PEM names its cipher."""

READ_IN_PEM = (b"AES-128-CBC", b"AES-192-CBC", b"AES-256-CBC", b"DES-EDE3-CBC")

SAYS_ENCRYPTED = b"ENCRYPTED"
"""What stands in every encrypted PEM text: RFC 7468, section 11, and RFC 1421, 4.6.1.1."""


def is_encrypted_pem(pem: Secret) -> bool:
    """Whether a PEM text opens with a passphrase only."""
    return SAYS_ENCRYPTED in pem.reveal()


def is_read(encrypted_key: bytes) -> bool:
    """Whether an encrypted key, in DER or in PEM of RFC 1421, has an encryption known here."""
    named = DEK_INFO.search(encrypted_key)
    if named is not None:
        return named[1] in READ_IN_PEM
    head = encrypted_key[:256]  # the description comes before what is encrypted
    if RC2 in head:
        return RC2_OF_128_BITS in head
    return any(oid in head for oid in READ)
