"""What is printed, as HTML or PDF by the name of its file."""

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from ceremony.errors import CeremonyError, Failure
from ceremony.record.script import Script

SUFFIXES = (".html", ".pdf")


def check_suffix(out: str) -> None:
    """Raises ``usage`` for a name that does not say which of SUFFIXES is to be written."""
    if PurePath(out).suffix.lower() not in SUFFIXES:
        raise CeremonyError(
            Failure.USAGE,
            "what is to be printed is written as HTML or PDF, and the file's name says which",
            hint="end it with .html or .pdf",
        )


def script_bytes(script: Script, out: str) -> bytes:
    """What is printed, as HTML or PDF by the name of ``out``. Raises ``configuration``."""
    if PurePath(out).suffix.lower() == ".pdf":
        return pdf_writer()(script)
    from ceremony.record.script_html import script_html

    return script_html(script)


def pdf_writer(module: str = "ceremony.record.script_pdf") -> Callable[[Script], bytes]:
    """``script_pdf`` of the module. Raises ``configuration`` if its library is missing."""
    try:
        write: Callable[[Script], bytes] = import_module(module).script_pdf
    except ModuleNotFoundError:
        raise CeremonyError(
            Failure.CONFIGURATION,
            "PDF needs the package fpdf2, which is not installed here",
            hint="write .html and print it in a browser, or install dfns-ceremony[print] on a "
            "machine that is not the laptop",
        ) from None
    return write
