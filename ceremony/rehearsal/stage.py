"""How a rehearsal is shown: steps as they happen, progress bars, a table at the end."""

import sys
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from ceremony.media.simulated import Crossed
from ceremony.message import decode_message
from ceremony.message.codec import kind_of


class Stage:
    """A terminal, or a file: then without colours, bars and control characters."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(file=sys.stdout, highlight=False)
        self._progress = Progress(
            TextColumn("  [cyan]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("frames"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None
        self._table = Table(
            title="What crossed the gap, in frames of the receiving camera",
            title_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
        )
        self._table.add_column("message", no_wrap=True)
        self._table.add_column("to", no_wrap=True)
        for name in ("bytes", "needed", "seen", "lost", "used", "camera s", "s"):
            self._table.add_column(name, justify="right", no_wrap=True)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def begins(self, ceremony: str) -> None:
        self._console.print(f"[bold]{ceremony.capitalize()}[/]", soft_wrap=True)

    def begins_step(self, text: str) -> None:
        self._console.print(f"  [cyan]•[/] {escape(text)}", soft_wrap=True)

    def step(self, text: str) -> None:
        """One line: what is done."""
        self._console.print(f"[green]✓[/] {escape(text)}", soft_wrap=True)

    def moving(self, received: int, needed: int) -> None:
        """Frames of a message that is on its way to the laptop."""
        if self._task is None:
            self._task = self._progress.add_task("to the laptop", total=None)
        self._progress.update(self._task, completed=received, total=needed or None)

    def crossed(self, crossed: Crossed) -> None:
        """A message is across: a line now, and one in the table at the end."""
        name = kind_of(decode_message(crossed.message))
        to, t = "relay" if crossed.side == "laptop" else "laptop", crossed.statistics
        if to == "laptop" and self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        direction = f"{crossed.side} → {to}"
        self._console.print(
            f"    {name}: {direction}, {t.message_bytes:,} bytes, {t.wall_seconds:.1f} s",
            soft_wrap=True,
        )
        self._table.add_row(
            name,
            to,
            f"{t.message_bytes:,}",
            str(t.frames_needed),
            str(t.frames_seen),
            str(t.frames_lost),
            str(t.frames_used),
            f"{t.camera_seconds:.1f}",
            f"{t.wall_seconds:.1f}",
        )

    def total(self, seconds: float, kept: str | None) -> None:
        self._console.print(self._table)
        self._console.print(f"[bold]The rehearsal succeeded[/] in {seconds:.1f} s.")
        if kept is not None:
            self._console.print(
                f"Messages, frames, transcripts, journal and logs are in {kept}", markup=False
            )
