"""Keys in DER, as a library writes them and as it would not."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

NUMBER = 0x0C28FCA386C7A227600B2FE50B7CAE11EC86D3BF1FBE471BE89827E19D72AA1D
K1 = ec.derive_private_key(NUMBER, ec.SECP256K1())
PBES2_2048 = bytes.fromhex("02020800")
"""DER of the number of rounds that the library writes."""


def der(key: object, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.DER, form, encryption)  # type: ignore[attr-defined]


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def relength(value: bytes, old: bytes, new: bytes) -> bytes:
    """Replace ``old``, and rewrite the lengths of everything around it."""
    if old not in value or value == old:
        return value.replace(old, new)
    output = b""
    while value:
        tag, length, start = value[0], value[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(value[2:start], "big")
        content = value[start : start + length]
        whole = value[: start + length]
        if whole == old:
            output += new
        elif old in content and tag == 0x30:
            output += tlv(tag, relength(content, old, new))
        else:
            output += whole
        value = value[start + length :]
    return output
