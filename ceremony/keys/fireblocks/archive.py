"""The zip file of a Fireblocks recovery kit, read in memory as the hostile thing it may be.

Nothing is ever unpacked to disk, so a name can lead nowhere. Format: docs/fireblocks.md.
"""

import io
import re
import stat
import struct
import zipfile
import zlib

from ceremony.errors import CeremonyError, Failure, printable

MAX_ARCHIVE = 1 << 20
"""Bytes of a zip file. Real kits have 2 to 30 KB."""

MAX_ENTRIES = 256
"""Files in a kit: three for each key, and the metadata."""

MAX_ENTRY = 1 << 16
"""Bytes of one file, unpacked. The largest is the metadata, 0.2 KB for each key."""

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

NAME = re.compile(rf"metadata\.json|(?:MOBILE|[1-9][0-9]{{0,9}})(?:_{UUID})?", re.ASCII)
"""The only names that recovery kits hold. Anything else (a folder, a path, a zip file
within the zip file) is not part of a kit."""

LOCAL_HEADER = struct.Struct("<4s22xHH")
"""APPNOTE.TXT 6.3.10, section 4.3.7: signature, ..., length of name, length of extra field."""

ENCRYPTED = 0x1
"""APPNOTE.TXT 6.3.10, section 4.4.4: general purpose bit 0."""

# What zipfile lets out when bytes are not what they claim to be.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def read_archive(archive: bytes) -> dict[str, bytes]:
    """The files of a kit by name: at most MAX_ENTRIES, each at most MAX_ENTRY bytes.

    Sizes are checked as declared before anything is unpacked, and again while it is;
    the CRC of each file is right. Raises ``malformed``.
    """
    if len(archive) > MAX_ARCHIVE:
        raise malformed(f"the zip file has {len(archive)} bytes, the limit is {MAX_ARCHIVE}")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            _check(entries, archive)
            return {entry.filename: _read(opened, entry) for entry in entries}
    except DAMAGED:
        raise malformed("this is not a zip file, or a damaged one") from None


def _check(entries: list[zipfile.ZipInfo], archive: bytes) -> None:
    if len(entries) > MAX_ENTRIES:
        raise malformed(f"the zip file has {len(entries)} entries, the limit is {MAX_ENTRIES}")
    names = [entry.orig_filename for entry in entries]
    for entry, name in zip(entries, names, strict=True):
        shown = printable(name)
        # The name as it stands in the file: zipfile cuts it at a zero byte.
        if not NAME.fullmatch(name) or names.count(name) > 1:
            raise malformed(f"the zip file has an entry that no kit has, or has it twice: {shown}")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise malformed(f"the entry {shown} is not a plain file")
        if entry.flag_bits & ENCRYPTED:
            raise malformed(f"the entry {shown} is encrypted, which no kit is")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise malformed(f"the entry {shown} is packed in a way that no kit uses")
        if entry.file_size > MAX_ENTRY:
            raise malformed(f"the entry {shown} would unpack to {entry.file_size} bytes")
    _check_overlap(entries, archive)


def _check_overlap(entries: list[zipfile.ZipInfo], archive: bytes) -> None:
    # Entries that share their bytes make a bomb out of a small file, and can be read
    # in two ways. zipfile looks for them only from Python 3.11.8 and 3.12.2 on.
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise malformed("the zip file has entries that overlap")
        signature, name, extra = LOCAL_HEADER.unpack_from(archive, entry.header_offset)
        if signature != b"PK\3\4":
            raise malformed("the zip file is damaged: an entry is not where it should be")
        end = entry.header_offset + LOCAL_HEADER.size + name + extra + entry.compress_size
    if end > len(archive):
        raise malformed("the zip file is damaged: an entry is longer than the file")


def _read(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as file:
        # One byte more than declared: reading to the end is what makes zipfile check
        # the CRC.
        content = file.read(MAX_ENTRY + 1)
    if len(content) != entry.file_size:
        raise malformed(f"the entry {printable(entry.filename)} is not as long as it says")
    return content


def malformed(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        f"recovery kit: {message}",
        hint="use the zip file as Fireblocks delivered it, not packed again",
    )
