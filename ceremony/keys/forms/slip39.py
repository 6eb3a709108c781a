"""An exported key as SLIP-39 shares, one file for each custodian."""

from ceremony.keys.forms.form import OutOptions, Output
from ceremony.keys.material import KeyMaterial
from ceremony.keys.slip39.keys import parse_slip39_key
from ceremony.keys.slip39.split import split_slip39
from ceremony.secret import Random, Secret


def write_slip39(
    key: KeyMaterial, options: OutOptions, random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """The scalar in shares, 33 words each; any ``threshold`` of them give it back.

    They come back as ``slip39-key``, which for ed25519 is a scalar, never a seed.
    Raises ``threshold``.
    """
    threshold, count = options.shares or (0, 0)
    shares = split_slip39(key.secret_scalar, threshold, count, random)
    outputs = tuple(
        Output(f"share-{number}.slip39", Secret(share.reveal() + b"\n"), clear=False)
        for number, share in enumerate(shares, 1)
    )
    return outputs, options


def read_slip39(outputs: tuple[Output, ...], curve: str, _options: OutOptions) -> KeyMaterial:
    together = b"\n".join(output.content.reveal() for output in outputs)
    return parse_slip39_key(Secret(together), curve)
