"""Where an exported key is written: one file, or each share in a place of its own."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD, check_absent, write_file, write_files
from ceremony.keys.forms import OutOptions, Output, check_form_options, form_named
from ceremony.keys.slip39.split import check_share_numbers
from ceremony.offline.report import report
from ceremony.offline.source_options import times, usage
from ceremony.secret import Secret

QR = "qr"
"""The form that is a picture."""

IN_THE_CLEAR = "this is the key in the clear"


@dataclass(frozen=True, slots=True)
class FormOptions:
    """The form of an exported key, and the files that are made: ``-`` prints the key.

    ``shares`` is how many shares are made, ``threshold`` how many of them recover the key.
    """

    form: str
    out: tuple[str, ...] = ()
    new_passphrase_file: str | None = None
    recipients: tuple[str, ...] = ()
    network: str | None = None
    shares: int | None = None
    threshold: int | None = None

    @property
    def numbers(self) -> tuple[int, int] | None:
        """Threshold and shares, where both are given."""
        if self.shares is None or self.threshold is None:
            return None
        return self.threshold, self.shares


def file_content(form: str, output: Output) -> Secret:
    """The bytes of the file: the form's own, or their picture."""
    if form != QR:
        return output.content
    from ceremony.optics.still import still_png

    return still_png(output.content)


def output_files(options: FormOptions) -> Sequence[str]:
    """The names of the files that the form makes, none of which exists.

    Empty where the shares' places are asked for in turn, at a terminal. Raises ``usage``,
    ``threshold`` and ``file``: before a passphrase is asked for.
    """
    count = 1
    if (options.shares is None) != (options.threshold is None):
        raise usage("--shares and --threshold go together: how many are made, how many recover")
    check_form_options(options.form, given_options(options))
    if options.numbers is not None:
        check_share_numbers(*options.numbers)
        _, count = options.numbers
    outputs = options.out
    if not outputs and (count == 1 or not sys.stdin.isatty()):
        raise usage("--out is missing: it names the file for the key")
    if STANDARD in outputs and (count > 1 or options.form == QR):
        raise usage(f"the form {options.form} needs a file: name one with --out")
    if outputs and len(outputs) != count:
        files = "one file is" if count == 1 else f"{count} shares are"
        raise CeremonyError(
            Failure.USAGE,
            f"{files} written, and --out is given {times(len(outputs))}",
            hint="give it once for each file, each share on a medium of its own",
        )
    if len(set(map(os.path.realpath, outputs))) != len(outputs):
        raise usage("--out names one file twice")
    for path in outputs:
        check_absent(path, "the key file")
    return outputs


def given_options(options: FormOptions) -> frozenset[str]:
    """The form's options that are there, or asked for at the keyboard."""
    typed = "passphrase" in form_named(options.form).needs
    there = {
        "passphrase": typed or options.new_passphrase_file is not None,
        "recipients": bool(options.recipients),
        "network": options.network is not None,
        "shares": options.shares is not None,
    }
    return frozenset(name for name, is_there in there.items() if is_there)


def write_key(outputs: Sequence[str], contents: Sequence[Secret]) -> list[str]:
    """All files or none, or each share where somebody says, in turn. Gives their names.

    Raises ``file``, and ``usage`` where nobody goes on saying.
    """
    if outputs:
        pairs = zip(outputs, contents, strict=True)
        write_files([(path, content.reveal()) for path, content in pairs], "the key file")
        return [*outputs]
    written: list[str] = []
    try:
        for number, content in enumerate(contents, 1):
            written.append(_write_where_told(number, len(contents), content))
    except BaseException:
        if written:
            names = ", ".join(map(printable, written))
            line = f"of {len(contents)} shares only {len(written)} were written: {names}"
            report("warning", line, "destroy them: the next run makes others", to=sys.stderr)
        raise
    return written


def _write_where_told(number: int, count: int, content: Secret) -> str:
    """Asks until the share is written; media can be changed while it waits."""
    while True:
        sys.stderr.write(f"file for share {number} of {count}, on a medium of its own: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise usage(f"no place was named for share {number}")
        path = line.strip()
        try:
            if path in ("", STANDARD):
                raise usage("a share needs the name of a file")
            write_file(path, content.reveal(), "the share")
        except CeremonyError as error:
            report("not written", error.message, error.hint, to=sys.stderr)
        else:
            report("", f"{printable(path)}, read back and compared", to=sys.stderr)
            return path


def warn_of_one_place(paths: Sequence[str], options: OutOptions) -> None:
    """Shares that lie together: told, and as the key in the clear where they suffice."""
    threshold, count = options.shares or (1, 1)
    media = Counter(medium for path in paths if (medium := _medium(path)) is not None)
    together = max(media.values(), default=0)
    if together > 1:
        line = f"{together} of the {count} shares are on one medium; {threshold} give the key"
        report("warning", line, to=sys.stderr)
    if together >= threshold and options.passphrase is None:
        report("warning", IN_THE_CLEAR, to=sys.stderr)


def _medium(path: str) -> tuple[int, int] | None:
    """Which file system the file is on; None if it is not there (the medium was taken away)."""
    try:
        return Path(path).stat().st_dev, os.statvfs(path).f_fsid
    except OSError:
        return None
