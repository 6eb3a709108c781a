"""What a process does so that its memory stays where it is: no dumps, no swapping."""

import ctypes
import errno
import os
import resource

# linux/prctl.h
PR_SET_DUMPABLE = 4

# asm-generic/mman.h. On fault: what is mapped and never touched takes no memory.
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4

CAP_IPC_LOCK = 14
"""linux/capability.h: the limit does not hold for a process that has it."""

ENOUGH = 4 << 30
"""Bytes of address space that must be allowed before anything is locked. All that is mapped
counts, OpenCV and threads map gigabytes, and beyond the limit a mapping fails: the program
would end in the middle of its work."""


def forbid_dumps() -> None:
    """This process cannot be dumped, not even to a program that the core pattern names.

    It also keeps other processes of the same user from reading its memory (ptrace).
    ``prctl`` is Linux's; elsewhere the limit of the core's size is all there is.
    """
    try:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    except AttributeError:
        return


def lock_memory() -> None:
    """Keeps the memory of this process from being swapped, where the system lets it.

    Whether it did stands in ``Facts.memory_locked``. The limit is raised as far as this
    user may; where it holds and is below ENOUGH, nothing is locked. Raises OSError for what
    no limit explains.
    """
    infinity = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    try:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, infinity)
    except (ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1]
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    if limit != resource.RLIM_INFINITY and limit < ENOUGH and not _beyond_limits():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0:
        number = ctypes.get_errno()
        if number not in (errno.ENOMEM, errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EAGAIN):
            raise OSError(number, os.strerror(number))


def _beyond_limits() -> bool:
    """CAP_IPC_LOCK where it counts: in the first user namespace, not in one of our own."""
    try:
        with open("/proc/self/uid_map", encoding="ascii") as file:
            first = file.read().split() == ["0", "0", str(2**32 - 1)]
        with open("/proc/self/status", encoding="utf-8") as file:
            effective = next(line for line in file if line.startswith("CapEff:"))
    except (OSError, StopIteration):
        return False
    return first and bool(int(effective.split()[1], 16) >> CAP_IPC_LOCK & 1)
