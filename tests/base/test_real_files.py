"""Writing as the kernel sees it: its calls by strace, full and read-only disks, signals."""

import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.invoking import contents

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from ceremony.errors import CeremonyError
from ceremony.files import write_files
try:
    write_files([(name, b"k" * 5000) for name in sys.argv[1:]], "the file")
except CeremonyError as error:
    sys.exit(error.message)
"""
MOUNTING = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_kernel_is_asked_for_all_of_it() -> None:
    """Removing O_EXCL, O_NOFOLLOW, a sync, the dropping of the cache or the order fails here."""
    names = "openat,write,fsync,fdatasync,renameat2,rename,linkat,unlinkat,fadvise64,preadv,preadv2"
    traced = ("strace", "-f", "-y", "-o", "trace", "-e", f"trace={names}")
    done = run(*traced, sys.executable, "-c", WRITE, "one", "two")
    assert done.returncode == 0, done.stderr
    text = Path("trace").read_text()
    here = re.escape(str(Path.cwd()))
    steps = []
    for _ in ("one", "two"):
        steps += [
            r'openat\([^,]*, "\.ceremony-\w+", '
            r"O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0600\)",
            rf'write\(\d+<{here}/\.ceremony-\w+>, "k+"\.\.\., 5000\)\s+= 5000',
            rf"fsync\(\d+<{here}/\.ceremony-\w+>\)\s+= 0",
        ]
    for name in ("one", "two"):
        steps.append(rf'renameat2\([^)]*"{name}", RENAME_NOREPLACE\)\s+= 0')
    for name in ("one", "two"):
        steps += [
            rf"fsync\(\d+<{here}>\)\s+= 0",
            rf'openat\([^,]*, "{name}", O_RDONLY\|(O_DIRECT\|)?O_NOFOLLOW\|O_CLOEXEC\)\s+= \d',
            rf"fadvise64\(\d+<{here}/{name}>, 0, 0, POSIX_FADV_DONTNEED\)\s+= 0",
            rf"preadv2?\(\d+<{here}/{name}>, .*= 5000",
        ]
    at = 0
    for step in steps:
        found = re.compile(step).search(text, at)
        assert found, f"{step} is not in the rest of the trace:\n{text[at:]}"
        at = found.end()


def test_a_full_disk() -> None:
    Path("disk").mkdir()
    script = 'mount -t tmpfs -o size=16k none disk && shift 0 && "$@"; status=$?; ls -A disk; '
    names = [f"disk/{number}" for number in range(4)]
    command = (sys.executable, "-c", WRITE, *names)
    done = run(*MOUNTING, "sh", "-c", script + "exit $status", "sh", *command)
    assert done.returncode == 1
    assert done.stderr.startswith("cannot write the file disk/"), done.stderr
    assert "No space left on device" in done.stderr
    assert done.stdout == ""


def test_a_disk_that_is_read_only() -> None:
    Path("disk").mkdir()
    script = 'mount -t tmpfs -o ro none disk && "$@"'
    done = run(*MOUNTING, "sh", "-c", script, "sh", sys.executable, "-c", WRITE, "disk/a")
    assert done.returncode == 1
    assert done.stderr == "cannot write the file disk/a: Read-only file system\n"


def test_a_limit_of_the_files_size() -> None:
    script = f"import resource; resource.setrlimit({resource.RLIMIT_FSIZE}, (4096, 4096))\n{WRITE}"
    done = run(sys.executable, "-c", script, "a", "b")
    assert done.returncode == 1
    assert done.stderr == "cannot write the file a: File too large\n"
    assert contents() == {}


ENDED = """
import argparse, sys, time
from ceremony.desk.command import Parser, run
from ceremony.files import write_files
from ceremony.files.kernel import Kernel

class Slow(Kernel):
    def __init__(self, at):
        self.left = at
    def wait(self):
        self.left -= 1
        if self.left == 0:
            print("now", flush=True)
            time.sleep(60)
    def fsync(self, descriptor):
        self.wait()
        super().fsync(descriptor)
        self.wait()

def handler(options):
    write_files([("a", b"1"), ("b", b"2")], "the file", Slow(int(sys.argv[1])))

parser = Parser(prog="program")
parser.set_defaults(handler=handler)
sys.exit(run("program", parser, []))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("moment", range(1, 9))
def test_a_signal_leaves_nothing(number: int, moment: int) -> None:
    """Before and after each sync: temporary files, one of two names, and both."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ENDED, str(moment)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment, text=True) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "now\n"
        assert contents() != {}
        process.send_signal(number)
        errors = process.stderr.read()
    assert process.returncode == 128 + number, errors
    assert errors.startswith("program: error: ")
    assert "Traceback" not in errors
    assert contents() == {}


def test_a_kill_leaves_no_name_without_its_whole_file() -> None:
    for moment in range(1, 9):
        command = [sys.executable, "-c", ENDED, str(moment)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.kill()
        left = contents()
        named = {name: data for name, data in left.items() if not name.startswith(".ceremony-")}
        assert named in ({}, {"a": b"1", "b": b"2"})
        for name in left:
            Path(name).unlink()
