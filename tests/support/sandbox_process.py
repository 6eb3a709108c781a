"""A real sandbox in a process of its own, for any test that wants a Dfns to talk to."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from dotenv import dotenv_values

from tests.support.warm import Program

ROOT = Path(__file__).parents[2]

STOP = 120.0
"""Seconds that a sandbox may take to end: it finishes a slow answer, and a machine may be busy."""


@dataclass
class SandboxProcess:
    """``env`` are the DFNS_* names that the sandbox wrote to ``env_file``."""

    process: Program
    url: str
    env_file: Path
    env: dict[str, str]
    errors: TextIO

    @classmethod
    def start(cls, folder: Path, *arguments: str) -> "SandboxProcess":
        """Start ``ceremony-sandbox`` with these arguments; returns when it is ready."""
        env_file, errors = folder / "sandbox.env", TemporaryFile("w+")  # noqa: SIM115
        named = ["--env", env_file, *arguments]
        process = Program("ceremony-sandbox", named, ROOT, stderr=errors.fileno())
        url = process.stdout.readline().strip()
        if not url:
            errors.seek(0)
            raise AssertionError(f"the sandbox did not start: {errors.read()}")
        env = {name: value or "" for name, value in dotenv_values(env_file).items()}
        return cls(process, url, env_file, env, errors)

    def stop(self) -> tuple[int, str, str]:
        """End it with SIGTERM; gives its exit status, and the rest of its output."""
        self.process.terminate()
        status = self.process.wait(STOP)
        with self.process.stdin, self.process.stdout as output, self.errors:
            # Its writes were at the same place of the same file: it has ended before this.
            self.errors.seek(0)
            return status, output.read(), self.errors.read()
