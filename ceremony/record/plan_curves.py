"""Which curve a planned key is on, where the plan leaves it to the format and the network."""

from ceremony.addresses import NETWORKS
from ceremony.curves import CURVES
from ceremony.keys.format_table import FORMATS
from ceremony.record.plan import ImportKey, Source

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""

KIT_CURVES = ("secp256k1", "ed25519")


def curve_of(key: ImportKey, source: Source) -> str:
    """The curve of a key: named, or the only one that its format and network leave.

    Empty where the plan has to name one.
    """
    if key.curve is not None:
        return key.curve
    left = curves_left(key, source)
    return left[0] if len(left) == 1 else ""


def curves_left(key: ImportKey, source: Source) -> list[str]:
    """The curves that the source's format and the key's network both have."""
    if source.format == NEW:
        of_source: tuple[str, ...] = tuple(CURVES)
    elif source.format == KIT:
        of_source = KIT_CURVES
    else:
        of_source = FORMATS[source.format].curves if source.format in FORMATS else ()
    known = NETWORKS.get(key.network or "")
    return [curve for curve in of_source if known is None or curve in known.curves]
