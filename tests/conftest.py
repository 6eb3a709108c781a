"""Fixtures that tests of several layers share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sandbox_process import SandboxProcess


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[Callable[..., SandboxProcess]]:
    """A function that starts ceremony-sandbox with the arguments it is given."""
    running: list[SandboxProcess] = []

    def start(*arguments: str) -> SandboxProcess:
        folder = tmp_path / f"sandbox-{len(running)}"
        folder.mkdir()
        running.append(SandboxProcess.start(folder, *arguments))
        return running[-1]

    yield start
    for sandbox in running:
        if sandbox.process.returncode is None:
            sandbox.stop()
