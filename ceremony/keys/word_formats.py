"""Formats of words that wallets of one network or one maker turn into keys in their own ways."""

import re

from ceremony.keys.format_row import BOTH, CURVE, PASSPHRASE, PATHS, WORDS_12_TO_24, Format

WORDS_12_TO_25 = re.compile(rb"[a-zA-Z]+(\s+[a-zA-Z]+){11,24}")

WORD_FORMATS: dict[str, Format] = {
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
"""Every one, by the name that people give."""
