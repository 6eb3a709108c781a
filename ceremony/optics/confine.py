"""What a process of the optics gives up before the first byte from outside reaches it.

Limits (memory, files, descriptors), and a filter of system calls: libseccomp, by its
binding ``pyseccomp``. The kernel refuses from then on what the filter names, in all threads,
and nothing takes the filter away. Namespaces are not used: a process without sockets and
without paths needs none, and in a container the kernel mostly refuses to make them.

Two profiles. ``EYE`` reads hostile pictures: it opens nothing at all, not even to read; what
it works with (devices, descriptors handed over) is open by then. ``SCREEN`` shows our own
picture to a display server, whose libraries open their own parts late: it may read files.
"""

import ctypes
import errno
import os
import resource
import signal
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ceremony.errors import Control

CONFINED = Control(
    "ENV-OPTICS", "in production the kernel confines the processes of camera and screen"
)

MEMORY = 1 << 30
"""Bytes of address space beyond what the libraries took when they were loaded. A picture
of MAX_PIXELS takes some 300 MB as a progressive JPEG."""

OPEN_FILES = 16

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
"""linux/prctl.h."""

_CLONE_THREAD = 0x00010000
"""linux/sched.h: without it, clone makes a process."""

_TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX (asm-generic/ioctls.h): they type into a terminal."""

_AF_UNIX = 1

_NETWORK = " socket socketpair bind listen connect accept accept4"
_OPENING = " open openat memfd_create"
_PROGRAMS = "execve execveat fork vfork"
_OTHERS = (
    " kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd "
    "ptrace process_vm_readv process_vm_writev process_madvise kcmp"
)
_FILES = (
    " creat openat2 open_by_handle_at name_to_handle_at truncate mkdir mkdirat mknod mknodat rmdir "
    "unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat chmod fchmod "
    "fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr "
    "fsetxattr removexattr lremovexattr fremovexattr chdir fchdir"
)
_SYSTEM = (
    " mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount "
    "fspick mount_setattr bpf perf_event_open userfaultfd io_uring_setup io_uring_enter "
    "io_uring_register keyctl add_key request_key init_module finit_module delete_module "
    "kexec_load kexec_file_load reboot swapon swapoff acct settimeofday clock_settime adjtimex "
    "clock_adjtime sethostname setdomainname syslog quotactl personality"
)

_WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)


class Profile(Enum):
    """Which of the two processes is confined."""

    EYE = "eye"
    SCREEN = "screen"


def limit(profile: Profile) -> None:
    """Dies with its parent, leaves no core, and takes no more memory than it may."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    # The one that shows gives a console back first.
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL if profile is Profile.EYE else signal.SIGTERM)
    prctl(_PR_SET_DUMPABLE, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limits = {
        resource.RLIMIT_AS: pages * resource.getpagesize() + MEMORY,
        resource.RLIMIT_CORE: 0,
    }
    if profile is Profile.EYE:
        # A display's buffers may be files in memory, which this limit would stop.
        limits |= {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_NOFILE: OPEN_FILES}
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))


def confine(profile: Profile) -> bool:
    """Limits and filter; True if the kernel enforces the filter from here on.

    All libraries must be loaded, and for ``EYE`` all devices open.
    """
    try:
        pyseccomp = import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError):
        limit(profile)
        return False
    limit(profile)
    return _filter(pyseccomp, profile)


def _filter(seccomp: ModuleType, profile: Profile) -> bool:
    refused, absent = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)
    masked, unlike = seccomp.MASKED_EQ, seccomp.NE
    try:
        rules = seccomp.SyscallFilter(seccomp.ALLOW)
        rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)

        def add(name: str, *arguments: object, action: int = refused) -> None:
            # A call that this libseccomp does not know has no number that it could refuse.
            if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0:
                rules.add_rule(action, name, *arguments)

        # glibc falls back to clone, whose flags can be looked at; clone3 hides its own.
        add("clone3", action=absent)
        add("clone", seccomp.Arg(0, masked, _CLONE_THREAD, 0))
        # abort() is a signal to oneself.
        add("tgkill", seccomp.Arg(0, unlike, os.getpid()))
        for request in _TERMINAL_INPUT:
            add("ioctl", seccomp.Arg(1, masked, 0xFFFFFFFF, request))
        names = _PROGRAMS + _OTHERS + _FILES + _SYSTEM
        if profile is Profile.EYE:
            names += _NETWORK + _OPENING
        else:
            add("socket", seccomp.Arg(0, unlike, _AF_UNIX))
            for flag in _WRITING:
                add("open", seccomp.Arg(1, masked, flag, flag))
                add("openat", seccomp.Arg(2, masked, flag, flag))
        for name in names.split():
            add(name)
        rules.load()
    except OSError:
        return False
    return True
