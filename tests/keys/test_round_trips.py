"""What is written in a format by other hands is read as what it was."""

import base64
import binascii
import hashlib
import json

import base58
import bech32
import pytest
from Crypto.Hash import SHA512
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic
from nacl.signing import SigningKey

from ceremony.curves import SECP256K1, STARK
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import HARDENED, ExtendedKey, derive, parse_path
from ceremony.keys.formats import formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Secret

ENGLISH = Mnemonic("english")
SEEDS = st.binary(min_size=32, max_size=32)
KEYS = st.integers(1, SECP256K1.order - 1).map(lambda n: n.to_bytes(32, "big"))
quick = settings(max_examples=40, deadline=None)


def read(name: str, text: str, **options: object) -> KeyMaterial:
    assert name in formats_that_fit(Secret(text.encode()))
    (key,) = read_key(name, Secret(text.encode()), **options)  # type: ignore[arg-type]
    return key


def check58(content: bytes) -> str:
    return base58.b58encode_check(content).decode()


@quick
@given(seed=SEEDS)
def test_seeds_of_ed25519_in_every_format(seed: bytes) -> None:
    public_key = bytes(SigningKey(seed).verify_key)
    stellar = b"\x90" + seed
    stellar += binascii.crc_hqx(stellar, 0).to_bytes(2, "little")
    groups = bech32.convertbits(b"\0" + seed, 8, 5)
    value = int.from_bytes(seed, "little")
    checksum = SHA512.new(seed, truncate="256").digest()
    words = [ENGLISH.wordlist[value >> 11 * i & 2047] for i in range(24)]
    words.append(ENGLISH.wordlist[(checksum[0] | checksum[1] << 8) & 2047])
    texts = {
        "aptos": "ed25519-priv-0x" + seed.hex(),
        "near": "ed25519:" + base58.b58encode(seed + public_key).decode(),
        "stellar": base64.b32encode(stellar).decode(),
        "sui": bech32.bech32_encode("suiprivkey", groups),
        "tezos": check58(bytes.fromhex("0d0f3a07") + seed),
        "algorand": " ".join(words),
    }
    solana = [json.dumps(list(seed + public_key)), base58.b58encode(seed + public_key).decode()]
    cases = [*texts.items(), *(("solana", text) for text in solana)]
    cases.append(("tezos", check58(bytes.fromhex("2bf64e07") + seed + public_key)))
    cases.append(("ed25519-pair", (seed + public_key).hex()))
    cases.append(("ed25519-pair", base64.b64encode(seed + public_key).decode()))
    cases.append(("der-hex", "302e020100300506032b657004220420" + seed.hex()))
    envelope = {"type": "PaymentSigningKeyShelley_ed25519", "cborHex": "5820" + seed.hex()}
    cases.append(("cardano-skey", json.dumps(envelope)))
    for name, text in cases:
        key = read(name, text)
        assert (key.curve, key.public_key, key.warnings) == ("ed25519", public_key, ())
        assert key.seed is not None
        assert key.seed.reveal() == seed
    assert read("hex", seed.hex(), curve="ed25519").public_key == public_key
    for name, text in (
        ("solana-seed", base58.b58encode(seed).decode()),
        ("solana-seed", json.dumps(list(seed))),
        ("near-seed", "ed25519:" + base58.b58encode(seed).decode()),
    ):
        key = read(name, text)
        assert key.public_key == public_key
        assert len(key.warnings) == 1
        assert key.needs_expected
        # The same bytes of the public key are never a key of the checked formats.
    for name, text in (
        ("solana", base58.b58encode(public_key).decode()),
        ("near", "ed25519:" + base58.b58encode(public_key).decode()),
    ):
        with pytest.raises(CeremonyError) as error:
            read_key(name, Secret(text.encode()))
        assert error.value.failure is Failure.TYPE
    assert read("hex", public_key.hex(), curve="ed25519").needs_expected


@quick
@given(number=KEYS)
def test_keys_of_secp256k1_in_every_format(number: bytes) -> None:
    point = SECP256K1.base_multiply(Secret(number)).encoded[1:]
    cases = [
        ("wif", check58(b"\x80" + number + b"\1")),
        ("wif", check58(b"\x80" + number)),
        ("near", "secp256k1:" + base58.b58encode(number).decode()),
        ("near", "secp256k1:" + base58.b58encode(number + point).decode()),
        ("electrum-wif", "p2wpkh:" + check58(b"\x80" + number + b"\1")),
        ("der-hex", "3030020100300706052b8104000a04220420" + number.hex()),
        ("sui-keystore", json.dumps([base64.b64encode(b"\1" + number).decode()])),
        ("aptos", "secp256k1-priv-0x" + number.hex().upper()),
        ("tezos", check58(bytes.fromhex("11a2e0c9") + number)),
        ("sui", bech32.bech32_encode("iotaprivkey", bech32.convertbits(b"\1" + number, 8, 5))),
    ]
    for name, text in cases:
        key = read(name, text)
        assert key.curve == "secp256k1"
        assert key.secret_scalar.reveal() == number
        assert key.seed is None
    for text in (number.hex(), "0x" + number.hex().upper()):
        assert read("hex", text, curve="secp256k1").secret_scalar.reveal() == number


@quick
@given(number=st.integers(1, STARK.order - 1))
def test_stark_keys_with_and_without_their_leading_zero(number: int) -> None:
    for text in (f"{number:064x}", f"0x{number:064X}", f"0x{number:063x}"):
        assert int.from_bytes(read("stark", text).secret_scalar.reveal(), "big") == number


@quick
@given(seed=st.binary(min_size=16, max_size=16))
def test_family_seeds_of_the_xrp_ledger(seed: bytes) -> None:
    alphabet = base58.XRP_ALPHABET
    ed25519 = base58.b58encode_check(bytes.fromhex("01e14b") + seed, alphabet).decode()
    plain = base58.b58encode_check(b"\x21" + seed, alphabet).decode()
    half = hashlib.sha512(seed).digest()[:32]
    for key in (read("xrp", ed25519), read("xrp", plain, curve="ed25519")):
        assert key.public_key == bytes(SigningKey(half).verify_key)
    assert read("xrp", plain).curve == "secp256k1"


@quick
@given(entropy=st.sampled_from((16, 20, 24, 28, 32)).flatmap(
    lambda size: st.binary(min_size=size, max_size=size)
))  # fmt: skip
def test_mnemonics_of_every_length(entropy: bytes) -> None:
    words = ENGLISH.to_mnemonic(entropy)
    keys = [read("bip39", words, curve="secp256k1", paths=(path,)) for path in ("m", "m/0h")]
    assert keys[0].public_key != keys[1].public_key


LEVELS = st.lists(st.integers(0, 2 * HARDENED - 1), max_size=5).map(tuple)


@quick
@given(number=KEYS, chain_code=SEEDS, depth=st.integers(0, 200), levels=LEVELS)
def test_extended_keys_at_every_depth(
    number: bytes, chain_code: bytes, depth: int, levels: tuple[int, ...]
) -> None:
    parent = bytes(8) if depth == 0 else b"\1" * 8
    content = bytes.fromhex("0488ade4") + bytes((depth,)) + parent + chain_code + b"\0" + number
    path = "/".join(f"{i - HARDENED}h" if i >= HARDENED else str(i) for i in levels)
    if depth == 0:
        path = f"m/{path}".rstrip("/")
        assert parse_path(path) == levels
    elif not levels:
        path = "m"  # the child key itself
    key = read("xprv", check58(content), paths=(path,))
    expected = derive(ExtendedKey(Secret(number), Secret(chain_code), depth), levels)
    assert key.secret_scalar.matches(expected.secret_scalar)
    assert key.path == path
