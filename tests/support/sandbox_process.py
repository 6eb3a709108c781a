"""A real sandbox in a process of its own, for any test that wants a Dfns to talk to."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).parents[2]

START = 30
"""Seconds that a sandbox may take to start on a machine that is busy."""


@dataclass
class SandboxProcess:
    """``env`` are the DFNS_* names that the sandbox wrote to ``env_file``."""

    process: "subprocess.Popen[str]"
    url: str
    env_file: Path
    env: dict[str, str]

    @classmethod
    def start(cls, folder: Path, *arguments: str) -> "SandboxProcess":
        """Start ``ceremony-sandbox`` with these arguments; returns when it is ready."""
        env_file = folder / "sandbox.env"
        process = subprocess.Popen(
            [sys.executable, "-m", "ceremony.sandbox.cli", "--env", str(env_file), *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            _, errors = process.communicate(timeout=START)
            raise AssertionError(f"the sandbox did not start: {errors}")
        env = {name: value or "" for name, value in dotenv_values(env_file).items()}
        return cls(process, url, env_file, env)

    def stop(self) -> tuple[int, str, str]:
        """End it with SIGTERM; gives its exit status, and the rest of its output."""
        self.process.terminate()
        output, errors = self.process.communicate(timeout=START)
        return self.process.returncode, output, errors
