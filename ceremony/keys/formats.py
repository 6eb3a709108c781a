"""One way to read a key in any of the formats of ``ceremony.keys.format_table``.

A format is named, by the plan or by the operator: nothing here picks one.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

from ceremony.curves import curve_named
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.format_table import FORMATS, Format
from ceremony.keys.material import KeyMaterial
from ceremony.keys.recognised import recognised_error
from ceremony.keys.source import MAX_SOURCE_SIZE
from ceremony.secret import Secret

__all__ = [
    "FORMATS",
    "Format",
    "check_format_curve",
    "format_named",
    "formats_that_fit",
    "read_key",
]

FIREBLOCKS = "fireblocks-"
"""How the names of the formats begin whose paths are Fireblocks' own."""

LOOKED_AT = (Failure.KEY, Failure.TYPE, Failure.MALFORMED, Failure.CHECKSUM)
"""Refusals of a source for what it is: only then it may be something else altogether."""


def read_key(
    format_name: str,
    source: Secret,
    *,
    curve: str | None = None,
    paths: tuple[str, ...] = (),
    network: str | None = None,
    passphrase: Secret | None = None,
) -> tuple[KeyMaterial, ...]:
    """The keys of a source: one for each path, in their order; else exactly one.

    ``network`` is Dfns' name of one (BitcoinSignet), ``passphrase`` UTF-8. Formats
    that do not tell networks apart do not look at it. Raises ``usage`` for an unknown
    format or an option that it does not take, ``path`` or ``passphrase`` for one that
    is missing, ``curve`` when the key is of another curve than the one named,
    ``duplicate`` for a path given twice, and what the format itself refuses: ``type``,
    with its name, for what is known to be something else than a key in any format. Where
    wallets of the network have other keys than BIP-32 and SLIP-10 give, the key says
    that it needs an expected address.
    """
    row = format_named(format_name)
    check_format_curve(format_name, curve)
    given = {"curve": curve, "paths": paths, "network": network, "passphrase": passphrase}
    _check_options(format_name, row, given)
    plain = [path if "//" in path else re.sub("[hH]", "'", path) for path in paths]
    if twice := [path for path in plain if plain.count(path) > 1]:
        raise CeremonyError(
            Failure.DUPLICATE,
            f"the path {printable(twice[0])} is given twice",
            hint="name each path once",
        )
    if len(source) > MAX_SOURCE_SIZE:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the source has {len(source)} bytes; no key has more than {MAX_SOURCE_SIZE}",
            hint="this is probably another file",
        )
    module, _, function = row.parser.rpartition(".")
    parse = getattr(import_module(f"ceremony.keys.{module}"), function)
    try:
        read = parse(source, **{name: given[name] for name in row.takes})
    except CeremonyError as error:
        if error.failure in LOOKED_AT and (other := recognised_error(source, "this")) is not None:
            raise other from None
        raise
    keys: tuple[KeyMaterial, ...] = (read,) if isinstance(read, KeyMaterial) else read
    for key in keys:
        if curve is not None and key.curve != curve:
            raise CeremonyError(
                Failure.CURVE,
                f"this is a key of {key.curve}, and {curve} was asked for",
                hint="either the key or the curve is another one than meant",
            )
    return tuple(_doubted(key, format_name, network) for key in keys)


def formats_that_fit(source: Secret) -> tuple[str, ...]:
    """The formats whose shape a source has, to choose from; none when none has.

    Only the shape is compared: a mistyped key still fits, and reading it then says
    what is wrong with it.
    """
    if len(source) > MAX_SOURCE_SIZE:
        return ()
    value = source.reveal()
    return tuple(
        name
        for name, row in FORMATS.items()
        if row.shape.fullmatch(value if name == "der" else value.strip())
    )


def check_format_curve(name: str, curve: str | None) -> None:
    """Raises ``curve`` when no key in the format is one of ``curve``; ``usage``, ``scheme``."""
    row = format_named(name)
    if curve is not None and curve_named(curve).name not in row.curves:
        raise CeremonyError(
            Failure.CURVE,
            f"a key in the format {name} is never one of {curve}",
            hint=f"its curves: {', '.join(row.curves)}",
        )


def format_named(name: str) -> Format:
    """The row of a format. Raises ``usage``."""
    if name not in FORMATS:
        raise CeremonyError(
            Failure.USAGE,
            f"the key format {printable(name)} is not known",
            hint=f"the formats: {', '.join(FORMATS)}",
        )
    return FORMATS[name]


def _doubted(key: KeyMaterial, format_name: str, network: str | None) -> KeyMaterial:
    """The same key; where wallets of the network derive otherwise, it needs an expectation."""
    from ceremony.keys.own_derivations import BIP32_FORMATS, doubt

    if format_name not in BIP32_FORMATS or key.path is None:
        return key
    reason = doubt(format_name, key.curve, network, key.path)
    if reason is None:
        return key
    return replace(key, warnings=(*key.warnings, reason), needs_expected=True)


def _check_options(name: str, row: Format, given: Mapping[str, object]) -> None:
    def missing(failure: Failure, what: str, hint: str) -> CeremonyError:
        message = f"the format {name} needs a {what}, and none is given"
        return CeremonyError(failure, message, hint=hint)

    if "curve" in row.needs and given["curve"] is None:
        raise missing(Failure.USAGE, "curve", f"name it: {', '.join(row.curves)}")
    if "paths" in row.needs and not given["paths"]:
        raise missing(Failure.PATH, "path", _usual_paths(name, row, given))
    if "passphrase" in row.needs and given["passphrase"] is None:
        raise missing(Failure.PASSPHRASE, "passphrase", "give the one that the file has")
    if given["paths"] and "paths" not in row.takes:
        raise _needless(name, "path")
    if given["passphrase"] is not None and "passphrase" not in row.takes:
        raise _needless(name, "passphrase")


def _needless(name: str, what: str) -> CeremonyError:
    return CeremonyError(
        Failure.USAGE,
        f"the format {name} takes no {what}",
        hint="leave it out, or name another format",
    )


def _usual_paths(name: str, row: Format, given: Mapping[str, object]) -> str:
    """The usual paths of the network, to choose from: only a person can choose one."""
    from ceremony.keys.own_derivations import BIP32_FORMATS, own_hint
    from ceremony.keys.usual_paths import format_paths, usual_paths

    if name.startswith(FIREBLOCKS):
        return "it is m/44/COIN/ACCOUNT/CHANGE/INDEX; ACCOUNT is the number of the vault account"
    network = None if given["network"] is None else str(given["network"])
    curve = None if given["curve"] is None else str(given["curve"])
    found = format_paths(name)
    if not found:
        if network is None:
            return (
                "the wallet's software shows it; with the network named, its usual paths are "
                "offered"
            )
        if name in BIP32_FORMATS and (own := own_hint(network, curve)):
            return own
        found = tuple(
            usual
            for usual in usual_paths(network)
            if usual.curve in row.curves and curve in (None, usual.curve)
        )
    if not found:
        return "a wrong path gives a valid key with another address: look it up"
    return "usual there: " + "; ".join(f"{usual.path} ({usual.where})" for usual in found)
