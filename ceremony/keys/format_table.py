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

ED25519 = ("ed25519",)
BOTH = ("secp256k1", "ed25519")
HEX_64 = re.compile(rb"(0x)?[0-9a-fA-F]{64}")
WORDS_12_TO_24 = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){11}((\s+[a-zA-Z]+){3}){0,4}")
SLIP39_SHARES = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){19,}")
BASE58 = rb"[1-9A-HJ-NP-Za-km-z]"
DER_LENGTH = rb"(?s:[\x00-\x7f]|\x81.|\x82..)"
DER = re.compile(
    rb"\x30" + DER_LENGTH + rb"(\x02\x01[\x00\x01]|\x30" + DER_LENGTH + rb"\x06)(?s:.*)"
)
"""X.690: a SEQUENCE that begins with a version, or with an algorithm. 0x30 is also the digit 0,
so that the first byte alone would fit every text that begins with one."""
BASE64 = rb"[0-9A-Za-z+/=]"

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
    # Forms of 32 and 64 bytes without a check, which public keys and addresses have too.
    "solana-seed": Format(
        "seed of 32 bytes as an array of numbers or base58: only with the expected address",
        ED25519,
        re.compile(rb"\[\s*[0-9]{1,3}(\s*,\s*[0-9]{1,3}){31}\s*\]|" + BASE58 + rb"{32,44}"),
        "solana.parse_solana_seed",
    ),
    "near-seed": Format(
        "ed25519: and base58 of a seed of 32 bytes: only with the expected address",
        ED25519,
        re.compile(rb"ed25519:" + BASE58 + rb"{32,44}"),
        "near.parse_near_seed",
    ),
    "ed25519-pair": Format(
        "seed and public key, 128 hex digits or base64 (Algorand, libsodium, Go)",
        ED25519,
        re.compile(rb"(0x)?[0-9a-fA-F]{128}|" + BASE64 + rb"{86}=="),
        "ed25519_forms.parse_ed25519_pair",
    ),
    "ed25519-expanded": Format(
        "128 hex digits, scalar and prefix of RFC 8032: only with the expected address",
        ED25519,
        re.compile(rb"(0x)?[0-9a-fA-F]{128}"),
        "ed25519_forms.parse_ed25519_expanded",
    ),
    "slip10-xprv": Format(
        "xprv of ed25519 (SLIP-10) with a path: only with the expected address",
        ED25519,
        re.compile(rb"[xt]prv" + BASE58 + rb"{100,110}"),
        "extended.parse_slip10_xprv",
        PATHS,
        PATHS,
    ),
    "sui-keystore": Format(
        "sui.keystore with one entry; for ed25519 only with the expected address",
        BOTH,
        re.compile(rb'\[\s*"' + BASE64 + rb'{44}"(\s*,\s*"' + BASE64 + rb'{44}")*\s*\]'),
        "sui.parse_sui_keystore",
    ),
    "cardano-skey": Format(
        "cardano-cli's .skey of a payment or stake key, extended or not",
        ED25519,
        re.compile(rb'\{(?>(?s:.*?)"cborHex")(?s:.*)\}'),
        "cardano.parse_cardano_skey",
    ),
    "der-hex": Format(
        "DER in hex digits, as Hedera writes it: 302e0201...",
        BOTH,
        re.compile(rb"(0x)?30[0-9a-fA-F]{80,}"),
        "hedera.parse_der_hex",
    ),
    "jwk": Format(
        "JSON Web Key: OKP with Ed25519, EC with secp256k1",
        BOTH,
        re.compile(rb'\{(?>(?s:.*?)"kty")(?s:.*)\}'),
        "jwk.parse_jwk",
    ),
    "openssh": Format(
        "OpenSSH private key of Ed25519, with a passphrase where it is encrypted",
        ED25519,
        re.compile(rb"-----BEGIN OPENSSH PRIVATE KEY-----(?s:.*)-----END OPENSSH PRIVATE KEY-----"),
        "openssh.parse_openssh",
        PASSPHRASE,
    ),
    "bip38": Format(
        "BIP-38, WIF with a passphrase, 6P...",
        ("secp256k1",),
        re.compile(rb"6P" + BASE58 + rb"{56}"),
        "bip38.parse_bip38",
        PASSPHRASE | NETWORK,
        PASSPHRASE,
    ),
    "electrum-wif": Format(
        "Electrum's WIF with its kind of address: p2wpkh:...",
        ("secp256k1",),
        re.compile(rb"p2w?(pkh|sh)(-p2sh)?:" + BASE58 + rb"{51,52}"),
        "electrum.parse_electrum_wif",
        NETWORK,
    ),
    "descriptor": Format(
        "Bitcoin Core's descriptor of one private key; with paths where it ends in /*",
        ("secp256k1",),
        re.compile(rb"(pkh?|wpkh|tr|combo|sh)\([ -~]{50,400}"),
        "descriptor.parse_descriptor",
        PATHS | NETWORK,
    ),
}
