"""An exported key as SLIP-39 shares, one file for each custodian."""

from ceremony.keys.forms.form import OutOptions, Output
from ceremony.keys.material import KeyMaterial
from ceremony.keys.slip39.keys import LABEL, parse_slip39_key
from ceremony.keys.slip39.split import split_slip39
from ceremony.secret import Random, Secret


def write_slip39(
    key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """The scalar in shares, 33 words each; any ``threshold`` of them give it back.

    With a passphrase, if there is one in ``options`` (printable ASCII). Each file begins
    with lines that say what it is, and not whose key. They come back as ``slip39-key``,
    which for ed25519 is a scalar, never a seed. Raises ``threshold``, ``passphrase``.
    """
    threshold, count = options.shares or (0, 0)
    shares = split_slip39(
        key.secret_scalar, threshold, count, random, passphrase=options.passphrase
    )
    outputs = tuple(
        Output(
            f"share-{number}.slip39",
            Secret(_label(number, key.curve, options) + share.reveal() + b"\n"),
            clear=False,
        )
        for number, share in enumerate(shares, 1)
    )
    return outputs, options


def read_slip39(outputs: tuple[Output, ...], curve: str, options: OutOptions) -> KeyMaterial:
    together = b"\n".join(output.content.reveal() for output in outputs)
    return parse_slip39_key(Secret(together), curve, options.passphrase)


def _label(number: int, curve: str, options: OutOptions) -> bytes:
    """What a file says of itself, in lines that the reader passes over."""
    threshold, count = options.shares or (0, 0)
    besides = "no passphrase" if options.passphrase is None else "a passphrase is needed besides"
    lines = (
        f"SLIP-39 share {number} of {count} of a key exported from Dfns",
        f"any {threshold} of the {count} shares give the key, curve {curve}; {besides}",
        f"to read them, one after the other: --format slip39-key --curve {curve}",
    )
    return "".join(f"{LABEL}{line}\n" for line in lines).encode()
