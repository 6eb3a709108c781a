"""Operating systems for ``write_files``: one that keeps a record, and ones that fail."""

from ceremony.files.kernel import Kernel


class Recording(Kernel):
    """The real calls, and what was asked of them in its order: (call, name, flags).

    Descriptors stand under the name that they were opened by.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int]] = []
        self._names: dict[int, str] = {}

    def open(self, name: str, flags: int, mode: int = 0, folder: int | None = None) -> int:
        self.note("open", name, flags)
        descriptor = super().open(name, flags, mode, folder)
        self._names[descriptor] = name
        return descriptor

    def note(self, call: str, name: str | int, flags: int = 0) -> None:
        text = name if isinstance(name, str) else self._names[name]
        self.calls.append((call, "TEMPORARY" if text.startswith(".ceremony-") else text, flags))

    def write(self, descriptor: int, data: bytes) -> int:
        self.note("write", descriptor)
        return super().write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        self.note("fsync", descriptor)
        super().fsync(descriptor)

    def drop_cache(self, descriptor: int) -> None:
        self.note("drop_cache", descriptor)
        super().drop_cache(descriptor)

    def read(self, descriptor: int, size: int) -> bytes:
        self.note("read", descriptor)
        return super().read(descriptor, size)

    def rename_new(self, folder: int, old: str, new: str) -> None:
        self.note("rename_new", new)
        super().rename_new(folder, old, new)

    def rename(self, folder: int, old: str, new: str) -> None:
        self.note("rename", new)
        super().rename(folder, old, new)


class Failing(Recording):
    """Raises ``error`` in place of the call with the number ``at``, counted from 0."""

    def __init__(self, at: int, error: BaseException) -> None:
        super().__init__()
        self._at, self._error = at, error

    def note(self, call: str, name: str | int, flags: int = 0) -> None:
        super().note(call, name, flags)
        if len(self.calls) == self._at + 1:
            raise self._error


class WithoutRename(Recording):
    """A file system that has no RENAME_NOREPLACE."""

    def __init__(self, error: int) -> None:
        super().__init__()
        self._error = error

    def rename_new(self, folder: int, old: str, new: str) -> None:
        self.note("rename_new", new)
        raise OSError(self._error, "no such call")


class Forgetful(Recording):
    """A device that gives other bytes than were written to it."""

    def read(self, descriptor: int, size: int) -> bytes:
        return super().read(descriptor, size)[:-1] + b"?"
