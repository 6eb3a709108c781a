"""The formats that a key may come in: one row each, and one way to read them all.

A format is named, by the plan or by the operator: nothing here picks one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ceremony.curves import CURVES, curve_named
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.material import KeyMaterial, parse_hex
from ceremony.keys.source import MAX_SOURCE_SIZE
from ceremony.secret import Secret


@dataclass(frozen=True, slots=True)
class Options:
    """What may be said about a source besides its format.

    ``network`` is Dfns' name of one (``BitcoinTestnet3``), ``passphrase`` UTF-8.
    """

    curve: str | None = None
    paths: tuple[str, ...] = ()
    network: str | None = None
    passphrase: Secret | None = None


Reader = Callable[[Secret, Options], tuple[KeyMaterial, ...]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``shape`` matches what looks like it, not what is right.

    A curve must be named when there is more than one and the source does not tell
    (``needs_curve``). ``takes`` are the options beyond curve and network.
    """

    description: str
    curves: tuple[str, ...]
    shape: re.Pattern[bytes]
    read: Reader
    takes: frozenset[str] = frozenset()
    needs_curve: bool = False


PATH = frozenset({"path"})
PASSPHRASE = frozenset({"passphrase"})


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

    Raises ``usage`` for an unknown format or an option that it does not take,
    ``curve`` when the key is of another curve than the one named, ``duplicate`` for
    a path given twice, and what the format itself refuses.
    """
    row = format_named(format_name)
    options = Options(curve, paths, network, passphrase)
    _check_options(format_name, row, options)
    if len(source) > MAX_SOURCE_SIZE:
        raise CeremonyError(
            Failure.OVERSIZED,
            f"the source has {len(source)} bytes; no key has more than {MAX_SOURCE_SIZE}",
            hint="this is probably another file",
        )
    keys = row.read(source, options)
    for key in keys:
        if curve is not None and key.curve != curve:
            raise CeremonyError(
                Failure.CURVE,
                f"this is a key of {key.curve}, and {curve} was asked for",
                hint="either the key or the curve is another one than meant",
            )
    return keys


def formats_that_fit(source: Secret) -> tuple[str, ...]:
    """The formats whose shape a source has, to choose from; none when none has.

    Only the shape is compared: a mistyped key still fits, and reading it then says
    what is wrong with it.
    """
    if len(source) > MAX_SOURCE_SIZE:
        return ()
    text = source.reveal().strip()
    return tuple(name for name, row in FORMATS.items() if row.shape.fullmatch(text))


def format_named(name: str) -> Format:
    """The row of a format. Raises ``usage``."""
    if name not in FORMATS:
        raise CeremonyError(
            Failure.USAGE,
            f"the key format {printable(name)} is not known",
            hint=f"the formats: {', '.join(FORMATS)}",
        )
    return FORMATS[name]


def _check_options(name: str, row: Format, options: Options) -> None:
    if options.curve is not None and curve_named(options.curve).name not in row.curves:
        raise CeremonyError(
            Failure.CURVE,
            f"a key in the format {name} is never one of {options.curve}",
            hint=f"its curves: {', '.join(row.curves)}",
        )
    if row.needs_curve and options.curve is None:
        raise _usage(f"the format {name} does not tell the curve", "name the curve of the key")
    if "path" in row.takes and not options.paths:
        raise CeremonyError(
            Failure.PATH,
            f"the format {name} needs the path of the key, and none is given",
            hint="a wrong path gives a valid key with another address: look it up",
        )
    if "path" not in row.takes and options.paths:
        raise _usage(f"the format {name} takes no path", "leave it out, or name another format")
    if len({re.sub("[hH]", "'", path) for path in options.paths}) != len(options.paths):
        raise CeremonyError(Failure.DUPLICATE, "a path is given twice", hint="name each path once")
    if "passphrase" not in row.takes and options.passphrase is not None:
        raise _usage(
            f"the format {name} takes no passphrase", "leave it out, or name another format"
        )


def _usage(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint=hint)


# Each reader imports its module when it is called: `ceremony --help` loads none.


def _hex(source: Secret, options: Options) -> tuple[KeyMaterial, ...]:
    return (parse_hex(options.curve or "", source),)


FORMATS: dict[str, Format] = {
    "hex": Format(
        "64 hex digits, 0x or not; for ed25519 the seed of RFC 8032",
        tuple(CURVES),
        re.compile(rb"(0x)?[0-9a-fA-F]{64}"),
        _hex,
        needs_curve=True,
    ),
}
