"""Wallet Import Format: Bitcoin, Litecoin, Dogecoin and Bitcoin Cash."""

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key
from ceremony.keys.refusals import key_error, type_error
from ceremony.keys.source import from_base58check, one_word
from ceremony.secret import Secret

# The chainparams.cpp of Bitcoin Core, Bitcoin Cash Node, Litecoin Core and Dogecoin
# Core (SECRET_KEY): the versions do not tell all networks apart.
NETWORKS: dict[int, tuple[str, ...]] = {
    0x80: ("Bitcoin", "BitcoinCash"),
    0xB0: ("Litecoin",),
    0x9E: ("Dogecoin",),
    0xEF: ("BitcoinTestnet4", "BitcoinTestnet3", "BitcoinSignet", "LitecoinTestnet"),
    0xF1: ("DogecoinTestnet",),
}

COMPRESSED = 1
"""The byte after the key which says that addresses come from the compressed public key."""

TEST_VERSIONS = (0xEF, 0xF1)

UNCOMPRESSED = (
    "the key is marked uncompressed: funds may lie at the address of the uncompressed "
    "public key, which Dfns does not use"
)


def parse_wif(source: Secret, network: str | None = None) -> KeyMaterial:
    """The secp256k1 key in a WIF text, for ``network`` where one is named.

    Warns about keys for test networks, and about keys whose addresses come from the
    uncompressed public key: Dfns takes the compressed one, which gives others.
    Raises ``key``, ``checksum``, ``type``, ``network``.
    """
    content = from_base58check(one_word(source, "WIF key"), "WIF key")
    if not content or content[0] not in NETWORKS:
        raise type_error(
            "this is base58 with a right checksum, and yet no WIF key",
            "an address or an extended key may stand in the place of the key",
        )
    version, payload = content[0], content[1:]
    if len(payload) not in (KEY_SIZE, KEY_SIZE + 1):
        raise key_error(f"a WIF key holds {KEY_SIZE} bytes and a flag, this one {len(payload)}")
    compressed = len(payload) == KEY_SIZE + 1
    if compressed and payload[KEY_SIZE] != COMPRESSED:
        raise key_error("the compression flag of the WIF key is neither there nor absent")
    if network is not None and network not in NETWORKS[version]:
        raise CeremonyError(
            Failure.NETWORK,
            f"the WIF key is for {' or '.join(NETWORKS[version])}, not for {printable(network)}",
            hint="check which network the key was exported for",
        )
    warnings = []
    if not compressed:
        warnings.append(UNCOMPRESSED)
    if version in TEST_VERSIONS:
        warnings.append("the key is marked as one for a test network")
    return scalar_key("secp256k1", Secret(payload[:KEY_SIZE]), warnings=tuple(warnings))
