"""BIP-32 extended private keys: xprv and its kin, with a path below them."""

from collections.abc import Sequence
from dataclasses import replace

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.derivation import (
    ExtendedKey,
    derive,
    parse_path,
    parse_relative_path,
    slip10_ed25519_child,
)
from ceremony.keys.material import KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.source import from_base58check, one_word
from ceremony.secret import Secret

EXTENDED_KEY_SIZE = 78
"""BIP-32: version 4, depth 1, parent fingerprint 4, child number 4, chain code 32, key 33."""

ANY_MAIN, ANY_TEST = "the main networks", "the test networks"

TEST_NETWORKS = (
    *("BitcoinSignet", "BitcoinTestnet3", "BitcoinTestnet4"),
    *("LitecoinTestnet", "DogecoinTestnet"),
)
"""Dfns' networks whose wallets write extended keys as tprv and its kin.

EVM test networks have no versions of their own: their wallets write xprv.
"""

# BIP-32 for xprv and tprv; SLIP-132 for the others, which tell the kind of address;
# Dogecoin Core's chainparams.cpp for dgpv.
PRIVATE_VERSIONS: dict[bytes, tuple[str, str]] = {
    bytes.fromhex("0488ade4"): ("xprv", ANY_MAIN),
    bytes.fromhex("049d7878"): ("yprv", ANY_MAIN),
    bytes.fromhex("04b2430c"): ("zprv", ANY_MAIN),
    bytes.fromhex("0295b005"): ("Yprv", ANY_MAIN),
    bytes.fromhex("02aa7a99"): ("Zprv", ANY_MAIN),
    bytes.fromhex("04358394"): ("tprv", ANY_TEST),
    bytes.fromhex("044a4e28"): ("uprv", ANY_TEST),
    bytes.fromhex("045f18bc"): ("vprv", ANY_TEST),
    bytes.fromhex("024285b5"): ("Uprv", ANY_TEST),
    bytes.fromhex("02575048"): ("Vprv", ANY_TEST),
    bytes.fromhex("019d9cfe"): ("Ltpv", "Litecoin"),
    bytes.fromhex("01b26792"): ("Mtpv", "Litecoin"),
    bytes.fromhex("0436ef7d"): ("ttpv", "LitecoinTestnet"),
    bytes.fromhex("02fac398"): ("dgpv", "Dogecoin"),
}

# The public versions of the same, from the same sources.
PUBLIC_VERSIONS = (
    *("0488b21e", "049d7cb2", "04b24746", "0295b43f", "02aa7ed3", "043587cf", "044a5262"),
    *("045f1cf6", "024289ef", "02575483", "019da462", "01b26ef6", "0436f6e1", "02facafd"),
)


TEST_KEY = "this extended key was made for a test network"

AS_ED25519 = (
    "read by SLIP-10 as a key of ed25519, and nothing in it says so: the same text is a key of "
    "secp256k1 in the format xprv; only the address tells"
)

ITSELF = "m"
"""The path of an extended key itself, whatever its depth."""


def parse_xprv(
    source: Secret, paths: Sequence[str], network: str | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` of an extended private key, hardened levels or not.

    Below a master key (depth 0) a path begins with m/; below any other it holds
    only the further levels, 0/5, because m/ would be a lie there. m alone is the key
    itself at any depth. Raises ``key``, ``checksum``, ``type`` for an extended public
    key or an unknown version, ``network``, ``path``.
    """
    key, belongs_to = parse_extended_key(source, network)
    levels = [_levels(path, key.depth) for path in paths]
    warnings = (TEST_KEY,) if is_of_test_network(belongs_to) else ()
    return tuple(
        scalar_key("secp256k1", derive(key, path).secret_scalar, path=text, warnings=warnings)
        for path, text in zip(levels, paths, strict=True)
    )


def parse_slip10_xprv(source: Secret, paths: Sequence[str]) -> tuple[KeyMaterial, ...]:
    """The ed25519 keys at ``paths`` of an extended private key that SLIP-10 made.

    SLIP-10 has no form of its own: libraries write BIP-32's, with the seed of the level
    in place of the scalar. Nothing tells the two apart, so the key is only good with the
    address that is expected of it. Paths are those of ``parse_xprv``, all levels
    hardened. Raises as it does.
    """
    seed, chain_code, depth = _slip10_key(source)
    levels = [_levels(path, depth) for path in paths]
    return tuple(
        replace(
            seed_key(
                slip10_ed25519_child(seed, chain_code, path), path=text, warnings=(AS_ED25519,)
            ),
            needs_expected=True,
        )
        for path, text in zip(levels, paths, strict=True)
    )


def _levels(path: str, depth: int) -> tuple[int, ...]:
    if depth == 0:
        return parse_path(path)
    return () if path == ITSELF else parse_relative_path(path)


def is_of_test_network(belongs_to: str) -> bool:
    return belongs_to == ANY_TEST or belongs_to in TEST_NETWORKS


def _slip10_key(source: Secret) -> tuple[Secret, Secret, int]:
    content, prefix = _content(source)
    if prefix not in ("xprv", "tprv"):
        raise type_error(
            f"{prefix} is never an extended key of ed25519", "SLIP-10's are written as xprv"
        )
    return Secret(content[46:]), Secret(content[13:45]), content[4]


def parse_extended_key(source: Secret, network: str | None = None) -> tuple[ExtendedKey, str]:
    """An extended private key, every field of it checked, and what its version is for.

    Raises as ``parse_xprv`` does.
    """
    content, prefix = _content(source)
    belongs_to = PRIVATE_VERSIONS[content[:4]][1]
    _check_network(prefix, belongs_to, network)
    secret_scalar = Secret(content[46:])
    scalar_key("secp256k1", secret_scalar)  # refuses what is out of range
    return ExtendedKey(secret_scalar, Secret(content[13:45]), content[4]), belongs_to


def _content(source: Secret) -> tuple[bytes, str]:
    """The bytes of an extended private key, and how its version begins."""
    content = from_base58check(one_word(source, "extended key"), "extended key")
    if len(content) != EXTENDED_KEY_SIZE:
        raise key_error(f"an extended key has {EXTENDED_KEY_SIZE} bytes, this one {len(content)}")
    version, depth = content[:4], content[4]
    if version.hex() in PUBLIC_VERSIONS:
        raise type_error(
            "this is an extended public key: it holds no private key",
            "the private one has prv or pv in its first four letters",
        )
    if version not in PRIVATE_VERSIONS:
        raise type_error(
            "the version of the extended key is not known",
            f"known: {', '.join(prefix for prefix, _ in PRIVATE_VERSIONS.values())}",
        )
    if depth == 0 and any(content[5:13]):
        raise key_error("the extended key says depth 0, and yet it has a parent")
    if content[45] != 0:
        raise key_error("the extended key has no private key in the place for it")
    return content, PRIVATE_VERSIONS[version][0]


def _check_network(prefix: str, belongs_to: str, network: str | None) -> None:
    if network is None or network == belongs_to:
        return
    if belongs_to == ANY_TEST and network in TEST_NETWORKS:
        return
    if belongs_to == ANY_MAIN and network not in TEST_NETWORKS:
        return
    raise CeremonyError(
        Failure.NETWORK,
        f"{prefix} is an extended key for {belongs_to}, not for {printable(network)}",
        hint="check which network the key was exported for",
    )
