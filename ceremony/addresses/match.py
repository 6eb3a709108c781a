"""Which address of a key somebody expects, before anything is done with the key."""

import re
from dataclasses import dataclass

from ceremony.addresses import NETWORKS, Address, addresses, every_address
from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure

PUBLIC_KEY = re.compile(r"(0[xX])?([0-9a-fA-F]{64}|[0-9a-fA-F]{66}|[0-9a-fA-F]{130})")
"""A public key in hex: 32 bytes (ed25519, or x alone), 33 compressed, 65 not."""

HEX_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
MAX_EXPECTED = 200
"""No address or public key comes near this many characters."""


@dataclass(frozen=True, slots=True)
class Match:
    """What was expected, named: a type of address on these networks, or the key itself."""

    type: str
    networks: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.type} on {', '.join(self.networks)}" if self.networks else self.type


def match_expected(
    expected: str, curve: str, public_key: bytes, network: str | None = None
) -> Match:
    """The address or public key among this key's that ``expected`` is.

    All types of ``network`` are tried, or of all networks when it is None. White
    space around is dropped. Raises ``address`` when it is none of them, ``checksum``
    when it is one but for the capitals that EIP-55 asks for, and what ``addresses``
    raises.
    """
    wanted = expected.strip()
    if not wanted or len(wanted) > MAX_EXPECTED or not re.fullmatch(r"[!-~]+", wanted):
        raise _unreadable(wanted)
    key = CURVES[curve].parse_public_key(public_key) if curve in CURVES else public_key
    if network is None:
        known = [(tuple(n.name for n in ns), found) for ns, found in every_address(curve, key)]
    else:
        known = [((network,), addresses(curve, key, network))]
    kind = _public_key(wanted, curve, key)
    match = _find(wanted, known)
    # Where the key in hex is the network's address (NEAR), that is what it is called.
    if match and (not kind or (network is not None and NETWORKS[network].has_address)):
        return match
    if kind:
        return Match(kind, (), key.hex())
    raise _no_match(wanted, curve, key, known)


def _find(wanted: str, known: list[tuple[tuple[str, ...], tuple[Address, ...]]]) -> Match | None:
    networks: list[str] = []
    first: Address | None = None
    for names, found in known:
        for address in found:
            if same_address(wanted, address.text):
                first = first or address
                networks.extend(names)
                break
    return Match(first.type, tuple(networks), first.text) if first else None


def same_address(wanted: str, text: str) -> bool:
    """Whether ``wanted`` writes the address ``text``, as its network's wallets read it.

    Capitals count, but: hex ignores them unless they are EIP-55's (``checksum`` is
    raised when those are wrong), and what has only small letters (bech32, CashAddr)
    may come in capitals throughout. CashAddr's prefix, leading zeros of an address
    in hex, and base64 or base64url for TON are free. Raises ``checksum``.
    """
    if wanted == text:
        return True
    if HEX_ADDRESS.fullmatch(text):
        if not HEX_ADDRESS.fullmatch(wanted):
            return False
        if len(text) == 42:  # 20 bytes: an EVM address
            return wanted.lower() == text.lower() and _checksum_holds(wanted, text)
        return wanted[2:].lower().lstrip("0") == text[2:].lower().lstrip("0")
    if re.fullmatch(r"[A-Za-z0-9_-]{48}", text) and wanted.translate({43: 45, 47: 95}) == text:
        return True
    if text.islower() or text.isdigit():
        small = wanted.lower() if wanted.isupper() else wanted
        return small in (text, text.partition(":")[2])
    return False


def _checksum_holds(wanted: str, text: str) -> bool:
    if wanted[2:].islower() or wanted[2:].isupper() or text == text.lower():
        return True
    raise CeremonyError(
        Failure.CHECKSUM,
        "the expected address is this key's, but its capital letters are not as EIP-55 has them",
        hint=f"a character may have been changed: compare it with {text}",
    )


def _public_key(wanted: str, curve: str, key: bytes) -> str | None:
    """How ``wanted`` writes this public key, or None when it does not."""
    found = PUBLIC_KEY.fullmatch(wanted)
    if found is None:
        return None
    given = bytes.fromhex(found[2])
    if len(given) == 32 and curve != "ed25519":
        # BIP-340 and Starknet leave out which of the two points with this x it is.
        return "Public key, x coordinate alone" if given == key[1:] else None
    try:
        same = CURVES[curve].parse_public_key(given) == key
    except CeremonyError:
        return None
    return "Public key" if same else None


def _no_match(
    wanted: str,
    curve: str,
    key: bytes,
    known: list[tuple[tuple[str, ...], tuple[Address, ...]]],
) -> CeremonyError:
    names = [name for ns, _ in known for name in ns]
    where = names[0] if len(names) == 1 else f"any of {len(names)} networks"
    # What was expected is not shown: by mistake it may have been a private key.
    message = f"what was expected is not an address of this key on {where}, nor its public key"
    elsewhere = None
    if len(names) == 1:
        others = [(tuple(n.name for n in ns), found) for ns, found in every_address(curve, key)]
        elsewhere = _find(wanted, others)
    if elsewhere:
        hint = f"it is this key's {elsewhere}: check the network"
    elif near := _nearly(wanted, known):
        hint = f"it is nearly this key's {near.type}, {near.text}: was it mistyped?"
    elif len(names) == 1:
        hint = "check key, path and format; this key has " + ", ".join(
            f"{address.text} ({address.type})" for address in known[0][1]
        )
    else:
        hint = "check key, path and format, and name the network to see its addresses"
    return CeremonyError(Failure.ADDRESS, message, hint=hint)


def _nearly(
    wanted: str, known: list[tuple[tuple[str, ...], tuple[Address, ...]]]
) -> Address | None:
    """An address with at most two characters changed, whatever its capitals, or cut short."""
    for _, found in known:
        for address in found:
            text, given = address.text.lower(), wanted.lower()
            if len(given) >= 12 and text.startswith(given):
                return address
            if len(given) == len(text):
                changed = sum(a != b for a, b in zip(given, text, strict=True))
                if changed <= 2:
                    return address
    return None


def _unreadable(wanted: str) -> CeremonyError:
    odd = next((i for i, c in enumerate(wanted, 1) if not "!" <= c <= "~"), None)
    if not wanted:
        message = "the expected address is empty"
    elif odd is not None:
        message = f"character {odd} of the expected address is in no address"
    else:
        message = f"the expected address has {len(wanted)} characters, which no address has"
    return CeremonyError(
        Failure.ADDRESS,
        message,
        hint="type it again: copied text may hold look-alike letters or invisible characters",
    )
