"""A relay's operator, and a laptop that says one request: across a folder, by a pipe."""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from ceremony.desk.words import WORDS_ASKED
from ceremony.media.folder import Folder
from ceremony.message import (
    Closing,
    ExportResponse,
    ImportReceipt,
    Message,
    Signers,
    decode_message,
    digest,
    digest_words,
)
from ceremony.relay.answering import FINAL
from ceremony.relay.configuration import Configuration, read_configuration
from ceremony.relay.journal import Journal
from ceremony.relay.session import AGAIN
from tests.support.killing import Child, fork_relay
from tests.support.laptop_says import closing
from tests.support.papers import picked
from tests.support.sandbox_process import ROOT, SandboxProcess

THINKING = 0.3
"""Seconds before somebody asks Dfns again."""

Request = Callable[[bytes], bytes]
"""Makes the laptop's request of the signers that the relay sent."""


class Operator:
    """One ceremony's relay: a stick, a journal, a request, and who answers the questions.

    ``again`` is whether a second post is decided. The outcomes that are not final are asked
    for again ``patience`` times. ``silent`` is a keyboard at which nobody sits. ``lines`` is
    everything that the relay ever said, ``longest`` the seconds that one run may take.
    """

    def __init__(self, sandbox: SandboxProcess, folder: Path, request: Request) -> None:
        (folder / "stick").mkdir(parents=True)
        (folder / "files").mkdir()
        self.sandbox, self.folder, self._request = sandbox, folder, request
        self.laptop = Folder(str(folder / "stick"), "laptop")
        self.lines: list[str] = []
        self._seen: list[str] = []
        self.again, self.patience, self.silent = True, 3, False
        self.longest = 90.0
        self.arguments = [
            *("--env", str(sandbox.env_file), "run", "--journal", str(folder / "journal")),
            *("--by", str(folder / "stick"), "--files", str(folder / "files")),
        ]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def configuration(self) -> Configuration:
        return read_configuration(str(self.sandbox.env_file), {})

    def get(self, path: str) -> Any:
        token = {"authorization": f"Bearer {self.sandbox.env['DFNS_AUTH_TOKEN']}"}
        with httpx.Client(trust_env=False, verify=False) as http:  # noqa: S501 -- loopback
            return http.get(self.sandbox.url + path, headers=token).json()

    def run(self, prepare: Callable[[], None] = lambda: None) -> int:
        """The exit status of one run in a fork, or KILLED."""
        child = fork_relay(self.arguments, prepare)
        self._attend(child.says, child.hears, child.pid)
        return child.wait()

    def run_as_a_program(self, seconds: float | None = None, until: str = "") -> int:
        """As a program of its own; killed after ``seconds``, or once it has said ``until``."""
        with subprocess.Popen(
            [sys.executable, "-m", "ceremony.relay.cli", *self.arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            child = Child(process.pid, process.stdout.fileno(), process.stdin.fileno())
            self._attend(child.says, child.hears, child.pid, seconds, until)
            return process.wait()

    def finished(self) -> bool:
        """Whether the laptop said its last message."""
        sent = self.laptop.sent()
        return bool(sent) and isinstance(decode_message(sent[-1]), Closing)

    def over(self) -> bool:
        """Whether the journal says that the ceremony is closed."""
        with self.journal() as journal:
            return bool(journal.closed())

    def journal(self) -> Journal:
        here = self.configuration
        path = str(self.folder / "journal")
        return Journal(path, here.environment, here.api_url, here.organisation)

    @property
    def answer(self) -> ImportReceipt | ExportResponse:
        """What the laptop is told in the end."""
        message = self._answers()[-1]
        assert isinstance(message, ImportReceipt | ExportResponse)
        return message

    def _answers(self) -> list[Message]:
        said = map(decode_message, self.laptop.received())
        return [m for m in said if isinstance(m, ImportReceipt | ExportResponse)]

    def _attend(
        self, says: int, hears: int, pid: int, seconds: float | None = None, until: str = ""
    ) -> None:
        """Until the relay has nothing more to say: its questions, and the stick."""
        rest, began, before = b"", time.monotonic(), len(self.lines)
        while True:
            ready, _, _ = select.select([says], [], [], 0.01)
            spent = time.monotonic() - began
            said = bool(until) and any(until in line for line in self.lines[before:])
            if spent > self.longest or said or (seconds is not None and spent > seconds):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
                assert spent < self.longest, "still running:\n" + self.text
                seconds, until = None, ""
            if not ready:
                self._carry()
                continue
            if not (part := os.read(says, 65536)):
                return
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                self.lines.append(line.decode())
                if (given := self._given(self.lines[-1])) is None:
                    continue
                if self.silent:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), hears)
                else:
                    with contextlib.suppress(BrokenPipeError):
                        os.write(hears, given.encode() + b"\n")

    def _carry(self) -> None:
        """The laptop's next message, once the relay's is on the stick."""
        there = sorted(path.name for path in (self.folder / "stick").iterdir())
        if there == self._seen:
            return
        self._seen = there
        said, sent = self.laptop.received(), self.laptop.sent()
        if not sent:
            if said:
                self.laptop.send(self._request(said[-1]), lambda _: None)
            return
        if isinstance(decode_message(sent[-1]), Closing) or not said:
            return
        message = decode_message(said[-1])
        if isinstance(message, Signers):
            return
        assert isinstance(message, ImportReceipt | ExportResponse)
        if all(outcome.status in FINAL for outcome in message.outcomes):
            self.laptop.send(closing(said[-1]), lambda _: None)

    def _given(self, line: str) -> str | None:
        question = line.removeprefix("? ")
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(digest(self.laptop.sent()[0]))
            return picked(words, found[1])
        if question.startswith("compare with "):
            return "same"
        if question.startswith(f"type {AGAIN}"):
            return AGAIN if self.again else "leave"
        if question.startswith("type again or later"):
            self.patience -= 1
            time.sleep(THINKING)
            return "again" if self.patience >= 0 else "stop"
        return None
