"""Whole ceremonies with both programs: a sandbox, a stick, two laptops, people."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.message import digest
from ceremony.rehearsal.people import Process, started
from ceremony.relay.token import organisation_of
from ceremony.secret import Secret
from tests.support.people import LONG, Answer, Person
from tests.support.sandbox_process import SandboxProcess
from tests.support.terminals import program
from tests.support.warm import Program

INSTALLED = {name: [program(name)] for name in ("ceremony", "ceremony-relay")}
"""Both programs, started as people start them."""

PEOPLE = """
[[people]]
name = "Ada Lovelace"
role = "administrator"

[[people]]
name = "Bob Operator"
role = "operator"

[[people]]
name = "Cyd Witness"
role = "witness"
"""


@dataclass
class CeremonyWorld:
    """``folder`` holds the stick, both sides' files, the plan and the journal.

    Programs are forks (tests/support/warm.py), but for those of ``installed``: what starts them,
    by their names.
    """

    folder: Path
    sandbox: SandboxProcess
    plan: str = ""
    runs: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    installed: Mapping[str, Sequence[str | Path]] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, *sandbox: str) -> "CeremonyWorld":
        for name in ("stick", "laptop", "relay"):
            (folder / name).mkdir()
        return cls(folder, SandboxProcess.start(folder, *sandbox))

    @property
    def signers(self) -> SignersInfo:
        """What a second host sees."""
        out = self.folder / "signers.json"
        if not out.exists():
            self.program("ceremony-relay", "--env", self.sandbox.env_file, "signers", "--out", out)
        return parse_signers(out.read_bytes())

    @property
    def organisation(self) -> str:
        return organisation_of(Secret(self.sandbox.env["DFNS_AUTH_TOKEN"].encode()))

    def get(self, path: str) -> Any:
        """What Dfns holds, asked beside the relay."""
        token = self.sandbox.env["DFNS_AUTH_TOKEN"]
        answer = httpx.get(self.sandbox.url + path, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write_plan(self, operation: str, rest: str, **head: object) -> Path:
        """A plan for this sandbox; ``rest`` are its sources and keys."""
        values = {
            "api": self.sandbox.url,
            "organisation": self.organisation,
            "signers": self.signers.fingerprint().hex(),
            "environment": "rehearsal",
        } | head
        self.plan = (
            f'format = 1\ntitle = "A test"\nenvironment = "{values["environment"]}"\n'
            f'operation = "{operation}"\n\n[dfns]\napi = "{values["api"]}"\n'
            f'organisation = "{values["organisation"]}"\nsigners = "{values["signers"]}"\n'
            f"threshold = 3\n{PEOPLE}\n{rest}"
        )
        path = self.folder / "plan.toml"
        path.write_text(self.plan)
        return path

    def laptop(
        self,
        command: str,
        answer: Answer = lambda _: None,
        options: Sequence[str] = (),
        dies: str = "",
    ) -> Person:
        """`ceremony COMMAND PLAN` with people who answer as a script does; ``dies`` is a moment
        of tests/support/dying.py."""
        self.runs += 1
        arguments = [
            *(command, "plan.toml", "--by", "stick", "--files", "laptop"),
            *("--transcript", f"transcript-{self.runs}.jsonl", *options),
        ]
        return self._start("ceremony", arguments, answer, dies)

    def relay(self, *options: str, answer: Answer = lambda _: None, dies: str = "") -> Person:
        arguments = [
            *("--env", str(self.sandbox.env_file), "run", "--journal", "journal.sqlite"),
            *("--by", "stick", "--files", "relay", *options),
        ]
        return self._start("ceremony-relay", arguments, answer, dies)

    def _start(self, program: str, arguments: Sequence[str], answer: Answer, dies: str) -> Person:
        usual, digests = self._or_usual(answer), self.digests()
        process: Process
        if program in self.installed:
            process = started([*self.installed[program], *arguments], self.folder)
        else:
            process = Program(program, arguments, self.folder, dies=dies)
        person = Person(process, usual, digests)
        self.people.append(person)
        return person

    def end(self) -> None:
        """Ends whatever still runs, also after a test that failed."""
        for person in self.people:
            person.end()
        self.sandbox.stop()

    def program(self, name: str, *arguments: str | Path) -> str:
        """What a program says that asks nothing; it ends well."""
        program = Program(name, arguments, self.folder)
        with program.stdin, program.stdout as output:
            said = output.read()
        assert program.wait(LONG) == 0, said
        return said

    def digests(self) -> Mapping[str, Callable[[], bytes]]:
        """What stands on paper and on the other screen."""
        return {
            "the plan's digest": lambda: hashlib.sha256(self.plan.encode()).digest(),
            "the signers' fingerprint": lambda: self.signers.fingerprint(),
            "the request's digest": lambda: digest(self.messages("request")[-1].read_bytes()),
        }

    def messages(self, kind: str) -> list[Path]:
        return sorted((self.folder / "stick").glob(f"*{kind}.ceremony"))

    def _or_usual(self, answer: Answer) -> Answer:
        def both(line: str) -> str | None:
            if (given := answer(line)) is not None:
                return given
            usual = {"? type all or missing:": "all", "  12 words; the next": "", **self.answers}
            return next((text for start, text in usual.items() if line.startswith(start)), None)

        return both


MakeWorld = Callable[..., CeremonyWorld]
"""Makes a world whose sandbox has these arguments; who gave it ends the world."""
