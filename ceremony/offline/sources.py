"""Where the keys of a command come from: a source in a named format, read and checked."""

import argparse

from ceremony.desk.passphrase import known_passphrase
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import MAX_SECRET_FILE, STANDARD, read_file, read_passphrase, read_secret
from ceremony.keys.formats import FORMATS, formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""

KIT_OPTIONS = (
    *("rsa_key", "rsa_passphrase_file", "key_id"),
    *("mobile_rsa_key", "mobile_rsa_passphrase_file"),
)

READ_OPTIONS = (
    *("signers", "key_file", "passphrase_file", "rsa_key", "rsa_passphrase_file"),
    *("mobile_rsa_key", "mobile_rsa_passphrase_file", "state", "response", "new_passphrase_file"),
)
"""Options of all commands that name a file to read, of which - is standard input."""

ZIP = b"PK\x03\x04"
"""How a zip file begins: APPNOTE.TXT, section 4.3.7."""


def read_keys(options: argparse.Namespace, random: Random) -> tuple[KeyMaterial, ...]:
    """The keys of the source, one for each path, else one; all on one curve.

    Raises what ``check_source_options`` raises, and what the format refuses.
    """
    check_source_options(options)
    if options.format == NEW:
        from ceremony.keys.new import new_key

        return (new_key(options.curve, random),)
    if options.format == KIT:
        return _kit_keys(options)
    source = read_secret(options.key_file, "the key file")
    if options.format is None:
        raise _unnamed(source)
    try:
        return read_key(
            options.format,
            source,
            curve=options.curve,
            paths=tuple(options.path),
            network=options.network,
            passphrase=_key_passphrase(options),
        )
    except CeremonyError as error:
        raise _with_shapes(error, options.format, source) from None


def check_source_options(options: argparse.Namespace) -> None:
    """Refuses options that do not go together, before anything is read or asked for.

    Raises ``usage``.
    """
    if options.format is not None and options.format not in (*FORMATS, KIT, NEW):
        raise CeremonyError(
            Failure.USAGE,
            f"the key format {printable(options.format)} is not known",
            hint=f"the formats: {', '.join((*FORMATS, KIT, NEW))}",
        )
    check_standard_input(options)
    for name in KIT_OPTIONS:
        if getattr(options, name) is not None and options.format != KIT:
            raise usage(f"{_option(name)} is for the format {KIT} only")
    if options.format == NEW:
        _check_new(options)
    elif options.key_file is None:
        raise usage("--key-file is missing: it names the file with the key, - standard input")
    if options.format == KIT:
        _check_kit(options)
    keys = max(1, len(options.path))
    if options.expect and len(options.expect) != keys:
        raise CeremonyError(
            Failure.USAGE,
            f"there are {len(options.expect)} of --expect, and {_counted(keys, 'key')}",
            hint="give one for each --path, in the same order, or none",
        )


def check_standard_input(options: argparse.Namespace) -> None:
    """Only one thing comes from standard input: the second would be read as empty."""
    names = [name for name in READ_OPTIONS if getattr(options, name, None) == STANDARD]
    if len(names) > 1:
        raise usage(f"{' and '.join(map(_option, names))} cannot both be standard input")


def usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see --help of this command")


def _check_new(options: argparse.Namespace) -> None:
    if options.curve is None:
        raise usage("a new key needs --curve")
    if options.key_file is not None or options.path or options.passphrase_file is not None:
        raise usage("a new key has no source: leave out --key-file, --path and --passphrase-file")
    if options.expect:
        raise usage("a new key cannot be expected: leave out --expect")


def _check_kit(options: argparse.Namespace) -> None:
    if options.rsa_key is None or options.curve is None or not options.path:
        raise CeremonyError(
            Failure.USAGE,
            f"{KIT} needs --rsa-key, --curve and at least one --path",
            hint="a path is m/44/COIN/ACCOUNT/CHANGE/INDEX: m/44/60/0/0/0 is vault 0 on Ethereum",
        )
    if options.mobile_rsa_passphrase_file is not None and options.mobile_rsa_key is None:
        raise usage("--mobile-rsa-passphrase-file is given without --mobile-rsa-key")


def _kit_keys(options: argparse.Namespace) -> tuple[KeyMaterial, ...]:
    from ceremony.keys.fireblocks_kit import read_kit
    from ceremony.keys.fireblocks_shares import KitSecrets

    archive = read_file(options.key_file, "the recovery kit", MAX_SECRET_FILE)
    rsa_key = read_secret(options.rsa_key, "the RSA key")
    mobile_rsa_key, mobile_passphrase = None, _passphrase(options.passphrase_file)
    if options.mobile_rsa_key is not None:
        mobile_rsa_key = read_secret(options.mobile_rsa_key, "the second RSA key")
    elif mobile_passphrase is None:
        mobile_passphrase = known_passphrase(None, "the workspace's owner")
    secrets = KitSecrets(
        rsa_key=rsa_key,
        rsa_passphrase=_passphrase(options.rsa_passphrase_file),
        mobile_passphrase=mobile_passphrase,
        mobile_rsa_key=mobile_rsa_key,
        mobile_rsa_passphrase=_passphrase(options.mobile_rsa_passphrase_file),
    )
    return read_kit(
        archive,
        secrets,
        curve=options.curve,
        paths=tuple(options.path),
        key_id=options.key_id,
    )


def _key_passphrase(options: argparse.Namespace) -> Secret | None:
    """The source's passphrase where one is given, or typed where the format needs one."""
    needed = "passphrase" in FORMATS[options.format].needs
    if options.passphrase_file is None and not needed:
        return None
    passphrase = known_passphrase(options.passphrase_file, "the key")
    if not len(passphrase) and not needed:
        # For a mnemonic an empty one is as good as any other, and gives another key.
        raise CeremonyError(
            Failure.PASSPHRASE,
            "the first line of the passphrase file is empty",
            hint="leave out --passphrase-file if the key has no passphrase",
        )
    return passphrase


def _passphrase(file: str | None) -> Secret | None:
    return None if file is None else read_passphrase(file)


def _shapes(source: Secret) -> tuple[str, ...]:
    if source.reveal().startswith(ZIP):
        return (KIT,)
    return formats_that_fit(source)


def _unnamed(source: Secret) -> CeremonyError:
    """Which formats a source may be in: for a person to choose from."""
    if not source.reveal().strip():
        return CeremonyError(
            Failure.KEY, "the key file is empty", hint="name the file that holds the key"
        )
    fitting = _shapes(source)
    if not fitting:
        return CeremonyError(
            Failure.AMBIGUOUS,
            "the key file has the shape of no format",
            hint="is it the right file, and whole? docs/keys-in.md shows each format",
        )
    return CeremonyError(
        Failure.AMBIGUOUS,
        "the format of the key is not named",
        hint=f"choose with --format; the file has the shape of: {', '.join(fitting)}",
    )


def _with_shapes(error: CeremonyError, format_name: str, source: Secret) -> CeremonyError:
    """The same error; where the source looks like other formats than the named, with them."""
    fitting = _shapes(source)
    if not fitting or format_name in fitting:
        return error
    hint = f"{error.hint}; the file has the shape of: {', '.join(fitting)}"
    return CeremonyError(error.failure, error.message, hint=hint)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
