"""xprv and fprv with the path of a Fireblocks wallet: the vectors, and what goes wrong."""

from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.extended import (
    MasterKey,
    parse_extended,
    serialize_extended,
    wallet_key,
)
from ceremony.keys.formats import formats_that_fit, read_key
from ceremony.secret import Secret
from tests.support.kit_files import KITS

PATHS = ("m/44/60/0/0/0", "m/44/501/12/0/0")
MASTERS: dict[str, dict[str, Any]] = {
    key["extended_key"]: key
    for kit in KITS
    for key in kit.values[0].get("keys", ())  # type: ignore[union-attr]
}
XPRV = next(text for text in MASTERS if text.startswith("xprv"))
FPRV = next(text for text in MASTERS if text.startswith("fprv"))
GOOD = {"fireblocks-xprv": XPRV, "fireblocks-fprv": FPRV}
CURVE = {"fireblocks-xprv": "secp256k1", "fireblocks-fprv": "ed25519"}


def test_there_are_masters_of_both_curves() -> None:
    curves = [key["curve"] for key in MASTERS.values()]
    assert min(curves.count("secp256k1"), curves.count("ed25519")) >= 10


@pytest.mark.parametrize("text", MASTERS)
def test_vectors(text: str) -> None:
    expected = MASTERS[text]
    name = f"fireblocks-{text[:4]}"
    paths = tuple(derived["path"] for derived in expected["derived"])
    keys = read_key(name, Secret(f" {text}\n".encode()), paths=paths)
    for key, derived in zip(keys, expected["derived"], strict=True):
        assert key.curve == expected["curve"]
        assert key.path == derived["path"]
        assert key.secret_scalar.reveal().hex() == derived["secret_scalar"]
        assert key.public_key.hex() == derived["public_key"]
    assert name in formats_that_fit(Secret(text.encode()))


def changed(text: str, start: int, value: bytes) -> str:
    payload = bytearray(base58.b58decode_check(text))
    payload[start : start + len(value)] = value
    return base58.b58encode_check(bytes(payload)).decode()


def cut(text: str, size: int) -> str:
    return base58.b58encode_check(base58.b58decode_check(text)[:size]).decode()


def swapped(text: str) -> str:
    at = next(n for n in range(20, 90) if text[n] != text[n + 1])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (lambda text: text[:50] + ("2" if text[50] != "2" else "3") + text[51:], Failure.CHECKSUM),
        (lambda text: text[:-1], Failure.CHECKSUM),
        (lambda text: text + "1", Failure.CHECKSUM),
        (swapped, Failure.CHECKSUM),
        (lambda text: text.swapcase(), Failure.KEY),
        (lambda text: text[:60] + " " + text[60:], Failure.KEY),
        (lambda text: text[:60] + "\n" + text[60:], Failure.KEY),
        (lambda text: text.replace("p", "\u0440", 1), Failure.KEY),
        (lambda text: text[:40] + "0" + text[41:], Failure.KEY),
        (lambda text: text[:40] + "l" + text[41:], Failure.KEY),
        (lambda text: text + text, Failure.CHECKSUM),
        (lambda text: "", Failure.KEY),
        (lambda text: cut(text, 77), Failure.KEY),
        (lambda text: cut(text, 45), Failure.KEY),
        (lambda text: changed(text, 0, bytes.fromhex("0488b21e")), Failure.TYPE),  # xpub
        (lambda text: changed(text, 0, bytes.fromhex("04358394")), Failure.TYPE),  # tprv
        (lambda text: changed(text, 0, bytes.fromhex("03273e4b")), Failure.TYPE),  # fpub
        (lambda text: FPRV if text == XPRV else XPRV, Failure.TYPE),
        (lambda text: changed(text, 4, b"\1"), Failure.PATH),
        (lambda text: changed(text, 5, b"\1\2\3\4"), Failure.PATH),
        (lambda text: changed(text, 9, b"\0\0\0\1"), Failure.PATH),
        (lambda text: changed(text, 45, b"\1"), Failure.KEY),
        (lambda text: changed(text, 45, b"\2"), Failure.KEY),
        (lambda text: changed(text, 46, bytes(32)), Failure.KEY),
        (lambda text: changed(text, 46, b"\xff" * 32), Failure.KEY),
    ],
)
def test_wrong_keys(name: str, change: Any, failure: Failure) -> None:
    text = change(GOOD[name])
    with pytest.raises(CeremonyError) as error:
        read_key(name, Secret(text.encode()), paths=PATHS)
    assert error.value.failure is failure
    said = error.value.message + error.value.hint
    assert not any(text[at : at + 8] in said for at in range(len(text) - 8))


@pytest.mark.parametrize("curve", CURVE.values())
def test_the_order_of_the_curve_is_out_of_range(curve: str) -> None:
    text = XPRV if curve == "secp256k1" else FPRV
    order = CURVES[curve].order
    for scalar, fits in ((order - 1, True), (order, False), (order + 1, False)):
        source = Secret(changed(text, 46, scalar.to_bytes(32, "big")).encode())
        if fits:
            assert parse_extended(source, curve).secret_scalar.reveal()[-1] == (order - 1) % 256
            continue
        with pytest.raises(CeremonyError) as error:
            parse_extended(source, curve)
        assert error.value.failure is Failure.KEY


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "path",
    [
        "m",
        "m/",
        "",
        "m/44/60/0/0",
        "m/44/60/0/0/0/0",
        "m/44'/60'/0'/0/0",
        "m/44/60/0/0/0'",
        "m/44h/60/0/0/0",
        "m/49/0/0/0/0",
        "m/44/60/0/0/00",
        "m/44/60/0/0/2147483648",
        "m/44/60/0/0/\uff10",
        "m/44/60/0/0/0 ",
        "60/0",
        "\x1b[2J",
    ],
)
def test_wrong_paths(name: str, path: str) -> None:
    with pytest.raises(CeremonyError) as error:
        read_key(name, Secret(GOOD[name].encode()), paths=(path,))
    assert error.value.failure is Failure.PATH
    assert error.value.message.isprintable()


def test_a_path_must_be_named() -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("fireblocks-xprv", Secret(XPRV.encode()))
    assert error.value.failure is Failure.PATH


@given(
    st.sampled_from(sorted(CURVE.values())),
    st.integers(min_value=1),
    st.binary(min_size=32, max_size=32),
    st.lists(st.integers(0, 2**31 - 1), min_size=4, max_size=4),
)
def test_round_trip(curve: str, number: int, chain_code: bytes, levels: list[int]) -> None:
    scalar = Secret((number % (CURVES[curve].order - 1) + 1).to_bytes(32, "big"))
    public_key = CURVES[curve].base_multiply(scalar).compressed
    master = MasterKey(curve, scalar, public_key, Secret(chain_code))
    text = serialize_extended(master)
    again = parse_extended(text, curve)
    assert again.secret_scalar.matches(scalar)
    assert again.chain_code.matches(master.chain_code)
    assert again.public_key == public_key
    path = "/".join(["m", "44", *map(str, levels)])
    key, same = wallet_key(master, path), wallet_key(again, path)
    assert key.secret_scalar.matches(same.secret_scalar)
    assert CURVES[curve].base_multiply(key.secret_scalar).compressed == key.public_key


@given(st.sampled_from(sorted(CURVE.values())), st.binary(max_size=130))
def test_any_bytes(curve: str, value: bytes) -> None:
    payload = bytes.fromhex("0488ade4" if curve == "secp256k1" else "03273a10") + value
    for text in (value, base58.b58encode_check(value), base58.b58encode_check(payload)):
        try:
            key = parse_extended(Secret(text), curve)
        except CeremonyError:
            continue
        assert serialize_extended(key).reveal() == text.strip()
