"""The table of the formats that a key may come in: one row each."""

import re
from dataclasses import dataclass

from ceremony.curves import CURVES


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its sentence for people, its curves, and who reads it.

    ``shape`` matches what looks like it, not what is right. ``parser`` is the function
    under ceremony.keys that reads it, by name, so that `ceremony --help` loads none of
    them: it takes the source and, of curve, paths, network and passphrase, those that
    ``takes`` names; ``needs`` are the ones it cannot do without.
    """

    description: str
    curves: tuple[str, ...]
    shape: re.Pattern[bytes]
    parser: str
    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


CURVE = frozenset({"curve"})
PATHS = frozenset({"paths"})
NETWORK = frozenset({"network"})
PASSPHRASE = frozenset({"passphrase"})

BOTH = ("secp256k1", "ed25519")
HEX_64 = re.compile(rb"(0x)?[0-9a-fA-F]{64}")
WORDS_12_TO_24 = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){11}((\s+[a-zA-Z]+){3}){0,4}")
WORDS_12_TO_25 = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){11,24}")
SLIP39_SHARES = re.compile(rb"(\s|#[^\n]*\n)*[a-zA-Z]+((\s|#[^\n]*\n)+[a-zA-Z]+){19,}")
BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"

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
        "Solana: array of 64 numbers, or base58 of 64 or 32 bytes",
        ("ed25519",),
        re.compile(rb"\[[0-9,\s]*\]|" + BASE58 + rb"{64,88}|" + BASE58 + rb"{32,44}"),
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
        re.compile(rb"\x30(?s:.)*"),
        "pkcs8.parse_der",
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
        re.compile(rb"(ed25519|secp256k1):" + BASE58 + rb"{32,90}"),
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
    # Words that wallets of one network or one maker turn into keys in ways of their own.
    "electrum": Format(
        "Electrum's seed words since version 2, standard or segwit, with a path",
        ("secp256k1",),
        WORDS_12_TO_25,
        "electrum_words.parse_electrum",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "cardano": Format(
        "12 to 24 English words of a Cardano wallet (CIP-3 Icarus), with a path",
        ("ed25519",),
        WORDS_12_TO_24,
        "bip32_ed25519.parse_cardano",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "cardano-trezor": Format(
        "the 24 words of a Trezor with Cardano, with a path",
        ("ed25519",),
        WORDS_12_TO_24,
        "bip32_ed25519.parse_cardano_trezor",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "cardano-ledger": Format(
        "the words of a Ledger with Cardano, with a path",
        ("ed25519",),
        WORDS_12_TO_24,
        "bip32_ed25519.parse_cardano_ledger",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "substrate": Format(
        "12 to 24 English words of Polkadot and kin, with hard junctions (//0) or none",
        BOTH,
        WORDS_12_TO_24,
        "substrate.parse_substrate",
        CURVE | PATHS | PASSPHRASE,
        CURVE,
    ),
    "substrate-ledger": Format(
        "the words of a Ledger with Polkadot and kin, with a path",
        ("ed25519",),
        WORDS_12_TO_24,
        "bip32_ed25519.parse_substrate_ledger",
        PATHS | PASSPHRASE,
        PATHS,
    ),
    "ton": Format(
        "TON's own 24 words",
        ("ed25519",),
        re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){23}"),
        "ton.parse_ton",
        PASSPHRASE,
    ),
    "solana-keygen": Format(
        "12 to 24 English words of solana-keygen without a path, or of Tezos' fundraiser",
        ("ed25519",),
        WORDS_12_TO_24,
        "bip39.parse_solana_keygen",
        PASSPHRASE,
    ),
}
