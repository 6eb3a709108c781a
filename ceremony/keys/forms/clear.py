"""Forms in the clear: hex, WIF, and the text of a QR picture. For a safe, not a disk."""

from ceremony.addresses.base import base58_check
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.formats import read_key
from ceremony.keys.forms.form import OutOptions, Output, only
from ceremony.keys.material import KeyMaterial
from ceremony.keys.wif import COMPRESSED
from ceremony.keys.wif import NETWORKS as WIF_NETWORKS
from ceremony.secret import Random, Secret


def hex_digits(key: KeyMaterial) -> Secret:
    """64 hex digits: the scalar, big-endian, as Dfns' own tools write an exported key.

    For ed25519 too: it comes back as ``ed25519-scalar``, never as a seed.
    """
    return Secret(key.secret_scalar.reveal().hex().encode())


def write_hex(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    text = Secret(hex_digits(key).reveal() + b"\n")
    return (Output("key.hex", text, clear=True),), options


def write_qr(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """The text that the picture shows. Drawing it is the business of the optics.

    Capitals: QR's alphanumeric mode has no small letters, and readers of hex take both.
    """
    text = Secret(hex_digits(key).reveal().upper())
    return (Output("key.qr", text, clear=True),), options


def read_hex(outputs: tuple[Output, ...], curve: str, _options: OutOptions) -> KeyMaterial:
    if curve == "ed25519":
        return read_key("ed25519-scalar", only(outputs))[0]
    return read_key("hex", only(outputs), curve=curve)[0]


def write_wif(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """Marked as compressed, which is the public key that Dfns takes addresses from."""
    versions = {name: version for version, names in WIF_NETWORKS.items() for name in names}
    network = options.network or ""
    if network not in versions:
        raise CeremonyError(
            Failure.NETWORK,
            f"{printable(network)} has no WIF",
            hint=f"the networks that have: {', '.join(versions)}",
        )
    payload = bytes((versions[network],)) + key.secret_scalar.reveal() + bytes((COMPRESSED,))
    text = Secret(base58_check(payload).encode() + b"\n")
    return (Output("key.wif", text, clear=True),), options


def read_wif(outputs: tuple[Output, ...], _curve: str, options: OutOptions) -> KeyMaterial:
    return read_key("wif", only(outputs), network=options.network)[0]
