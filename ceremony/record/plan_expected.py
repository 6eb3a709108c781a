"""Whether an expected address can be one of its network at all, days before there is a key.

Only what is certain is refused: checksums, prefixes and lengths that every address of the
network shares, since no key could ever have this one.
"""

import re
from functools import cache

from ceremony.addresses import NETWORKS, addresses
from ceremony.addresses.base import BECH32, BECH32M, keccak256
from ceremony.addresses.match import MAX_EXPECTED, PUBLIC_KEY
from ceremony.curves import CURVES, scalar_bytes
from ceremony.errors import CeremonyError

EVM = re.compile(r"0x[0-9a-fA-F]{40}")
BASE58_CHECKSUM = 4


def unfit(expect: str, network: str | None, curve: str) -> str:
    """Why no key of this curve and network can have ``expect``; empty where one may."""
    if not re.fullmatch(rf"[!-~]{{1,{MAX_EXPECTED}}}", expect):
        return f"an address has 1 to {MAX_EXPECTED} letters, digits and marks, and no spaces"
    if EVM.fullmatch(expect) and not eip55_holds(expect):
        return "its capital letters are not as EIP-55 has them: a character may be changed"
    known = NETWORKS.get(network or "")
    if PUBLIC_KEY.fullmatch(expect):
        return _public_key(expect, curve)
    if known is None or not known.has_address:
        return ""
    samples = _samples(known.name)
    if any(_alike(expect, sample) for sample in samples):
        return ""
    return (
        f"this is not an address of {known.name}: prefix, length or checksum is another's; its "
        f"addresses are like {samples[0]}"
    )


def eip55_holds(address: str) -> bool:
    """The capitals of an EVM address are EIP-55's, or there are none, or nothing else."""
    digits = address[2:]
    if digits in (digits.lower(), digits.upper()):
        return True
    hashed = keccak256(digits.lower().encode()).hex()
    return all(
        digit == (digit.upper() if int(nibble, 16) > 7 else digit.lower())
        for digit, nibble in zip(digits, hashed, strict=False)
    )


def _public_key(expect: str, curve: str) -> str:
    """A public key that is none; 32 bytes may be another thing, and are left alone.

    Only the length is looked at on stark, whose square root takes a third of a second.
    """
    digits = expect.removeprefix("0x").removeprefix("0X")
    if len(digits) == 64 or curve not in CURVES:
        return ""
    if curve == "stark":
        return "" if digits[:2] in ("02", "03", "04") else "this is not a public key of stark"
    try:
        CURVES[curve].parse_public_key(bytes.fromhex(digits))
    except CeremonyError as error:
        return f"this is not a public key of {curve}: {error.message}"
    return ""


@cache
def _samples(network: str) -> tuple[str, ...]:
    """An address of each type that the network has, of the scalar one."""
    found = []
    for curve in NETWORKS[network].curves:
        key = CURVES[curve].base_multiply(scalar_bytes(1)).compressed
        found += [address.text for address in addresses(curve, key, network)]
    return tuple(found)


def _alike(expect: str, sample: str) -> bool:
    """Whether ``expect`` has what all addresses of the sample's type have."""
    if EVM.fullmatch(sample):
        return EVM.fullmatch(expect) is not None
    if sample.startswith("0x"):
        return re.fullmatch(rf"0x[0-9a-fA-F]{{1,{len(sample) - 2}}}", expect) is not None
    if re.fullmatch(r"[0-9a-f]+", sample):
        return re.fullmatch(rf"[0-9a-fA-F]{{{len(sample)}}}", expect) is not None
    if prefix := _bech32_prefix(sample):
        small = expect.lower() if expect.isupper() else expect
        return _bech32_prefix(small) == prefix
    for ripple in (False, True):
        if version := _base58_version(sample, ripple=ripple):
            return _base58_version(expect, ripple=ripple) == version
    # Another way of writing: nothing is certain of it but that it is not hex.
    return not expect.startswith("0x")


def _bech32_prefix(text: str) -> str:
    """The part before the data of a bech32 text whose checksum holds; empty for others."""
    from bech32 import CHARSET, bech32_hrp_expand, bech32_polymod

    prefix, one, data = text.rpartition("1")
    if not one or not prefix or len(data) < 6 or any(c not in CHARSET for c in data):
        return ""
    values = [CHARSET.index(character) for character in data]
    held = bech32_polymod(bech32_hrp_expand(prefix) + values) in (BECH32, BECH32M)
    return prefix if held else ""


def _base58_version(text: str, *, ripple: bool) -> tuple[int, bytes] | None:
    """Length and first byte of a base58check text whose checksum holds; None for others."""
    import base58

    alphabet = base58.RIPPLE_ALPHABET if ripple else base58.BITCOIN_ALPHABET
    try:
        decoded = base58.b58decode_check(text, alphabet=alphabet)
    except ValueError:
        return None
    return (len(decoded), decoded[:1]) if len(decoded) > BASE58_CHECKSUM else None
