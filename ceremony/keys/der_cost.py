"""What opening a private key in PEM or DER costs, known before a library opens it.

Costs come in two ways: the rounds that an encrypted key asks for, and the size of an RSA
or Diffie-Hellman key, whose numbers are proven to be primes as soon as it is loaded.
"""

import base64
import binascii
import re
from collections.abc import Collection, Iterator
from itertools import islice

from ceremony.errors import Failure
from ceremony.keys.kdf import COST, check_kdf_cost
from ceremony.keys.refusals import malformed

MAX_DER = 6 * 1024
"""Bytes. An RSA key of 8,192 bits has 4,700 and takes OpenSSL nine seconds to check, one
of 20,000 bits minutes; keys on curves have some hundred."""

INTEGER, OCTETS, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
"""X.690, section 8: the tags of DER that are met before a key is opened."""

PBES2 = bytes.fromhex("2a864886f70d01050d")
"""RFC 8018, appendix A.4: 1.2.840.113549.1.5.13."""

SCRYPT = bytes.fromhex("2b06010401da47040b")
"""RFC 7914, section 7: 1.3.6.1.4.1.11591.4.11."""

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
"""RFC 7468, section 3."""

RFC_1421 = re.compile(
    r"\s*Proc-Type: *4,ENCRYPTED *\r?\nDEK-Info: *[A-Z0-9-]+,[0-9A-Fa-f]+ *\r?\n\r?\n"
)
"""The headers of OpenSSL's older encryption: one MD5 and a cipher, nothing costly. They
stand at the beginning of the block, or they are none."""

OLD_LABELS = ("EC PRIVATE KEY", "RSA PRIVATE KEY")
"""Blocks that can have these headers."""


def check_pem_file(pem: bytes, labels: Collection[str], what: str) -> bool:
    """Whether a PEM file holds a private key, and all that it holds are of these labels.

    The cost of each was checked, whichever of them a library takes, and there is no block
    that another reader would see and this one does not. Raises as ``check_pem_cost`` does.
    """
    text = pem.decode("latin-1")
    blocks = BLOCK.findall(text)
    keys = [(label, body) for label, body in blocks if "PRIVATE" in label]
    if not keys or len(blocks) != text.count("-----BEGIN"):
        return False
    for label, body in keys:
        if label not in labels:
            return False
        check_pem_cost(label, body, what)
    return True


def check_pem_cost(label: str, body: str, what: str) -> bytes | None:
    """The DER bytes of a PEM block, whose cost was checked; ``body`` is between its lines.

    None for a block of RFC 1421's encryption. Raises ``oversized`` and ``malformed``.
    """
    headers = RFC_1421.match(body) if label in OLD_LABELS else None
    try:
        der = base64.b64decode(
            "".join(body[headers.end() if headers else 0 :].split()), validate=True
        )
    except (binascii.Error, ValueError):
        raise malformed("the PEM block is not base64") from None
    if headers is not None:
        _check_size(der, what)
        return None
    check_der_cost(der, what)
    return der


def check_der_cost(der: bytes, what: str) -> bool:
    """Whether the key is encrypted. Raises ``oversized`` when opening it costs too much."""
    (tag, outer), *rest = list(islice(_elements(der), 2)) or [(0, b"")]
    if tag != SEQUENCE or rest:
        raise malformed("these bytes are not one DER structure")
    _check_size(der, what)
    first_tag, first = next(_elements(outer), (0, b""))
    if first_tag != SEQUENCE:
        return False  # PKCS#8, PKCS#1 and SEC 1 begin with a version
    algorithm, parameters = _algorithm(first)
    if algorithm == PBES2:
        algorithm, parameters = _algorithm(next(_elements(parameters), (0, b""))[1])
    numbers = [int.from_bytes(v, "big") for t, v in _elements(parameters) if t == INTEGER]
    if algorithm == SCRYPT:
        n, r, p = (*numbers, 0, 0, 0)[:3]
        check_kdf_cost(what, scrypt=(n, r, p))
    else:
        check_kdf_cost(what, rounds=max(numbers, default=0))
    return True


def _check_size(der: bytes, what: str) -> None:
    if len(der) > MAX_DER:
        raise COST.refusal(
            Failure.OVERSIZED,
            f"the {what} has {len(der):,} bytes, the limit is {MAX_DER:,}",
            hint="this is probably another file; an RSA key has at most 8,192 bits here",
        )


def _algorithm(content: bytes) -> tuple[bytes, bytes]:
    """RFC 5280's AlgorithmIdentifier: the OID, and what is inside its parameters."""
    elements = list(islice(_elements(content), 2))
    if len(elements) != 2 or elements[0][0] != OID or elements[1][0] != SEQUENCE:
        raise malformed("the key's encryption is not described as PKCS#8 wants")
    return elements[0][1], elements[1][1]


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The DER values that follow each other in ``data``: tag and content."""
    while data:
        if len(data) < 2:
            raise malformed("the DER structure is cut off")
        tag, length, start = data[0], data[1], 2
        if length >= 0x80:  # X.690, 8.1.3.5: the long form
            start += length & 0x7F
            length = int.from_bytes(data[2:start], "big")
        if start > 6 or start + length > len(data):
            raise malformed("the DER structure is cut off")
        yield tag, data[start : start + length]
        data = data[start + length :]
