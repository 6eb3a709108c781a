"""A real sandbox in a process of its own, for any test that wants a Dfns to talk to."""

from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from tests.support.warm import Program

ROOT = Path(__file__).parents[2]

STOP = 30
"""Seconds that a sandbox may take to end on a machine that is busy."""


@dataclass
class SandboxProcess:
    """``env`` are the DFNS_* names that the sandbox wrote to ``env_file``."""

    process: Program
    url: str
    env_file: Path
    env: dict[str, str]
    log: Path

    @classmethod
    def start(cls, folder: Path, *arguments: str) -> "SandboxProcess":
        """Start ``ceremony-sandbox`` with these arguments; returns when it is ready."""
        env_file, log = folder / "sandbox.env", folder / "sandbox.log"
        with log.open("w") as errors:
            process = Program(
                "ceremony-sandbox",
                ["--env", env_file, *arguments],
                ROOT,
                stderr=errors.fileno(),
            )
        url = process.stdout.readline().strip()
        assert url, f"the sandbox did not start: {log.read_text()}"
        env = {name: value or "" for name, value in dotenv_values(env_file).items()}
        return cls(process, url, env_file, env, log)

    def stop(self) -> tuple[int, str, str]:
        """End it with SIGTERM; gives its exit status, and the rest of its output."""
        self.process.terminate()
        with self.process.stdin, self.process.stdout as output:
            said = output.read()
        return self.process.wait(STOP), said, self.log.read_text()
