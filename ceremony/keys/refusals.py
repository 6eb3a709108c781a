"""What the formats of keys refuse, in the words that all of them share."""

from ceremony.errors import CeremonyError, Failure


def type_error(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.TYPE, message, hint=hint)


def checksum_error(what: str) -> CeremonyError:
    return CeremonyError(
        Failure.CHECKSUM,
        f"the checksum of the {what} is wrong",
        hint="at least one character is wrong, missing or swapped: compare with the original",
    )


def key_error(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.KEY, message, hint="check the format and that the whole key was given, once"
    )


def path_error(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.PATH, message, hint=hint)


def malformed(message: str) -> CeremonyError:
    """Of a file that is not whole, or not one of its format."""
    return CeremonyError(Failure.MALFORMED, message, hint="give the whole file, unchanged")


def passphrase_error(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.PASSPHRASE, message, hint=hint)


def usage_error(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint=hint)
