"""BIP-32 and SLIP-10 against their vectors, and paths that are none."""

import base58
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.derivation import (
    HARDENED,
    ExtendedKey,
    derive,
    master_key,
    parse_path,
    parse_relative_path,
    slip10_ed25519_seed,
)
from ceremony.keys.extended import (
    ANY_TEST,
    PRIVATE_VERSIONS,
    PUBLIC_VERSIONS,
    TEST_NETWORKS,
    parse_extended_key,
    parse_xprv,
)
from ceremony.keys.material import seed_key
from ceremony.secret import Secret
from tests.support.vector_files import cases


@pytest.mark.parametrize("case", cases("keys/bip32.json", 17))
def test_bip32_derives_the_published_key(case: dict) -> None:
    path = parse_path(case["path"])
    key = derive(master_key(Secret(bytes.fromhex(case["seed"]))), path)
    content = base58.b58decode_check(case["xprv"])
    assert (key.depth, len(path)) == (content[4], content[4])
    assert key.chain_code.reveal() == content[13:45]
    assert key.secret_scalar.reveal() == content[46:]


@pytest.mark.parametrize("case", cases("keys/bip32.json", 17))
def test_each_published_key_is_read_and_leads_on(case: dict) -> None:
    key, _ = parse_extended_key(Secret(case["xprv"].encode()), "Bitcoin")
    path = "m/7'/8" if key.depth == 0 else "7h/8"
    (child,) = parse_xprv(Secret(case["xprv"].encode()), [path])
    expected = derive(key, (7 + HARDENED, 8))
    assert child.secret_scalar.matches(expected.secret_scalar)
    assert child.path == path


@pytest.mark.parametrize("case", cases("keys/bip32-invalid.json", 16))
def test_bip32_vector_5_is_refused(case: dict) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_extended_key(Secret(case["xprv"].encode()))
    assert error.value.failure == case["failure"]


@pytest.mark.parametrize("case", cases("keys/slip10-ed25519.json", 12))
def test_slip10_derives_the_published_key(case: dict) -> None:
    seed = slip10_ed25519_seed(Secret(bytes.fromhex(case["seed"])), parse_path(case["path"]))
    assert seed.reveal().hex() == case["secret"]
    assert seed_key(seed).public_key.hex() == case["public_key"]


def test_paths_are_read() -> None:
    assert parse_path("m") == ()
    assert parse_path("m/44'/60h/0H/0/5") == (44 + HARDENED, 60 + HARDENED, HARDENED, 0, 5)
    assert parse_path("m/2147483647'") == (2 * HARDENED - 1,)
    assert parse_relative_path("0/5'") == (0, 5 + HARDENED)


@pytest.mark.parametrize(
    "path",
    [
        *("", "44'/60'/0'/0/0", "m/", "m//0", "m/0/", "/m/0", "m/-1", "m/+1", "m/ 0", "m/0 "),
        *("m/2147483648", "m/0''", "m/0'h", "m/x", "m/01", "m/0\u2019", "m/\u0661", "m/1.0"),
        *("m/0x1", "m\\0", "n/0", "m/" + "0/" * 255 + "0", "m/99999999999", "m/0\n", "m/*"),
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_path(path)
    assert error.value.failure is Failure.PATH


@pytest.mark.parametrize("path", ["m", "m/0", "M/0", "", "/0", "0/", "a"])
def test_what_is_no_relative_path_is_refused(path: str) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_relative_path(path)
    assert error.value.failure is Failure.PATH


@pytest.mark.parametrize("path", ["m/0", "m/44'/501'/0", "m/0/0'"])
def test_ed25519_has_hardened_levels_only(path: str) -> None:
    with pytest.raises(CeremonyError) as error:
        slip10_ed25519_seed(Secret(bytes(range(64))), parse_path(path))
    assert error.value.failure is Failure.PATH


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_seed_has_16_to_64_bytes(size: int) -> None:
    for use in (master_key, lambda seed: slip10_ed25519_seed(seed, ())):
        with pytest.raises(CeremonyError) as error:
            use(Secret(bytes(size)))
        assert error.value.failure is Failure.KEY


def test_the_depth_of_bip32_ends() -> None:
    deep = ExtendedKey(Secret(bytes(31) + b"\1"), Secret(bytes(32)), depth=254)
    assert derive(deep, (0,)).depth == 255
    with pytest.raises(CeremonyError) as error:
        derive(deep, (0, 0))
    assert error.value.failure is Failure.PATH


@pytest.mark.parametrize("version", PRIVATE_VERSIONS)
def test_each_version_writes_its_name(version: bytes) -> None:
    name, network = PRIVATE_VERSIONS[version]
    for filling in (b"\0", b"\xff"):
        content = version + bytes(9) + filling * 32 + b"\0" + b"\7" * 32
        text = base58.b58encode_check(content).decode()
        assert text.startswith(name)
        (key,) = parse_xprv(Secret(text.encode()), ["m"])
        assert len(key.warnings) == (network == ANY_TEST or network in TEST_NETWORKS)


@pytest.mark.parametrize("version", PUBLIC_VERSIONS)
def test_public_ones_are_known_as_such(version: str) -> None:
    text = base58.b58encode_check(bytes.fromhex(version) + bytes(42) + b"\7" * 32)
    assert text[1:4] in (b"pub", b"tub", b"gub")
    with pytest.raises(CeremonyError) as error:
        parse_xprv(Secret(text), ["m"])
    assert error.value.failure is Failure.TYPE
