"""The registry: every row leads to a parser, refuses by class only, and is offered."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import FORMATS, format_named, formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.keys.new import new_key
from ceremony.secret import Secret
from tests.support.wrong_inputs import FORMATS as RIGHT

SOMETHING = {
    "curve": None,
    "paths": ("m/44'/60'/0'/0'/0'",),
    "network": "Bitcoin",
    "passphrase": Secret(b"passphrase"),
}


def options(name: str) -> dict[str, object]:
    """Whatever a format takes, so that its parser is reached."""
    row = FORMATS[name]
    given_options = {option: SOMETHING[option] for option in row.takes}
    return given_options | ({"curve": row.curves[0]} if "curve" in row.takes else {})


def outcome(name: str, value: bytes, **more: object) -> tuple[KeyMaterial, ...] | Failure:
    """A value or a class. Anything else that comes out fails the test that asks."""
    try:
        return read_key(name, Secret(value), **(options(name) | more))  # type: ignore[arg-type]
    except CeremonyError as error:
        return error.failure


@pytest.mark.parametrize("name", FORMATS)
def test_each_row_names_a_parser_that_takes_its_options(name: str) -> None:
    row = FORMATS[name]
    module, _, function = row.parser.rpartition(".")
    parser = getattr(import_module(f"ceremony.keys.{module}"), function)
    names = list(inspect.signature(parser).parameters)
    assert row.takes <= set(names[1:])
    assert row.needs <= row.takes <= set(SOMETHING)
    assert set(row.curves) <= set(CURVES)
    assert row.description
    assert format_named(name) is row


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(value=st.binary(max_size=200) | st.text(max_size=120).map(str.encode))
@example(b"")
@example(b"\0")
@example(b"[" * 50_000)
@example(b'{"a":' * 10_000)
@example(b"9" * 60_000)
@example(b"z" * 60_000)
@example(b"\x30\x80\x30\x80")
@example(b"\x30" * 60_000)
@example(bytes(70_000))
@example("\u017f".encode() * 64)
def test_any_bytes_give_a_key_or_a_class(name: str, value: bytes) -> None:
    outcome(name, value)


@pytest.mark.parametrize("name", [name for name in RIGHT if name in FORMATS])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_damage_gives_a_key_or_a_class(name: str, data: st.DataObject) -> None:
    right = bytearray(RIGHT[name].right.encode())
    place = data.draw(st.integers(0, len(right) - 1))
    damage = data.draw(st.sampled_from(("change", "cut", "insert", "repeat")))
    if damage == "change":
        right[place] = data.draw(st.integers(0, 255))
    elif damage == "cut":
        del right[place : place + data.draw(st.integers(1, 5))]
    elif damage == "insert":
        right[place:place] = data.draw(st.binary(min_size=1, max_size=4))
    else:
        right *= 2
    outcome(name, bytes(right), **RIGHT[name].options)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None)
@given(path=st.text(max_size=30), network=st.text(max_size=20), curve=st.text(max_size=12))
def test_any_options_give_a_key_or_a_class(name: str, path: str, network: str, curve: str) -> None:
    value = RIGHT[name].right.encode() if name in RIGHT else b"x"
    for option, given_value in (("paths", (path,)), ("network", network), ("curve", curve)):
        outcome(name, value, **{option: given_value})


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_key_is_offered_its_format(name: str) -> None:
    assert name in formats_that_fit(Secret(RIGHT[name].right.encode()))


def test_a_value_that_fits_several_formats_is_offered_all_of_them() -> None:
    fit = formats_that_fit(Secret(RIGHT["hex"].right.encode()))
    assert {"hex", "ed25519-scalar", "stark-from-eth-key"} <= set(fit)
    assert {"bip39", "stark-from-eth-seed"} <= set(
        formats_that_fit(Secret(RIGHT["bip39"].right.encode()))
    )
    assert formats_that_fit(Secret(b"the key is in the safe")) == ()
    for text in (b"0" * 64, b"0x" + b"3" * 64, b"0 keys", b"0\x20words", b"00112233" * 4):
        assert "der" not in formats_that_fit(Secret(text))
    assert formats_that_fit(Secret(b"0" * 100_000)) == ()
    assert formats_that_fit(Secret(b"")) == ()


@pytest.mark.parametrize("value", [b'{"crypto"' * 7000, b"a " * 30_000, b"-----BEGIN -----" * 4000])
def test_comparing_shapes_takes_no_time(value: bytes) -> None:
    formats_that_fit(Secret(value[:64_000]))


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(CeremonyError) as error:
        read_key("bip38\x1b", Secret(b"x"))
    assert error.value.failure is Failure.USAGE
    assert "\x1b" not in error.value.message


def test_seed_and_scalar_of_the_same_digits_are_two_keys() -> None:
    digits = Secret(RIGHT["ed25519-scalar"].right.encode())
    (seed,) = read_key("hex", digits, curve="ed25519")
    (scalar,) = read_key("ed25519-scalar", digits)
    assert seed.public_key != scalar.public_key
    assert scalar.seed is None
    assert scalar.warnings
    assert seed.seed is not None


@pytest.mark.parametrize("curve", CURVES)
def test_a_new_key_comes_from_the_randomness_given(curve: str) -> None:
    def random(size: int) -> bytes:
        return bytes(range(7, 7 + size))

    key = new_key(curve, random)
    assert key.public_key == new_key(curve, random).public_key
    assert (key.seed is not None) == (curve == "ed25519")
    with pytest.raises(CeremonyError) as error:
        new_key(curve, bytes)
    assert error.value.failure is Failure.RANDOMNESS


def test_a_new_key_of_an_unknown_curve_is_refused() -> None:
    with pytest.raises(CeremonyError) as error:
        new_key("p256", bytes)
    assert error.value.failure is Failure.SCHEME


def test_the_registry_loads_no_format_before_it_is_used() -> None:
    code = "import ceremony.keys.formats, sys; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "ceremony.keys.formats" in loaded
    late = ("mnemonic", "Crypto", "cryptography.x509", "bech32", "msgspec", "ceremony.keys.pkcs8")
    assert not [name for name in late if name in loaded]


def test_the_documentation_has_every_format_and_its_example_reads() -> None:
    lines = (Path(__file__).parents[2] / "docs/keys-in.md").read_text().splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    assert set(rows) == {*FORMATS, "fireblocks-kit", "new"}
    for name, right in RIGHT.items():
        shown = name if name == "solana" else right.right  # an array too long for a table
        assert f"`{shown}`" in rows[name]
