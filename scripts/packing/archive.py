"""SHA256SUMS, and a tar archive that is the same whoever packs it, wherever and whenever."""

import hashlib
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

SUMS = "SHA256SUMS"

EXECUTABLE = ("install",)
"""The files of an archive that are run."""


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> list[str]:
    """Paths of all files, sorted by their bytes."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def write_sums(folder: Path, files: Iterable[str] | None = None) -> Path:
    """SHA256SUMS of a folder: all its files, in the form of sha256sum(1)."""
    named = files_below(folder) if files is None else files
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in named if name != SUMS]
    path = folder / SUMS
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_archive(folder: Path, out: Path, epoch: int) -> None:
    """All of a folder, below the folder's own name: sorted, owned by root, at one time.

    There is no compression: nearly all of it is compressed already, and what a compressor
    makes depends on its version.
    """
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, folder.name, recursive=False, filter=_fixed(epoch))
        for path in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            archive.add(path, name, recursive=False, filter=_fixed(epoch))


def _fixed(epoch: int) -> Callable[[tarfile.TarInfo], tarfile.TarInfo]:
    def fixed(info: tarfile.TarInfo) -> tarfile.TarInfo:
        runs = info.isdir() or info.name.partition("/")[2] in EXECUTABLE
        info.mode = 0o755 if runs else 0o644
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = epoch
        return info

    return fixed
