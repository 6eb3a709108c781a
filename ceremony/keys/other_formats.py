"""The formats of files and of single networks' tools: the second part of the table."""

import re

from ceremony.keys.format_row import (
    BASE58,
    BASE64,
    BOTH,
    ED25519,
    NETWORK,
    PASSPHRASE,
    PATHS,
    Format,
)

OTHER_FORMATS: dict[str, Format] = {
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
        "cardano_skey.parse_cardano_skey",
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
        "electrum_wif.parse_electrum_wif",
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
