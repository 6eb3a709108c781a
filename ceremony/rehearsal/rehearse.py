"""`ceremony rehearse`: a whole ceremony on one machine, the people played, Dfns a sandbox.

The scripts are those of the laptop, the relay and the sandbox are the programs, and what
crosses between laptop and relay crosses as pictures that simulated cameras saw. Here is
only what starts them, plays the people and shows what happened.
"""

import contextlib
import importlib.util
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ceremony.desk.scripted import ScriptedDesk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_file, write_file
from ceremony.keys.material import KeyMaterial
from ceremony.keys.new import new_key
from ceremony.media.simulated import Settings, SimulatedLight, write_settings
from ceremony.message import decode_message
from ceremony.message.codec import kind_of
from ceremony.offline.ceremonies import (
    EXPORTS,
    IMPORTS,
    CeremonyOptions,
    House,
    open_room,
    read_plan,
    watched,
)
from ceremony.offline.fresh_keys import Make, make_fresh_keys, rehearse_plan
from ceremony.offline.resuming import Kept
from ceremony.offline.room import Enter, Room
from ceremony.record.plan import Dfns, Plan
from ceremony.record.plan_file import MAX_PLAN
from ceremony.record.rehearsal_plan import parse_place
from ceremony.rehearsal.came_back import tell_what_came_back
from ceremony.rehearsal.company import Company
from ceremony.rehearsal.laptop import digest_on_screen, people_at
from ceremony.rehearsal.plans import default_plan, with_local_files
from ceremony.rehearsal.stage import Stage

MAX_KEYS = 300
"""On each curve: three curves, and at most a thousand keys in a message."""

SILENCE = 60.0
"""Seconds without any message after which a rehearsal gives up."""


@dataclass(frozen=True, slots=True)
class RehearseOptions:
    """``plan`` is a file, or None for ``keys`` keys on each curve; ``keep`` a new folder."""

    plan: str | None = None
    keys: int = 1
    loss: float = 0.2
    seed: int = 1
    keep: str | None = None


def new_fresh_key(curve: str) -> KeyMaterial:
    """A key of ``curve`` from this machine's randomness."""
    return new_key(curve, system_random)


def rehearse(options: RehearseOptions, make: Make = new_fresh_key) -> None:
    """Raises ``usage`` for options that do not go together, ``plan`` for a plan with mistakes,
    and what the ceremony raises; ``refused`` where the relay or the sandbox failed.
    """
    check_options(options)
    data = default_plan(options.keys)
    if options.plan is not None:
        data = read_file(options.plan, "the plan", MAX_PLAN)
    plan = read_plan(data, IMPORTS + EXPORTS)
    began = monotonic()
    with _folder(options.keep) as folder, Stage() as stage:
        write_file(str(folder / "plan.toml"), data, "the plan")
        with Rehearsal(folder, options, plan, stage) as rehearsal:
            rehearsal.play(make)
        if options.keep is not None:
            keep_frames(folder)
        stage.total(monotonic() - began, options.keep)


class Rehearsal:
    """One rehearsal: its programs, its light, its people. Leaving it ends the programs.

    ``folder`` gets messages, transcripts, logs, the journal, and what the relay kept. The
    laptop's own files, keys in the clear among them, and the sandbox's credential are in a
    folder that is removed.
    """

    def __init__(self, folder: Path, options: RehearseOptions, plan: Plan, stage: Stage) -> None:
        self._folder, self._options, self._stage = folder, options, stage
        self._plan = with_local_files(plan)
        self._company = Company(folder)
        self._stack = contextlib.ExitStack()
        self.desks: list[ScriptedDesk] = []

    def __enter__(self) -> "Rehearsal":
        own = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ceremony-")))
        self._env, self._table = own / "sandbox.env", own / "sandbox.toml"
        self._light, self._laptop = own / "light", own / "laptop"
        for made in (self._light, self._laptop, self._folder / "relay"):
            made.mkdir()
        self._stack.callback(self._company.end)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def play(self, make: Make) -> None:
        """The sandbox, the relay, and the ceremonies of the plan at the laptop."""
        place = self._start_sandbox()
        self._start_relay()
        self._medium = SimulatedLight(
            self._light,
            "laptop",
            patience=SILENCE,
            watch=self._company.check,
            crossed=self._stage.crossed,
        )
        self._stack.callback(self._medium.close)
        keys = make_fresh_keys(self._plan, make)
        self._stage.step(f"{len(keys.by_label)} fresh keys are made")
        try:
            outcome = rehearse_plan(
                self._plan, place, keys, lambda *room: self._room(place, *room), watched
            )
            self._company.finish("relay")
        finally:
            keep_messages(self._folder, [*self._medium.received(), *self._medium.sent()])
        if not outcome.complete:
            first = next(one for one in outcome.told if one.status != "done")
            raise CeremonyError(
                Failure.RECEIPT,
                f"the rehearsal failed, {first.label}: {first.status}: {first.text}",
                hint="run it again with --keep DIR and read the logs there",
            )
        tell_what_came_back(self._stage, self._plan, keys, self._laptop, self.desks[-1])

    def _start_sandbox(self) -> Dfns:
        url = self._company.sandbox("--env", str(self._env), "--plan-table", str(self._table))
        self._stage.step(f"the sandbox plays Dfns at {url}")
        return parse_place(read_file(str(self._table), "the sandbox's table", MAX_PLAN))

    def _start_relay(self) -> None:
        write_settings(self._light, Settings(self._options.loss, self._options.seed))
        self._company.relay(
            *("--env", str(self._env), "run", "--journal", "journal.sqlite"),
            *("--by", f"light:{self._light}", "--files", "relay"),
            *("--plan", "plan.toml", "--rehearsal", str(self._table)),
            answer=lambda line: "again" if line == "? type again or later:" else None,
            digests={"the request's digest": lambda: digest_on_screen(self.desks[-1].shown)},
        )

    @contextlib.contextmanager
    def _room(
        self, place: Dfns, plan: Plan, enter: Enter, name: str
    ) -> Iterator[tuple[Room, Kept]]:
        """The laptop and its people, for one ceremony."""
        paper = {
            "the plan's digest": plan.digest,
            "the signers' fingerprint": bytes.fromhex(place.signers),
        }
        self.desks.append(people_at(self._stage, paper, system_random))
        self._stage.begins(name)
        options = CeremonyOptions(None, "", str(self._laptop), str(self._folder / f"{name}.jsonl"))
        house = House(image=lambda: None)
        with open_room(options, house, self.desks[-1], self._medium, plan, enter) as room:
            yield room, self._medium
        for error in self.desks[-1].errors:
            self._stage.step(f"refused, and gone on: {error.message}")


def keep_messages(folder: Path, messages: Sequence[bytes]) -> None:
    """Every message that crossed, in a file of its kind."""
    counts: Counter[str] = Counter()
    for message in messages:
        kind = kind_of(decode_message(message))
        counts[kind] += 1
        number = f"-{counts[kind]}" if counts[kind] > 1 else ""
        (folder / f"{kind}{number}.message").write_bytes(message)


def keep_frames(folder: Path) -> None:
    """The frames of every message as pictures, to try a real camera or another reader on."""
    from ceremony.optics.pictures import encode_to_folder

    (folder / "frames").mkdir()
    for path in sorted(folder.glob("*.message")):
        encode_to_folder(path.read_bytes(), folder / "frames" / path.stem)


def check_options(options: RehearseOptions) -> None:
    """Raises ``usage`` or, where the relay is not installed, ``configuration``."""
    if not 1 <= options.keys <= MAX_KEYS:
        raise _usage(f"--keys must be from 1 to {MAX_KEYS}")
    if not 0 <= options.loss <= 0.9:
        raise _usage("--loss must be from 0 to 0.9")
    if not 0 <= options.seed < 2**32:
        raise _usage("--seed must be from 0 to 4294967295")
    for module in ("dfns_sdk", "starlette", "uvicorn"):
        if importlib.util.find_spec(module) is None:
            raise CeremonyError(
                Failure.CONFIGURATION,
                "this installation has no relay and no sandbox: it cannot rehearse alone",
                hint="run scripts/rehearse in a checkout on a computer with a network",
            )


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="ceremony-") as name:
            yield Path(name)
        return
    try:
        Path(keep).mkdir(mode=0o700)
    except OSError as error:
        raise CeremonyError(
            Failure.FILE,
            f"cannot make the folder to keep things in: {error.strerror}",
            hint="name a folder that does not exist, in one that does",
        ) from None
    yield Path(keep)


def _usage(message: str) -> CeremonyError:
    return CeremonyError(Failure.USAGE, message, hint="see ceremony rehearse --help")
