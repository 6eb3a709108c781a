"""Where the keys of a command come from: a source in a named format, read and checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ceremony.desk.passphrase import known_passphrase
from ceremony.desk.secrets import secret_from
from ceremony.errors import CeremonyError, Failure
from ceremony.files import STANDARD
from ceremony.keys.formats import FORMATS, check_format_curve, formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.keys.recognised import recognised_error
from ceremony.offline.source_options import KIT, NEW, SourceOptions, check_source_options
from ceremony.secret import Random, Secret

ZIP = b"PK\x03\x04"
"""How a zip file begins: APPNOTE.TXT, section 4.3.7."""


@dataclass(frozen=True, slots=True)
class Typed:
    """How a file is read, or what is typed in place of one, which is named ``-``.

    ``passphrase`` gives that of a source, from the file or typed where it is None.
    ``has_passphrase`` tells that there is one, where nothing else does.
    """

    key: Callable[[str], Secret]
    passphrase: Callable[[str | None], Secret]
    has_passphrase: bool = False


TERMINAL = Typed(
    lambda path: secret_from(path, "the key file", "the key"),
    lambda path: known_passphrase(path, "the key"),
)
"""For the commands."""


def read_keys(
    options: SourceOptions, random: Random, typed: Typed = TERMINAL
) -> tuple[KeyMaterial, ...]:
    """The keys of the source, one for each path, else one; all on one curve.

    Raises what ``check_source_options`` raises, and what the format refuses.
    """
    check_source_options(options)
    if options.format == NEW and options.curve is not None:
        from ceremony.keys.new import new_key

        return (new_key(options.curve, random),)
    if options.format == KIT:
        from ceremony.offline.kit_source import read_kit_keys

        return read_kit_keys(options)
    source = typed.key(options.key_file or STANDARD)
    if not source.reveal().strip():
        raise CeremonyError(
            Failure.KEY, "the key file is empty", hint="name the file that holds the key"
        )
    if options.format is None:
        raise _unnamed(source)
    check_format_curve(options.format, options.curve)
    _check_not_expected(source, options.expect)
    passphrase = _key_passphrase(options, options.format, typed)
    try:
        return _read_named(options, options.format, source, passphrase)
    except CeremonyError as error:
        if passphrase is not None or error.failure is not Failure.PASSPHRASE:
            raise
    # Only now it is known that the key is encrypted: PEM and DER may be, or not.
    return _read_named(options, options.format, source, typed.passphrase(None))


def read_source(
    format_name: str,
    source: Secret,
    *,
    curve: str | None,
    paths: tuple[str, ...],
    network: str | None,
    passphrase: Secret | None,
) -> tuple[KeyMaterial, ...]:
    """The keys of a source whose format is named, of a ceremony and of a single command.

    Raises what ``read_key`` raises; the hint names other formats that the source looks like.
    """
    try:
        return read_key(
            format_name,
            source,
            curve=curve,
            paths=paths,
            network=network,
            passphrase=passphrase,
        )
    except CeremonyError as error:
        raise _with_shapes(error, format_name, source) from None


def _read_named(
    options: SourceOptions, format_name: str, source: Secret, passphrase: Secret | None
) -> tuple[KeyMaterial, ...]:
    return read_source(
        format_name,
        source,
        curve=options.curve,
        paths=options.paths,
        network=options.network,
        passphrase=passphrase,
    )


def _key_passphrase(options: SourceOptions, format_name: str, typed: Typed) -> Secret | None:
    """The source's passphrase where one is given, or typed where the format needs one."""
    needed = "passphrase" in FORMATS[format_name].needs or typed.has_passphrase
    if options.passphrase_file is None and not needed:
        return None
    passphrase = typed.passphrase(options.passphrase_file)
    if not len(passphrase) and not needed:
        # For a mnemonic an empty one is as good as any other, and gives another key.
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the first line of the passphrase file is empty",
            hint="leave out --passphrase-file if the key has no passphrase",
        )
    return passphrase


MIN_KEY_DIGITS = 32
"""Characters of the shortest public key or address that is compared with a key."""


def _check_not_expected(source: Secret, expected: Sequence[str]) -> None:
    """A public key or address must not be both the key and what is expected of it.

    Raises ``type``. A public key's x alone counts as the key, whichever of the two has it.
    """
    given = source.reveal().strip().lower().removeprefix(b"0x")
    for text in expected:
        wanted = text.strip().lower().removeprefix("0x").encode()
        same = given in (wanted, wanted[2:]) or given[2:] == wanted
        if len(given) >= MIN_KEY_DIGITS and same:
            raise CeremonyError(
                Failure.TYPE,
                "the key file holds the very text that is expected of the key",
                hint="it takes the private key, and --expect the public key or address; a private "
                "key typed there stands in the shell's history",
            )


def _shapes(source: Secret) -> tuple[str, ...]:
    if source.reveal().startswith(ZIP):
        return (KIT,)
    return formats_that_fit(source)


def _unnamed(source: Secret) -> CeremonyError:
    """What a source is, or which formats it may be in: for a person to choose from."""
    if (known := recognised_error(source, "the key file")) is not None:
        return known
    fitting = _shapes(source)
    shapes = f"the file has the shape of: {', '.join(fitting)}"
    if found := _other_words(source):
        named, hint = found
        return CeremonyError(
            Failure.AMBIGUOUS,
            f"the format of the key is not named, and the key file holds {named}",
            hint=f"{hint}; {shapes}" if fitting else hint,
        )
    if not fitting:
        return CeremonyError(
            Failure.AMBIGUOUS,
            "the key file has the shape of no format",
            hint="is it the right file, and whole? docs/keys-in.md shows each format",
        )
    return CeremonyError(
        Failure.AMBIGUOUS,
        "the format of the key is not named",
        hint=f"choose with --format; {shapes}",
    )


def _other_words(source: Secret) -> tuple[str, str] | None:
    """Which wallet's words these are, and a hint; None for what cannot be told."""
    from ceremony.keys.other_words import plain_words, recognised

    return recognised(plain_words(source) or ())


def _with_shapes(error: CeremonyError, format_name: str, source: Secret) -> CeremonyError:
    """The same error; where the source looks like other formats than the named, with them."""
    fitting = _shapes(source)
    if format_name in fitting or recognised_error(source, "") is not None:
        return error
    if fitting:
        hint = f"{error.hint}; it has the shape of: {', '.join(fitting)}"
    elif found := _other_words(source):
        hint = f"the key file holds {found[0]}: {found[1]}"
    else:
        return error
    return CeremonyError(error.failure, error.message, hint=hint)
