"""Where the keys of a command come from: a source in a named format, read and checked."""

import argparse

from ceremony.desk.passphrase import known_passphrase
from ceremony.errors import CeremonyError, Failure
from ceremony.files import MAX_SECRET_FILE, read_file, read_passphrase, read_secret
from ceremony.keys.formats import format_named, formats_that_fit, read_key
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""


def read_keys(options: argparse.Namespace, random: Random) -> tuple[KeyMaterial, ...]:
    """The keys of the source, one for each path, else one; all on one curve.

    Raises ``usage`` for options that do not go together, and what the format refuses.
    """
    check_kit_options(options)
    if options.format == NEW:
        return (_new_key(options, random),)
    if options.key_file is None:
        raise usage("--key-file is missing: it names the file with the key, - standard input")
    if options.format == KIT:
        return _kit_keys(options)
    source = read_secret(options.key_file, "the key file")
    if options.format is None:
        raise _unnamed(source)
    row = format_named(options.format)
    passphrase = None
    if options.passphrase_file is not None or "passphrase" in row.needs:
        passphrase = known_passphrase(options.passphrase_file, "the key")
    return read_key(
        options.format,
        source,
        curve=options.curve,
        paths=tuple(options.path),
        network=options.network,
        passphrase=passphrase,
    )


def _kit_keys(options: argparse.Namespace) -> tuple[KeyMaterial, ...]:
    from ceremony.keys.fireblocks_kit import read_kit
    from ceremony.keys.fireblocks_shares import KitSecrets

    if options.rsa_key is None or options.curve is None or not options.path:
        raise usage(f"{KIT} needs --rsa-key, --curve and at least one --path")
    secrets = KitSecrets(
        rsa_key=read_secret(options.rsa_key, "the RSA key"),
        rsa_passphrase=_passphrase(options.rsa_passphrase_file),
        mobile_passphrase=_passphrase(options.passphrase_file),
        mobile_rsa_key=(
            None
            if options.mobile_rsa_key is None
            else read_secret(options.mobile_rsa_key, "the second RSA key")
        ),
        mobile_rsa_passphrase=_passphrase(options.mobile_rsa_passphrase_file),
    )
    return read_kit(
        read_file(options.key_file, "the recovery kit", MAX_SECRET_FILE),
        secrets,
        curve=options.curve,
        paths=tuple(options.path),
        key_id=options.key_id,
    )


def _new_key(options: argparse.Namespace, random: Random) -> KeyMaterial:
    from ceremony.keys.new import new_key

    if options.curve is None:
        raise usage("a new key needs --curve")
    if options.key_file is not None or options.path or options.passphrase_file is not None:
        raise usage("a new key has no source: leave out --key-file, --path and passphrase")
    return new_key(options.curve, random)


def check_kit_options(options: argparse.Namespace) -> None:
    """Raises ``usage`` for the kit's options with another format."""
    for name in (
        "rsa_key",
        "rsa_passphrase_file",
        "key_id",
        "mobile_rsa_key",
        "mobile_rsa_passphrase_file",
    ):
        if getattr(options, name) is not None and options.format != KIT:
            raise usage(f"--{name.replace('_', '-')} is for the format {KIT} only")


def usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see --help of this command")


def _passphrase(file: str | None) -> Secret | None:
    return None if file is None else read_passphrase(file)


def _unnamed(source: Secret) -> CeremonyError:
    fitting = formats_that_fit(source)
    hint = f"it has the shape of: {', '.join(fitting)}" if fitting else "see docs/keys-in.md"
    return CeremonyError(
        Failure.AMBIGUOUS, "the format of the key is not named: give --format", hint=hint
    )
