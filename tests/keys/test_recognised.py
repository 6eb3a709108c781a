"""What is brought in place of a private key is called by its name, and no key ever is."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony.addresses import every_address
from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.format_table import FORMATS
from ceremony.keys.formats import read_key
from ceremony.keys.recognised import MEMBERS, PATTERNS, recognise
from ceremony.secret import Secret
from tests.support.key_samples import SAMPLES
from tests.support.wrong_inputs import FORMATS as RIGHT

K1 = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265T"
    "Mg7usUDFdp6W1EGMcet8"
)
ED = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

PUBLIC = {
    "Ethereum": ("0x58A57ed9d8d624cBD12e2C467D34787555bB1b25", "an address of 20 bytes"),
    "Ethereum without 0x": ("58a57ed9d8d624cbd12e2c467d34787555bb1b25", "an address of 20 bytes"),
    "Bitcoin, P2PKH": ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "an address"),
    "Bitcoin, P2SH": ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "an address"),
    "Bitcoin, P2WPKH": ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", "an address"),
    "Bitcoin, P2TR": (
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr", "an address"),
    "Tron": ("TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", "an address"),
    "XRP Ledger": ("rU6K7V3Po4snVhBBaU29sesqs2qTQJWDw1", "an address"),
    "Polkadot": ("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5", "an address"),
    "Cosmos": ("cosmos1vlthgax23ca9syk7xgaz347xmf4nunefw3cnv8", "an address"),
    "Cardano": ("addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8", "a Cardano address"),
    "Stellar": ("GDRXE2BQUC3AZNPVFSCEZ76NJ3WWL25FYFK6RGZGIEKWE4SOOHSUJUJ6", "a Stellar account"),
    "TON": ("EQDrjaLahLkMB-hMCmkzOyBuHJ139ZUYmPHu6RRBKnbdLIYI", "a TON address"),
    "Algorand": ("MGH642GJYYBJFJBF4YBRRPBGMBR7LCEBQAEHRJKYCWFY725DKWIELQAY4E",
                 "an Algorand address"),
    "Tezos": ("tz1b9kV41KV9N3sp69ycLdSoZ2Ak8jXwtNPv", "a Tezos address"),
    "Tezos' key": ("edpkuhmrbunxumoiVdQuxBZUPMmwkPt7yLtY5Qnua3VJVTLWr3vXXa", "a Tezos public key"),
    "Hedera": ("0.0.12345", "a Hedera account"),
    "Hedera's key": ("302a300506032b6570032100" + ED, "a public key in the hex digits of DER"),
    "Aptos' key": ("ed25519-pub-0x" + ED, "an Aptos public key"),
    "Nostr's key": ("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg",
                    "a Nostr public key"),
    "compressed": (K1, "a public key of secp256k1"),
    "compressed, 0x": ("0x" + K1.upper(), "a public key of secp256k1"),
    "not compressed": (
        "04" + K1[2:] + "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
        "a public key of secp256k1"),
    "xpub": (XPUB, "an extended public key"),
    "SSH": ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0 somebody", "an SSH public key"),
    "age": ("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "an age recipient"),
    "PEM": ("-----BEGIN PUBLIC KEY-----\nMFYw\n-----END PUBLIC KEY-----", "a public key in PEM"),
    "certificate": ("-----BEGIN CERTIFICATE-----\nMFYw\n-----END CERTIFICATE-----",
                    "a certificate"),
    "DER": (bytes.fromhex("302a300506032b6570032100" + ED), "a public key in DER"),
}  # fmt: skip

OTHERS = {
    "OpenPGP": ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nxVgE", "an OpenPGP file"),
    "OpenPGP, binary": (bytes.fromhex("95035804") + bytes(60), "an OpenPGP key"),
    "PuTTY": ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "a PuTTY key"),
    "Java": (b"\xfe\xed\xfe\xed\0\0\0\2", "a Java key store"),
    "PKCS#12": (bytes.fromhex("308204e1020103308204a7"), "a PKCS#12 file"),
    "age": ("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----",
            "an age file"),
    "age's identity": (
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
        "an age identity"),
    "EIP-2335": (
        json.dumps({"crypto": {"kdf": {"function": "scrypt"}, "checksum": {}}, "version": 4}),
        "an EIP-2335 keystore"),
    "Polkadot-JS": (
        json.dumps({"encoded": "x", "encoding": {"content": ["pkcs8", "sr25519"]}}),
        "a Polkadot-JS account file"),
    "Electrum": (json.dumps({"keystore": {}, "seed_version": 18}), "an Electrum wallet file"),
    "Electrum, encrypted": ("QklFMQPYwZ2Jkb3Vibw==", "an encrypted Electrum wallet"),
    "Blockchain.com": (json.dumps({"pbkdf2_iterations": 5000, "payload": "x"}),
                       "a Blockchain.com wallet backup"),
    "MetaMask": (json.dumps({"data": "x", "iv": "x", "salt": "x"}), "a MetaMask vault"),
    "wallet.dat": (b"SQLite format 3\0" + bytes(80), "a database"),
    "old wallet.dat": (bytes(12) + bytes.fromhex("62310500") + bytes(60), "a wallet.dat"),
    "listdescriptors": (json.dumps({"descriptors": [{"desc": "wpkh(x)"}]}),
                        "the whole answer of listdescriptors"),
    "JWK set": (json.dumps({"keys": [{"kty": "OKP"}]}), "a set of JSON Web Keys"),
    "Tezos, encrypted": ("edesk1" + "a" * 82, "an encrypted Tezos key"),
    "Nostr": ("nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
              "a Nostr private key"),
    "Cardano": ("addr_xsk1" + "q" * 150, "a Cardano signing key in bech32"),
    "EOS": ("PVT_K1_" + "2" * 51, "an EOS private key"),
    "Avalanche": ("PrivateKey-ewoqjP7PxY4yr3iLTpLisriqt94hdyDFNgchSxGGztUrTXtNN",
                  "an Avalanche private key"),
    "Lotus": (b'{"Type":"secp256k1","PrivateKey":"x"}'.hex(), "a key that Lotus exported"),
    "Cosmos": ("-----BEGIN TENDERMINT PRIVATE KEY-----\nkdf: bcrypt\n", "an armoured Cosmos key"),
    "a request": (json.dumps({"minSigners": 3, "encryptedKeyShares": []}),
                  "a request or an answer of Dfns"),
    "signers": (json.dumps({"clusters": []}), "the answer of GET /signers"),
    "a state": (b"dfns-ceremony export state 1\n" + bytes(100), "the state of an export"),
    "UTF-16": (b"\xff\xfe1\x00", "text in UTF-16"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "PDF": (b"%PDF-1.7", "a PDF document"),
}  # fmt: skip


def as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


@pytest.mark.parametrize("name", [*PUBLIC, *(f"{name} (private)" for name in OTHERS)])
def test_it_is_called_by_its_name(name: str) -> None:
    value, what = PUBLIC[name] if name in PUBLIC else OTHERS[name.removesuffix(" (private)")]
    kind = recognise(Secret(as_bytes(value)))
    assert kind is not None
    assert kind.what.startswith(what)
    assert kind.public is (name in PUBLIC)
    if kind.public:
        assert "no private key follows from it" in kind.hint


@pytest.mark.parametrize("name", PUBLIC)
def test_nothing_public_is_read_as_a_private_key_in_any_format(name: str) -> None:
    """Whatever the format is called: it is refused for what it is."""
    source = Secret(as_bytes(PUBLIC[name][0]))
    for format_name, row in FORMATS.items():
        options = {
            "curve": "ed25519" if "ed25519" in row.curves else row.curves[0],
            "paths": ("m",),
            "passphrase": Secret(b"x"),
        }
        given = {option: value for option, value in options.items() if option in row.takes}
        with pytest.raises(CeremonyError) as error:
            read_key(format_name, source, **given)  # type: ignore[arg-type]
        assert error.value.failure in (Failure.TYPE, Failure.PATH), format_name


def test_no_address_that_is_shown_here_is_read_as_a_key_without_being_expected() -> None:
    """All addresses that this program knows, of a key of each curve, as a Solana or NEAR key."""
    one = Secret((1).to_bytes(32, "big"))
    for curve in CURVES:
        public_key = CURVES[curve].base_multiply(one).compressed
        for _, found in every_address(curve, public_key):
            for address in found:
                for name in ("solana", "near", "solana-seed", "near-seed", "wif", "xrp", "stellar"):
                    try:
                        (key,) = read_key(name, Secret(address.text.encode()))
                    except CeremonyError:
                        continue
                    assert key.needs_expected, (name, address.type)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_sample_of_a_format_is_taken_for_something_else(name: str) -> None:
    assert recognise(Secret(SAMPLES[name].source)) is None


@pytest.mark.parametrize("name", RIGHT)
def test_no_right_text_is_taken_for_something_else(name: str) -> None:
    assert recognise(Secret(RIGHT[name].right.encode())) is None


@settings(max_examples=200, deadline=None)
@given(value=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_have_a_kind_or_none(value: bytes) -> None:
    recognise(Secret(value))


@pytest.mark.parametrize(
    "value",
    [
        b"{" + b'"crypto":"checksum"' * 3400,
        b"ssh-ed25519 AAAA" * 4000,
        b"1" * 65_000,
        b"0x" * 32_000,
    ],
)
def test_looking_ends(value: bytes) -> None:
    """Patterns that try all ways to read these would take for ever."""
    found = recognise(Secret(value))
    assert (found is not None) == value.startswith(b"ssh-")


def test_every_kind_has_a_hint() -> None:
    for kind in (*(kind for _, kind in PATTERNS), *(kind for _, kind in MEMBERS)):
        assert kind.what.split()[0] in ("a", "an", "the")
        assert kind.hint
        assert not kind.hint.endswith(".")
