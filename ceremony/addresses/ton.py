"""Addresses of TON: the hash of the wallet contract that the key would deploy."""

import base64
import hashlib
from collections.abc import Callable

from ceremony.addresses.base import Address, crc16

# The code of each wallet contract, as hash and depth of its root cell: wallet
# contracts of https://docs.ton.org (standard/wallets/history) and
# https://github.com/ton-org/ton (src/wallets); tests/vectors/addresses/ton.json
# holds the addresses that the same keys have there.
CODE = {
    "v4R2": ("feb5ff6820e2ff0d9483e7e0d62c817d846789fb4ae580c878866d959dabd5c0", 7),
    "v5R1": ("20834b7b72b112147e1b2fb457b84e74d1a30f04f737d4f62a668e9552d2b72f", 6),
    "v3R2": ("84dafa449f98a6987789ba232358072bc0f76dc4524002a5d0918b9a75d2d599", 0),
    "v3R1": ("b61041a58a7980b946e8fb9e198e3c904d24799ffa36574ea4251c41a566f581", 0),
}
"""v4R2 comes first, which is Dfns' choice: https://docs.dfns.co/networks/ton."""

WALLET_ID = 698983191
"""The subwallet that v3 and v4 wallets have unless told otherwise."""

V5_WALLET_ID = {False: 0x7FFFFF11, True: 0x7FFFFFFD}
"""v5R1's first subwallet on the main and the test network: network id XOR 0x80000000."""

BOUNCEABLE = 0x11
NON_BOUNCEABLE = 0x51
TEST_ONLY = 0x80
"""Flags of the friendly form: TEP-2."""


def ton_addresses(*, test: bool) -> Callable[[str, bytes], tuple[Address, ...]]:
    """Bounceable, not bounceable and raw, for each wallet contract, in workchain 0."""

    def derive(_curve: str, public_key: bytes) -> tuple[Address, ...]:
        found = []
        for version in CODE:
            account = contract_hash(version, public_key, test=test)
            for name, flag in (("bounceable", BOUNCEABLE), ("non-bounceable", NON_BOUNCEABLE)):
                text = friendly(account, flag | (TEST_ONLY if test else 0))
                found.append(Address(f"{version} {name}", text))
            found.append(Address(f"{version} raw", "0:" + account.hex()))
        return tuple(found)

    return derive


def friendly(account: bytes, flags: int) -> str:
    """TEP-2's 48 characters for ``account`` in workchain 0."""
    data = bytes((flags, 0)) + account
    return base64.urlsafe_b64encode(data + crc16(data).to_bytes(2, "big")).decode()


def contract_hash(version: str, public_key: bytes, *, test: bool) -> bytes:
    """The hash of the StateInit that deploys this wallet, 32 bytes."""
    code, depth = CODE[version]
    data = _cell(*_initial_data(version, public_key, test=test))
    # StateInit in block.tlb: no split_depth, no special, code, data, no library.
    return hashlib.sha256(
        b"\x02"
        + _bits(0b00110, 5)
        + depth.to_bytes(2, "big")
        + bytes(2)
        + bytes.fromhex(code)
        + data
    ).digest()


def _initial_data(version: str, public_key: bytes, *, test: bool) -> tuple[int, int]:
    """The data of a new wallet: its bits as a number, and how many there are."""
    key = int.from_bytes(public_key, "big")
    if version == "v5R1":  # signatures allowed, seqno 0, wallet id, key, no extensions
        return (((1 << 32) << 32 | V5_WALLET_ID[test]) << 256 | key) << 1, 322
    if version == "v4R2":  # seqno 0, wallet id, key, no plugins
        return (WALLET_ID << 256 | key) << 1, 321
    return WALLET_ID << 256 | key, 320


def _cell(value: int, size: int) -> bytes:
    """The representation hash of a cell without references (TON whitepaper, 3.1.5)."""
    return hashlib.sha256(b"\x00" + _bits(value, size)).digest()


def _bits(value: int, size: int) -> bytes:
    """The second descriptor byte and ``size`` bits, filled up with a one and zeros."""
    whole, rest = divmod(size, 8)
    if rest:
        value = (value << 1 | 1) << 7 - rest
    length = whole + bool(rest)
    return bytes((whole + length,)) + value.to_bytes(length, "big")
