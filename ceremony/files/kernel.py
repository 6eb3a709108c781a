"""The calls of the operating system that writing needs, in one place.

They are an argument of ``write_files``: a test records them, or has one of them fail. Each
does one thing and decides nothing.
"""

import ctypes
import errno
import mmap
import os

RENAME_NOREPLACE = 1
"""linux/fs.h: fail with EEXIST where the new name exists."""

BLOCK = 4096
"""Bytes: O_DIRECT wants memory, offsets and sizes in multiples of a device's block."""


class Kernel:
    """The calls as Linux has them. Every one raises OSError."""

    def open(self, name: str, flags: int, mode: int = 0, folder: int | None = None) -> int:
        return os.open(name, flags, mode, dir_fd=folder)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def write(self, descriptor: int, data: bytes) -> int:
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def drop_cache(self, descriptor: int) -> None:
        """What was synced leaves the page cache, where there is one (not on tmpfs)."""
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    def read(self, descriptor: int, size: int) -> bytes:
        """The file from its beginning, up to a little more than ``size`` bytes.

        Into memory that is aligned as O_DIRECT wants it, and erased afterwards.
        """
        with mmap.mmap(-1, (size // BLOCK + 1) * BLOCK) as buffer:
            end = 0
            while end < len(buffer) and end % BLOCK == 0:
                with memoryview(buffer)[end:] as rest:
                    count = os.preadv(descriptor, [rest], end)
                if count == 0:
                    break
                end += count
            data = buffer[:end]
            buffer[:] = bytes(len(buffer))
            return data

    def inode(self, name: str | int, folder: int | None = None) -> tuple[int, int]:
        """Which file it is, on which device; a symbolic link is itself."""
        if isinstance(name, int):
            status = os.fstat(name)
        else:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return status.st_dev, status.st_ino

    def rename_new(self, folder: int, old: str, new: str) -> None:
        """Rename where the new name does not exist, in one step: renameat2.

        EINVAL or ENOSYS where the file system has no such call.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        try:
            call = libc.renameat2
        except AttributeError:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
        if call(folder, os.fsencode(old), folder, os.fsencode(new), RENAME_NOREPLACE) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def rename(self, folder: int, old: str, new: str) -> None:
        os.rename(old, new, src_dir_fd=folder, dst_dir_fd=folder)

    def unlink(self, name: str, folder: int) -> None:
        os.unlink(name, dir_fd=folder)


KERNEL = Kernel()
