"""The table of the formats that a key may come in: one row each."""

import re

from ceremony.curves import CURVES
from ceremony.keys.format_row import (
    BASE58,
    BOTH,
    CURVE,
    DER,
    HEX_64,
    NETWORK,
    PASSPHRASE,
    PATHS,
    SLIP39_SHARES,
    WORDS_12_TO_24,
    Format,
)
from ceremony.keys.other_formats import OTHER_FORMATS
from ceremony.keys.word_formats import WORD_FORMATS

__all__ = ["FORMATS", "Format"]

FORMATS: dict[str, Format] = {
    "hex": Format(
        "64 hex digits, 0x or not; for ed25519 the seed of RFC 8032",
        tuple(CURVES),
        HEX_64,
        "hex_keys.parse_hex_key",
        CURVE,
        CURVE,
    ),
    "ed25519-scalar": Format(
        "64 hex digits, the ed25519 scalar big-endian, as Dfns exports it",
        ("ed25519",),
        HEX_64,
        "hex_keys.parse_ed25519_scalar",
    ),
    "bip39": Format(
        "12 to 24 English words with a path, and a passphrase or none",
        BOTH,
        WORDS_12_TO_24,
        "bip39.parse_bip39",
        CURVE | PATHS | PASSPHRASE,
        CURVE | PATHS,
    ),
    "xprv": Format(
        "extended private key (xprv, tprv, yprv, zprv, Ltpv, dgpv, ...) with a path",
        ("secp256k1",),
        re.compile(rb"([xyzYZtuvUV]prv|[LMt]tpv|dgpv)" + BASE58 + rb"{100,110}"),
        "extended.parse_xprv",
        PATHS | NETWORK,
        PATHS,
    ),
    "wif": Format(
        "Wallet Import Format of Bitcoin, Litecoin, Dogecoin and Bitcoin Cash",
        ("secp256k1",),
        re.compile(BASE58 + rb"{51,52}"),
        "wif.parse_wif",
        NETWORK,
    ),
    "keystore-v3": Format(
        "Ethereum keystore file, version 3, with its passphrase",
        ("secp256k1",),
        re.compile(rb'\{(?>(?s:.*?)"[cC]rypto")(?s:.*)\}'),
        "keystore_v3.parse_keystore_v3",
        PASSPHRASE,
        PASSPHRASE,
    ),
    "solana": Format(
        "Solana: array of 64 numbers, or base58 of 64 bytes",
        ("ed25519",),
        re.compile(rb"\[[0-9,\s]*\]|" + BASE58 + rb"{64,88}"),
        "solana.parse_solana",
    ),
    "pem": Format(
        "PEM: PKCS#8 or SEC 1, with a passphrase where it is encrypted",
        BOTH,
        re.compile(rb"-----BEGIN [A-Z0-9 ]*-----(?s:.*)-----END [A-Z0-9 ]*-----"),
        "pkcs8.parse_pem",
        PASSPHRASE,
    ),
    "der": Format(
        "DER: PKCS#8 or SEC 1, with a passphrase where it is encrypted",
        BOTH,
        DER,
        "hedera.parse_hedera_der",
        PASSPHRASE,
    ),
    "stellar": Format(
        "Stellar secret seed, S...",
        ("ed25519",),
        re.compile(rb"S[A-Z2-7]{55}"),
        "stellar.parse_stellar",
    ),
    "tezos": Format(
        "Tezos secret key, edsk... or spsk...",
        BOTH,
        re.compile(rb"(edsk|spsk|p2sk)" + BASE58 + rb"{50,94}"),
        "tezos.parse_tezos",
    ),
    "sui": Format(
        "Sui or IOTA private key, suiprivkey1... or iotaprivkey1...",
        BOTH,
        re.compile(rb"(?i:(sui|iota)privkey1[0-9a-z]{58,60})"),
        "sui.parse_sui",
    ),
    "near": Format(
        "NEAR key, ed25519:... or secp256k1:...",
        BOTH,
        re.compile(rb"(ed25519|secp256k1):" + BASE58 + rb"{32,132}"),
        "near.parse_near",
    ),
    "algorand": Format(
        "Algorand's 25 words",
        ("ed25519",),
        re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){24}"),
        "algorand.parse_algorand",
    ),
    "xrp": Format(
        "XRP Ledger family seed, s... or sEd...",
        BOTH,
        re.compile(rb"s" + BASE58 + rb"{28,30}"),
        "xrp.parse_xrp",
        CURVE,
    ),
    "aptos": Format(
        "Aptos key, ed25519-priv-0x... or secp256k1-priv-0x...",
        BOTH,
        re.compile(rb"(ed25519|secp256k1)-priv-0x[0-9a-fA-F]{64}"),
        "aptos.parse_aptos",
    ),
    "stark": Format(
        "Stark private key, 63 or 64 hex digits",
        ("stark",),
        re.compile(rb"(0x)?0?[0-9a-fA-F]{63}"),
        "stark_key.parse_stark",
    ),
    "stark-from-eth-seed": Format(
        "12 to 24 English words with a path, ground to a Stark key",
        ("stark",),
        WORDS_12_TO_24,
        "stark_key.parse_stark_from_eth_seed",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "stark-from-eth-key": Format(
        "64 hex digits of an Ethereum key, ground to a Stark key",
        ("stark",),
        HEX_64,
        "stark_key.parse_stark_from_eth_key",
    ),
    "fireblocks-xprv": Format(
        "Fireblocks' ECDSA master key (xprv), with the path of a wallet",
        ("secp256k1",),
        re.compile(rb"xprv" + BASE58 + rb"{100,110}"),
        "fireblocks.extended.parse_fireblocks_xprv",
        PATHS,
        PATHS,
    ),
    "fireblocks-fprv": Format(
        "Fireblocks' EdDSA master key (fprv), with the path of a wallet",
        ("ed25519",),
        re.compile(rb"fprv" + BASE58 + rb"{100,110}"),
        "fireblocks.extended.parse_fireblocks_fprv",
        PATHS,
        PATHS,
    ),
    "slip39-seed": Format(
        "SLIP-39 shares of a wallet, one in each line, with a path",
        BOTH,
        SLIP39_SHARES,
        "slip39.keys.parse_slip39_seed",
        CURVE | PATHS | PASSPHRASE,
        CURVE | PATHS,
    ),
    "slip39-key": Format(
        "SLIP-39 shares of one private key, as recombine writes them, one in each line",
        tuple(CURVES),
        SLIP39_SHARES,
        "slip39.keys.parse_slip39_key",
        CURVE | PASSPHRASE,
        CURVE,
    ),
    **WORD_FORMATS,
    **OTHER_FORMATS,
}
