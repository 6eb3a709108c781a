"""The zip layer alone: what a hostile archive can try, and that nothing else comes out."""

import io
import stat
import struct
import warnings
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.fireblocks.archive import (
    MAX_ARCHIVE,
    MAX_ENTRIES,
    MAX_ENTRY,
    read_archive,
)
from tests.support.kit_files import archive_of, kit_named, pack, unpack

UUID = "ab89c3a5-36fa-4ac8-b1ff-58700195ca84"
GOOD = archive_of(kit_named("CMP keys"))
CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"


def refused(archive: bytes) -> str:
    with pytest.raises(CeremonyError) as error:
        read_archive(archive)
    assert error.value.failure is Failure.MALFORMED
    assert "\n" not in error.value.message
    return error.value.message


def read_or_refuse(archive: bytes) -> dict[str, bytes]:
    """The files, or none where the archive is refused for what it is."""
    failure = None
    try:
        return read_archive(archive)
    except CeremonyError as error:
        failure = error.failure
    assert failure is Failure.MALFORMED
    return {}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_plain_files_are_read(method: int) -> None:
    files = {"metadata.json": b"{}", "MOBILE": b"a", f"MOBILE_{UUID}": b"b" * MAX_ENTRY, "7": b""}
    assert read_archive(pack(files, method)) == files


def test_a_kit_written_as_a_stream_is_read() -> None:
    """Java writes sizes after the content (general purpose bit 3)."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.content += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:  # type: ignore[arg-type]
        opened.writestr("metadata.json", b"{}" * 100)
        opened.writestr("MOBILE", b"x")
    assert stream.content[6] & 8
    assert read_archive(stream.content) == {"metadata.json": b"{}" * 100, "MOBILE": b"x"}


@pytest.mark.parametrize(
    "name",
    [
        "../metadata.json",
        "/etc/passwd",
        "C:\\metadata.json",
        "..\\MOBILE",
        "metadata.json/",
        "folder/metadata.json",
        "./metadata.json",
        "METADATA.JSON",
        " metadata.json",
        "metadata.json\n",
        "metadata.json ",
        "MOBILE_",
        f"MOBILE_{UUID}x",
        f"MOBILE_{UUID.upper()}",
        f"0_{UUID}",
        f"-1_{UUID}",
        f"01_{UUID}",
        f"99999999999_{UUID}",
        "\u0661",
        "\u217d",
        "backup.zip",
        "__MACOSX/._MOBILE",
        ".DS_Store",
        "\x1b[31m",
        "",
        "a" * 60_000,
    ],
)
def test_odd_names_are_refused(name: str) -> None:
    message = refused(pack({"metadata.json": b"{}", name: b"x"}))
    assert "no kit has" in message
    assert message.isprintable()
    assert len(message) < 200


def test_a_name_cut_by_a_zero_byte_is_refused() -> None:
    archive = pack({"metadata.jsonX../x": b"{}"}).replace(b"jsonX", b"json\0")
    assert "no kit has" in refused(archive)


def test_a_name_that_stands_twice_is_refused() -> None:
    archive = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(archive, "w") as opened:
        warnings.simplefilter("ignore")
        opened.writestr("metadata.json", b"{}")
        opened.writestr("metadata.json", b"{ }")
    assert "twice" in refused(archive.getvalue())


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_only_plain_files(kind: int) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        entry = zipfile.ZipInfo("MOBILE")
        entry.external_attr = (kind | 0o777) << 16
        opened.writestr(entry, b"/etc/passwd")
    assert "not a plain file" in refused(archive.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_refused(method: int) -> None:
    assert "packed in a way" in refused(pack({"metadata.json": b"{}" * 50}, method))


def test_encrypted_entries_are_refused() -> None:
    archive = bytearray(pack({"metadata.json": b"{}"}))
    for signature, offset in ((LOCAL, 6), (CENTRAL, 8)):
        archive[archive.index(signature) + offset] |= 1
    assert "encrypted" in refused(bytes(archive))


@pytest.mark.parametrize("size", [MAX_ENTRY + 1, 50_000_000])
def test_bombs_are_refused_before_they_unpack(size: int) -> None:
    packed = pack({"metadata.json": bytes(size)}, zipfile.ZIP_DEFLATED)
    assert len(packed) < MAX_ARCHIVE
    assert f"unpack to {size} bytes" in refused(packed)


@pytest.mark.parametrize("declared", [0, 1, MAX_ENTRY, 2**32 - 2])
def test_bombs_with_another_declared_size_are_refused(declared: int) -> None:
    archive = bytearray(pack({"metadata.json": bytes(5_000_000)}, zipfile.ZIP_DEFLATED))
    struct.pack_into("<I", archive, archive.index(CENTRAL) + 24, declared)
    refused(bytes(archive))


def test_too_many_entries_are_refused() -> None:
    many = {str(number): b"" for number in range(1, MAX_ENTRIES + 2)}
    assert "entries" in refused(pack(many))
    refused(pack({f"{number}": b"" for number in range(1, 9_000)}))


def test_too_large_a_file_is_refused() -> None:
    assert "limit" in refused(bytes(MAX_ARCHIVE + 1))


def test_entries_that_overlap_are_refused() -> None:
    archive = bytearray(pack({"1": b"a" * 100, "2": b"a" * 100}))
    second = archive.rindex(CENTRAL)
    struct.pack_into("<I", archive, second + 42, 0)  # the second entry points at the first
    assert "overlap" in refused(bytes(archive))


def test_one_entry_that_covers_the_next_is_refused() -> None:
    archive = bytearray(pack({"1": b"a" * 100, "2": b"a" * 100}))
    first = archive.index(CENTRAL)
    struct.pack_into("<II", archive, first + 20, 180, 180)
    assert "overlap" in refused(bytes(archive))


def test_an_entry_beyond_the_end_is_refused() -> None:
    archive = bytearray(pack({"1": b"a" * 100}))
    struct.pack_into("<II", archive, archive.index(CENTRAL) + 20, 60_000, 60_000)
    assert "longer than the file" in refused(bytes(archive))


def test_an_entry_without_its_header_is_refused() -> None:
    archive = bytearray(pack({"1": b"a" * 100}))
    struct.pack_into("<I", archive, archive.index(CENTRAL) + 42, 5)
    refused(bytes(archive))


def test_a_wrong_crc_is_refused() -> None:
    archive = pack({"metadata.json": b'{"chainCode": 1}'})
    assert "damaged" in refused(archive.replace(b"chainCode", b"chainCodf"))


def test_a_header_with_another_name_is_refused() -> None:
    archive = pack({"1234": b"x"})
    refused(archive.replace(b"1234", b"1235", 1))


def test_no_archive() -> None:
    for archive in (
        b"",
        b"PK",
        END,
        END + bytes(17),
        GOOD[: len(GOOD) // 2],
        GOOD[:-1],
        b"\0" * 99,
    ):
        refused(archive)


def test_an_empty_archive_has_no_files() -> None:
    assert read_archive(pack({})) == {}


@given(st.binary(max_size=400))
def test_any_bytes(archive: bytes) -> None:
    for candidate in (archive, END + archive, LOCAL + archive + GOOD[-22:]):
        files = read_or_refuse(candidate)
        assert all(len(content) <= MAX_ENTRY for content in files.values())


SMALL = pack(
    {"metadata.json": b'{"chainCode": "00"}' * 20, "MOBILE": b"y" * 40}, zipfile.ZIP_DEFLATED
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=8
    ),
    st.integers(0, 30),
)
def test_any_change(changes: list[tuple[int, int]], cut: int) -> None:
    archive = bytearray(SMALL)
    for position, value in changes:
        archive[position] = value
    files = read_or_refuse(bytes(archive[: len(archive) - cut]))
    # The content is under a CRC; names and the number of entries are not.
    assert set(files.values()) <= set(unpack(SMALL).values())
