"""The kernel refuses what the processes of the optics gave up; it is asked to, each time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.optics.worker_messages import Ready
from ceremony.optics.worker_process import WorkerProcess

ROOT = Path(__file__).parents[2]

TRIES = """
import ctypes, json, os, signal, socket, sys, threading
sys.path.insert(0, sys.argv[1])
from ceremony.optics.confine import Profile, confine

there = os.open(sys.argv[3], os.O_RDONLY)
pair = socket.socketpair()
libc = ctypes.CDLL(None, use_errno=True)
enforced = confine(Profile(sys.argv[2]))


def clone3():
    if libc.syscall(435, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "")


def in_a_thread(call):
    came = []

    def run():
        try:
            call()
            came.append(None)
        except OSError as error:
            came.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if came[0]:
        raise came[0]


new = sys.argv[3] + ".new"
calls = {
    "inet": lambda: socket.socket(socket.AF_INET),
    "inet in a thread": lambda: in_a_thread(lambda: socket.socket(socket.AF_INET6)),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "read": lambda: os.close(os.open(sys.argv[3], os.O_RDONLY)),
    "write": lambda: os.open(sys.argv[3], os.O_WRONLY),
    "read and write": lambda: os.open(sys.argv[3], os.O_RDWR),
    "append": lambda: os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND),
    "create": lambda: os.open(new, os.O_RDONLY | os.O_CREAT),
    "truncate": lambda: os.truncate(sys.argv[3], 0),
    "mkdir": lambda: os.mkdir(new),
    "unlink": lambda: os.unlink(sys.argv[3]),
    "rename": lambda: os.rename(sys.argv[3], new),
    "link": lambda: os.symlink("x", new),
    "exec": lambda: os.execve("/bin/true", ["true"], {}),
    "fork": lambda: os.fork() or os._exit(0),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "clone3": clone3,
    "kill": lambda: os.kill(os.getppid(), 0),
    "thread": lambda: in_a_thread(lambda: None),
    "pipe": lambda: os.write(pair[0].fileno(), b"x"),
    "what is open": lambda: os.read(there, 1),
}
told = {}
for name, call in calls.items():
    try:
        call()
        told[name] = "allowed"
    except OSError as error:
        told[name] = os.strerror(error.errno)
print(json.dumps([enforced, told]))
"""

NEEDED = {"thread", "pipe", "what is open"}


@pytest.mark.parametrize(
    ("profile", "allowed"), [("eye", NEEDED), ("screen", NEEDED | {"unix", "read"})]
)
def test_what_the_kernel_refuses(tmp_path: Path, profile: str, allowed: set[str]) -> None:
    file = tmp_path / "file"
    file.write_text("as it was")
    done = subprocess.run(
        [sys.executable, "-c", TRIES, ROOT, profile, file],
        capture_output=True,
        check=True,
        text=True,
    )
    enforced, told = json.loads(done.stdout)
    assert enforced
    assert {name for name, what in told.items() if what == "allowed"} == allowed
    refusals = {what for name, what in told.items() if name not in allowed | {"clone3"}}
    assert refusals == {"Operation not permitted"}
    assert told["clone3"] == "Function not implemented"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text() == "as it was"


def test_the_worker_says_so_and_the_kernel_too() -> None:
    with WorkerProcess() as worker:
        assert worker.start() == Ready(confined=True)
        process = worker._process
        assert process is not None
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            assert "Seccomp:\t2" in task.joinpath("status").read_text()


WITHOUT = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["pyseccomp"] = None
from ceremony.optics.confine import Profile, confine
print(confine(Profile.EYE))
"""


def test_without_the_library_it_is_not_claimed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, ROOT], capture_output=True, check=True, text=True
    )
    assert done.stdout == "False\n"
