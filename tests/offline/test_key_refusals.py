"""What a tired operator gets wrong: one line that says so, one hint, nothing written."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ceremony.entropy import system_random
from ceremony.offline.source_options import KIT
from tests.support.fake_cluster import Cluster
from tests.support.invoking import Ceremony, contents
from tests.support.key_commands import NoRandomness, encrypting
from tests.support.key_samples import SAMPLES
from tests.support.kit_files import kit_named

HEX = SAMPLES["hex"].source
WORDS = SAMPLES["bip39"].source
KIT_OPTIONS = (*("--format", KIT, "--curve", "ed25519", "--rsa-key", "rsa.pem"),)
KIT_PATH = ("--path", "m/44/501/12/0/0")
K1 = ("--curve", "secp256k1")
ED = ("--curve", "ed25519")
WORDS_AT = (*K1, "--format", "bip39", "--key-file", "words", "--path")
ETHEREUM = ("--network", "Ethereum")
PUBLIC = SAMPLES["hex"].public_key.encode()

FILES = {
    "key": HEX,
    "words": WORDS,
    "kit.zip": SAMPLES[KIT].source,
    "keystore.json": SAMPLES["keystore-v3"].source,
    "encrypted.pem": SAMPLES["pem"].source,
    "wif": SAMPLES["wif"].source,
    "fprv": SAMPLES["fireblocks-fprv"].source,
    "xprv": SAMPLES["fireblocks-xprv"].source,
    "share": SAMPLES["slip39-key"].source.splitlines()[0],
    "empty": b"",
    "blank": b" \r\n\n",
    "binary": bytes(range(256)) * 9,
    "utf-16": b"\xff\xfe" + HEX.decode().encode("utf-16-le"),
    "bom": b"\xef\xbb\xbf" + HEX,
    "cut": HEX[:-3],
    "twice": HEX + b"\n" + HEX,
    "large": b"7" * 2_000_000,
    "address": SAMPLES["hex"].address.encode(),
    "public": PUBLIC,
    "x": PUBLIC[2:],
    "openssh": SAMPLES["openssh"].source,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "phrase": b"a passphrase of somebody else\n",
    "no phrase": b"\n",
    "mobile": kit_named("CMP keys")["mobile_passphrase"].encode(),
    "rsa.pem": kit_named("CMP keys")["rsa_key_pem"].encode(),
    "locked.pem": kit_named("RSA key with a passphrase")["rsa_key_pem"].encode(),
}

# What is given, after the signers and the request's name; what the error says; what the hint says.
REFUSED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "no key file": (K1, "--key-file is missing", "--help"),
    "a file that is not there": ((*K1, "--key-file", "kez"), "No such file", "check the name"),
    "a folder": ((*K1, "--key-file", "."), "Is a directory", "check the name"),
    "an empty file": ((*K1, "--key-file", "empty"), "the key file is empty", "name the file"),
    "a blank file": ((*K1, "--key-file", "blank"), "the key file is empty", "name the file"),
    "a binary file": ((*K1, "--key-file", "binary"), "is not plain text", "another file"),
    "a picture": ((*K1, "--key-file", "picture"), "this is a picture", "as a text file"),
    "a large file": ((*K1, "--key-file", "large"), "larger than 1048576 bytes", "right file"),
    "UTF-16": ((*K1, "--key-file", "utf-16"), "the key file is UTF-16", "byte order mark"),
    "a byte order mark": ((*K1, "--key-file", "bom"), "begins with a byte order mark", "as UTF-8"),
    "a cut paste": ((*K1, "--key-file", "cut"), "64 hex digits, this one 61", "whole key"),
    "a paste twice": ((*K1, "--key-file", "twice"), "white space inside", "no second key"),
    "an address as key": ((*K1, "--key-file", "address"), "this is an address of 20 bytes",
                          "no private key follows"),
    "a public key as key": ((*K1, "--key-file", "public"), "this is a public key of secp256k1",
                            "no private key follows"),
    "the key file expected": ((*K1, "--key-file", "key", "--expect", HEX.decode().upper()),
                              "the very text that is expected", "the shell's history"),
    "the x of what is expected": ((*K1, "--key-file", "x", "--expect", PUBLIC.decode()),
                                  "the very text that is expected", "it takes the private key"),
    "an OpenSSH key as PEM": (("--format", "pem", "--key-file", "openssh"),
                              "OPENSSH PRIVATE KEY is not read here", "its format is openssh"),
    "words as hex": ((*K1, "--key-file", "words"), "white space inside", "shape of: bip39"),
    "WIF as hex": ((*K1, "--key-file", "wif"), "is not hex", "shape of: wif"),
    "a kit as hex": ((*K1, "--key-file", "kit.zip"), "is not plain text", f"shape of: {KIT}"),
    "hex as WIF": (("--format", "wif", "--key-file", "key"), "does not occur in base58",
                   "shape of: hex, ed25519-scalar"),
    "hex as words": (
        (*K1, "--format", "bip39", "--path", "m/0", "--key-file", "key"), "12, 15, 18, 21 or 24",
        "shape of: hex"),
    "hex as Solana": (("--format", "solana", "--key-file", "key"), "", "shape of: hex"),
    "a format of nobody": (("--format", "BIP39", "--key-file", "words"),
                           "the key format BIP39 is not known", "fireblocks-kit, new"),
    "no curve": (("--key-file", "key"), "needs a curve", "secp256k1, stark, ed25519"),
    "a wrong curve": ((*ED, "--format", "wif", "--key-file", "wif"), "never one of ed25519",
                      "its curves: secp256k1"),
    "a network of another curve": ((*ED, *ETHEREUM, "--key-file", "key"),
                                   "Ethereum has no keys on ed25519", "the curve of the key"),
    "WIF of another network": (
        ("--format", "wif", "--key-file", "wif", "--network", "Dogecoin"),
        "is for Bitcoin or BitcoinCash, not for Dogecoin", "which network"),
    "a protocol of another curve": ((*K1, "--protocol", "FROST", "--key-file", "key"),
                                    "keys of FROST on secp256k1", "CGGMP21 on secp256k1"),
    "a protocol, the curve in the key": (
        ("--format", "wif", "--protocol", "FROST", "--key-file", "wif"),
        "keys of FROST on secp256k1", "supported"),
    "no path": ((*K1, "--format", "bip39", "--key-file", "words"), "needs a path",
                "with the network named, its usual paths are offered"),
    "no path on Ethereum": ((*K1, *ETHEREUM, "--format", "bip39", "--key-file", "words"),
                            "needs a path", "m/44'/60'/0'/0/0 (BIP-44: MetaMask"),
    "no path on Solana": ((*ED, "--network", "Solana", "--format", "bip39", "--key-file", "words"),
                          "needs a path", "m/44'/501'/0'/0' (Phantom"),
    "no Fireblocks path": ((*ETHEREUM, "--format", "fireblocks-xprv", "--key-file", "xprv"),
                           "needs a path", "m/44/COIN/ACCOUNT/CHANGE/INDEX"),
    "a path where there is none": ((*K1, "--key-file", "key", "--path", "m/0"),
                                   "the format hex takes no path", "another format"),
    "a path without m": ((*WORDS_AT, "44'/60'/0'/0/0"), "does not begin with m/", "m/44'/60'"),
    "a curly apostrophe": ((*WORDS_AT, "m/44\u2019/60'"), "level 1 of the path", "plain"),
    "not hardened on ed25519": (
        (*ED, "--format", "bip39", "--key-file", "words", "--path", "m/44'/501'/0'/0"),
        "only hardened levels, and level 4", "mark every level"),
    "hardened at Fireblocks": (
        ("--format", "fireblocks-fprv", "--key-file", "fprv", "--path", "m/44'/501'/0'/0/0"),
        "Fireblocks hardens none", "leave the marks out"),
    "fprv as xprv": (
        ("--format", "fireblocks-xprv", "--key-file", "fprv", "--path", "m/44/0/0/0/0"),
        "this is an fprv key", "shape of: fireblocks-fprv"),
    "a path twice": ((*WORDS_AT, "m/0'", "--path", "m/0h"), "the path m/0' is given twice", "once"),
    "a bad second path": ((*WORDS_AT, "m/0'", "--path", "m/x"), "level 1 of the path m/x",
                          "a level is a number"),
    "one expectation for two": (
        (*WORDS_AT, "m/0'", "--path", "m/1'", "--expect", "0x00"),
        "--expect is given once, and there are 2 keys", "one for each --path"),
    "two expectations for one": (
        (*K1, "--key-file", "key", "--expect", "0x00", "--expect", "0x00"),
        "given 2 times, and there is one key", "one for each --path"),
    "an expectation on a network of nobody": (
        (*K1, "--key-file", "key", "--network", "Etherium", "--expect", "0x00"),
        "there is no network Etherium", "did you mean Ethereum"),
    "a passphrase that is not needed": (
        (*K1, "--key-file", "key", "--passphrase-file", "phrase"),
        "the format hex takes no passphrase", "leave it out"),
    "a wrong passphrase": (
        ("--format", "keystore-v3", "--key-file", "keystore.json", "--passphrase-file", "phrase"),
        "its MAC does not match", "the passphrase is wrong"),
    "a wrong passphrase of PEM": (
        ("--format", "pem", "--key-file", "encrypted.pem", "--passphrase-file", "phrase"),
        "the key does not open", "the passphrase is wrong"),
    "no passphrase of PEM": (("--format", "pem", "--key-file", "encrypted.pem"),
                             "to type the passphrase of the key into", "--passphrase-file FILE"),
    "no terminal for the passphrase": (("--format", "keystore-v3", "--key-file", "keystore.json"),
                                       "there is no terminal", "--passphrase-file FILE"),
    "an empty passphrase of words": (
        (*WORDS_AT, "m/0", "--passphrase-file", "no phrase"),
        "the passphrase file is empty", "leave out --passphrase-file"),
    "no passphrase file": ((*WORDS_AT, "m/0", "--passphrase-file", "phrese"),
                           "cannot read the passphrase file", "check the name"),
    "one share of two": ((*K1, "--format", "slip39-key", "--key-file", "share"), "share", ""),
    "standard input twice": ((*WORDS_AT[:-2], "-", "--path", "m/0", "--passphrase-file", "-"),
                             "--key-file and --passphrase-file cannot both be standard input",
                             "name a file"),
    "a request on standard output": ((*K1, "--key-file", "key", "--out", "-"),
                                     "the request needs a file", "--help"),
    "a kit's option with words": ((*WORDS_AT, "m/0", "--rsa-key", "rsa.pem"),
                                  f"--rsa-key is for the format {KIT} only", "--help"),
    "a kit's key id with hex": ((*K1, "--key-file", "key", "--key-id", "7"),
                                f"--key-id is for the format {KIT} only", "--help"),
    "a kit without its RSA key": (
        ("--format", KIT, *ED, "--key-file", "kit.zip", *KIT_PATH), "needs --rsa-key, --curve",
        "m/44/60/0/0/0"),
    "a kit without a path": ((*KIT_OPTIONS, "--key-file", "kit.zip"), "at least one --path",
                             "m/44/COIN/ACCOUNT/CHANGE/INDEX"),
    "a kit without its passphrase": ((*KIT_OPTIONS, *KIT_PATH, "--key-file", "kit.zip"),
                                     "there is no terminal", "--passphrase-file FILE"),
    "a kit with a wrong passphrase": (
        (*KIT_OPTIONS, *KIT_PATH, "--key-file", "kit.zip", "--passphrase-file", "phrase"),
        "cannot decrypt", "of the mobile share is wrong"),
    "a kit with a locked RSA key": (
        (*KIT_OPTIONS[:-1], "locked.pem", *KIT_PATH, "--key-file", "kit.zip",
         "--passphrase-file", "mobile"),
        "to type the passphrase of the RSA key into", "--rsa-passphrase-file FILE"),
    "a kit that is a key": (
        (*KIT_OPTIONS, *KIT_PATH, "--key-file", "key", "--passphrase-file", "mobile"),
        "zip", ""),
    "a kit's second passphrase alone": (
        (*KIT_OPTIONS, *KIT_PATH, "--key-file", "kit.zip", "--passphrase-file", "mobile",
         "--mobile-rsa-passphrase-file", "phrase"),
        "without --mobile-rsa-key", "--help"),
    "a new key without a curve": (("--format", "new"), "a new key needs --curve", "--help"),
    "a new key with a source": (("--format", "new", *K1, "--key-file", "key"), "has no source",
                                "--help"),
    "a new key expected": (("--format", "new", *K1, "--expect", "0x00"), "cannot be expected",
                           "--help"),
    "an abbreviated option": ((*K1, "--key", "key"), "no option --key; the nearest is", "--help"),
}  # fmt: skip


@pytest.fixture
def encrypt() -> tuple[str, ...]:
    """The command for signers that were written into the working folder."""
    return encrypting(Cluster())


@pytest.fixture
def files(ceremony: Ceremony) -> Ceremony:
    for name, content in FILES.items():
        Path(name).write_bytes(content)
    return ceremony


@pytest.mark.parametrize("name", REFUSED)
def test_refused(files: Ceremony, encrypt: tuple[str, ...], name: str) -> None:
    given, said, advised = REFUSED[name]
    files.random = NoRandomness()
    expected = () if "new" in given or "--expect" in given else expecting(given)
    outcome = files.refuses(*encrypt, *given, *expected)
    error, hint = outcome.err.splitlines()
    assert said in error
    assert advised in hint
    for sample in ("hex", "bip39", "wif", "pem", KIT):
        assert not [text for text in SAMPLES[sample].hidden if text in outcome.err.lower()]


OF_INSPECT_TOO = [
    name
    for name, (given, *_) in REFUSED.items()
    if "new" not in given and "--protocol" not in given and "--out" not in given
]


@pytest.mark.parametrize("name", OF_INSPECT_TOO)
def test_inspect_refuses_the_same(files: Ceremony, name: str) -> None:
    given, said, _ = REFUSED[name]
    source = given if "--format" in given else ("--format", "hex", *given)
    assert said in files.refuses("inspect", *source).err.splitlines()[0]


def expecting(given: Sequence[str]) -> tuple[str, ...]:
    """An address that no key here has, once for each."""
    expected = "0x0D3eB21b6b21833A4939Cfff4810E9AE0758e12C"
    return ("--expect", expected) * max(1, given.count("--path"))


SEVERAL = (*WORDS_AT, "m/0'", "--path", "m/1'", "--path", "m/2'", *ETHEREUM)


def addresses_of_several(files: Ceremony) -> list[str]:
    """Each address with its option."""
    out = files.does("inspect", *SEVERAL).out
    found = [line.split()[0] for line in out.splitlines() if line.endswith("  EVM")]
    return [word for address in found for word in ("--expect", address)]


@pytest.mark.parametrize("existing", ["request-1.json", "request-2.json", "request-3.json"])
def test_none_of_several_requests_is_written_if_one_exists(
    files: Ceremony, encrypt: tuple[str, ...], existing: str
) -> None:
    Path(existing).write_bytes(b"there before")
    wanted = addresses_of_several(files)
    error = files.refuses(*encrypt, *SEVERAL, *wanted).err
    assert f"the request {existing} exists already" in error
    assert Path(existing).read_bytes() == b"there before"


def test_none_of_several_requests_is_written_if_one_appears(
    files: Ceremony, encrypt: tuple[str, ...]
) -> None:
    """Between the check and the writing: the first request is taken back."""
    before = contents()

    def random(size: int) -> bytes:
        Path("request-3.json").write_bytes(b"just now")
        return system_random(size)

    files.random = random
    outcome = files.run(*encrypt, *SEVERAL, *addresses_of_several(files))
    assert outcome.status == 1
    assert "the request request-3.json exists already" in outcome.err
    assert contents() == before | {"request-3.json": b"just now"}


def test_none_of_several_requests_is_written_if_one_address_differs(
    files: Ceremony, encrypt: tuple[str, ...]
) -> None:
    paths = ["m/0'", "m/1'", "m/2'"]
    wanted = addresses_of_several(files)
    error = files.refuses(*encrypt, *SEVERAL, *wanted[:4], "--expect", "0x00").err
    assert "path m/2': what was expected is not an address of this key on Ethereum" in error
    swapped = [*wanted[:2], *wanted[4:], *wanted[2:4]]
    error = files.refuses(*encrypt, *SEVERAL, *swapped).err
    assert f"path {paths[1]}: what was expected" in error
    assert f"it belongs to {paths[2]}: give --expect in the order of --path" in error
    files.does(*encrypt, *SEVERAL, *wanted)
    assert {"request-1.json", "request-2.json", "request-3.json"} <= set(contents())
    assert "request.json" not in contents()


def test_a_key_comes_from_standard_input(
    files: Ceremony, encrypt: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.TextIOWrapper(io.BytesIO(HEX + b"\r\n"))
    monkeypatch.setattr(sys, "stdin", given)
    sample = SAMPLES["hex"]
    given = (*K1, *ETHEREUM, "--key-file", "-", "--expect", sample.address)
    assert sample.address in files.does(*encrypt, *given).out


def test_an_unknown_network_is_refused_before_the_key_is_read(
    files: Ceremony, encrypt: tuple[str, ...]
) -> None:
    """Dfns may have it, and then the key goes there in two steps: docs/keys-in.md."""
    given = (*K1, "--network", "Etherium", "--key-file", "nowhere", *expecting(K1))
    error, hint = files.refuses(*encrypt, *given).err.splitlines()
    assert "there is no network Etherium" in error
    assert "did you mean Ethereum" in hint


def test_a_scalar_taken_for_a_seed_is_pointed_out(files: Ceremony) -> None:
    """What Dfns exported fits both formats: the plain one says how it was read."""
    Path("key").write_bytes(SAMPLES["ed25519-scalar"].source[2:])
    asked = (*ED, "--network", "Solana", "--key-file", "key")
    as_seed = files.does("inspect", "--format", "hex", *asked).out
    as_scalar = files.does("inspect", "--format", "ed25519-scalar", *asked).out
    assert "read as a seed, and the digits fit a scalar too" in as_seed
    assert "read as a scalar, not as a seed" in as_scalar
    assert SAMPLES["ed25519-scalar"].address in as_scalar
    assert SAMPLES["ed25519-scalar"].address not in as_seed
