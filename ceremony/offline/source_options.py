"""Which options of a command go together, told before anything is read or asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD
from ceremony.keys.format_table import FORMATS

KIT = "fireblocks-kit"
"""The format of a whole recovery kit: several files, not one secret."""

NEW = "new"
"""The format of a key that is made here: no source at all."""


@dataclass(frozen=True, slots=True)
class KitOptions:
    """What opens a recovery kit: names of files, and of a key in it."""

    rsa_key: str | None = None
    rsa_passphrase_file: str | None = None
    key_id: str | None = None
    mobile_rsa_key: str | None = None
    mobile_rsa_passphrase_file: str | None = None


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Where keys come from. Files are named; ``-`` is standard input.

    ``paths`` and ``expect`` go together: what the owner expects of the key at each path.
    """

    format: str | None
    key_file: str | None = None
    curve: str | None = None
    network: str | None = None
    paths: tuple[str, ...] = ()
    expect: tuple[str, ...] = ()
    passphrase_file: str | None = None
    kit: KitOptions = KitOptions()

    @property
    def count(self) -> int:
        """How many keys there are."""
        return max(1, len(self.paths))

    @property
    def files(self) -> dict[str, str | None]:
        """The files that are read, by the options that name them."""
        names = ("rsa_key", "rsa_passphrase_file", "mobile_rsa_key", "mobile_rsa_passphrase_file")
        return {
            "--key-file": self.key_file,
            "--passphrase-file": self.passphrase_file,
            **{option_text(name): getattr(self.kit, name) for name in names},
        }


def check_source_options(options: SourceOptions) -> None:
    """Refuses options that do not go together, before anything is read or asked for.

    Raises ``usage``.
    """
    if options.format is not None and options.format not in (*FORMATS, KIT, NEW):
        raise CeremonyError(
            Failure.USAGE,
            f"the key format {printable(options.format)} is not known",
            hint=f"the formats: {', '.join((*FORMATS, KIT, NEW))}",
        )
    check_standard_input(options.files)
    for field in fields(options.kit):
        if getattr(options.kit, field.name) is not None and options.format != KIT:
            raise usage(f"{option_text(field.name)} is for the format {KIT} only")
    if options.format == NEW:
        _check_new(options)
    elif options.key_file is None:
        raise usage("--key-file is missing: it names the file with the key, - standard input")
    if options.format == KIT:
        _check_kit(options)
    if options.expect and len(options.expect) != options.count:
        raise CeremonyError(
            Failure.USAGE,
            f"--expect is given {times(len(options.expect))}, and there {_keys(options.count)}",
            hint="give one for each --path, in the same order, or none",
        )


def check_expected_given(options: SourceOptions) -> None:
    """IMP-ADDRESS needs an expectation for every key: all but a new key have one.

    Raises ``usage``.
    """
    if options.format != NEW and not options.expect:
        raise CeremonyError(
            Failure.USAGE,
            f"--expect is missing, and there {_keys(options.count)}",
            hint="give the address or public key of each, from the wallet or its records; not "
            "from ceremony inspect, which would only say what this file says",
        )


def check_standard_input(files: Mapping[str, str | None]) -> None:
    """Only one thing comes from standard input: the second would be read as empty.

    ``files`` are named by options. Raises ``usage``.
    """
    names = [option for option, file in files.items() if file == STANDARD]
    if len(names) > 1:
        raise CeremonyError(
            Failure.USAGE,
            f"{' and '.join(names)} cannot both be standard input",
            hint="name a file for all but one of them",
        )


def usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see --help of this command")


def _check_new(options: SourceOptions) -> None:
    if options.curve is None:
        raise usage("a new key needs --curve")
    if options.key_file is not None or options.paths or options.passphrase_file is not None:
        raise usage("a new key has no source: leave out --key-file, --path and --passphrase-file")
    if options.expect:
        raise usage("a new key cannot be expected: leave out --expect")


def _check_kit(options: SourceOptions) -> None:
    if options.kit.rsa_key is None or options.curve is None or not options.paths:
        raise CeremonyError(
            Failure.USAGE,
            f"{KIT} needs --rsa-key, --curve and at least one --path",
            hint="a path is m/44/COIN/ACCOUNT/CHANGE/INDEX: m/44/60/0/0/0 is vault 0 on Ethereum",
        )
    if options.kit.mobile_rsa_passphrase_file is not None and options.kit.mobile_rsa_key is None:
        raise usage("--mobile-rsa-passphrase-file is given without --mobile-rsa-key")


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _keys(count: int) -> str:
    return "is one key" if count == 1 else f"are {count} keys"


def option_text(name: str) -> str:
    """The option as it is typed, of its name in the structs."""
    return f"--{name.replace('_', '-')}"
