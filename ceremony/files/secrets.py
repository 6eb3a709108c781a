"""The one reader of files with keys and passphrases, and its one rule.

Such a file is text in UTF-8, without a byte order mark and without NUL bytes, or it is a
binary key (DER, zip). A text editor that adds a mark or saves UTF-16 would change the
passphrase, and with it the key, without a word: so both are refused by name. Nothing is
corrected silently. docs/keys-in.md tells people the rule.
"""

import os
import stat

from ceremony.errors import CeremonyError, Failure
from ceremony.files.names import STANDARD
from ceremony.files.reading import MAX_SECRET_FILE, read_file
from ceremony.secret import Secret

BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "begins with a byte order mark",
    b"\xff\xfe": "is UTF-16",
    b"\xfe\xff": "is UTF-16",
}
"""What a file can begin with that is not text of ours: The Unicode Standard, section 23.8."""

SAVE_AS = "save it as plain text, as UTF-8 without a byte order mark (BOM)"


def read_secret(path: str, subject: str) -> Secret:
    """The bytes of a file with a key, by the rule of this module. Raises ``file``.

    The refusal of an encoding is ``malformed``.
    """
    data = read_file(path, subject, MAX_SECRET_FILE)
    check_encoding(data, subject)
    return Secret(data)


def read_passphrase(path: str) -> Secret:
    """The first line of the file, as UTF-8, without its line end (LF or CRLF).

    Nothing else is removed: spaces at both ends are part of the passphrase. Raises
    ``file``, ``malformed``, ``passphrase``.
    """
    subject = "the passphrase file"
    data = read_file(path, subject, MAX_SECRET_FILE)
    check_encoding(data, subject, binary=False)
    line = data.split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        line.decode()
    except UnicodeDecodeError:
        raise CeremonyError(Failure.PASSPHRASE, "the passphrase is not UTF-8", hint=SAVE_AS) from (
            None
        )
    return Secret(line)


def check_encoding(data: bytes, subject: str, *, binary: bool = True) -> None:
    """Refuses byte order marks, UTF-16 and NUL bytes in a text. Raises ``malformed``.

    With ``binary`` the data may also be a key in bytes: it begins as DER does (a SEQUENCE),
    or it is not UTF-8, and what it is decides its format.
    """
    found = next((what for mark, what in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    if found is None and _is_utf16(data):
        found = "is UTF-16"
    if found is None and b"\0" in data and not (binary and _is_binary(data)):
        found = "has NUL bytes in it"
    if found is not None:
        raise CeremonyError(Failure.MALFORMED, f"{subject} {found}", hint=SAVE_AS)


def exposure(path: str) -> str | None:
    """How others than this user can come at the file: for a warning. None if they cannot.

    The mode and the owner of the file itself, not of its folder; of standard input nothing
    is known.
    """
    if path == STANDARD:
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    found = []
    if status.st_mode & 0o077:
        found.append(f"other users can open it (mode {stat.S_IMODE(status.st_mode):04o})")
    if status.st_uid != os.geteuid():
        found.append(f"it belongs to another user (number {status.st_uid})")
    return ", ".join(found) or None


def _is_binary(data: bytes) -> bool:
    if data.startswith(b"\x30"):
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _is_utf16(data: bytes) -> bool:
    """UTF-16 without a mark: plain letters with a NUL byte before or after each."""
    return len(data) >= 4 and (not any(data[0::2]) or not any(data[1::2]))
