"""How a rehearsal is shown: steps as they happen, progress bars, a table at the end."""

import sys
from types import TracebackType
from typing import Self

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from ceremony.message import digest_words
from ceremony.optics.light import Statistics


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
        self._tasks: dict[str, TaskID] = {}
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

    def step(self, text: str, digest: bytes | None = None) -> None:
        """One line; with a digest its first words, as people would begin to read them."""
        self._console.print(f"[green]✓[/] {text}", soft_wrap=True)
        if digest is not None:
            words = " ".join(digest_words(digest)[:6])
            self._console.print(f"    {digest.hex()[:16]}…  {words} …", soft_wrap=True)

    def moving(self, name: str, received: int, needed: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None)
        self._progress.update(self._tasks[name], completed=received, total=needed or None)

    def moved(self, name: str, to_offline: bool, transfer: Statistics) -> None:
        if name in self._tasks:
            self._progress.remove_task(self._tasks.pop(name))
        direction = "relay → offline" if to_offline else "offline → relay"
        t = transfer
        self.step(f"{name}: {direction}, {t.message_bytes:,} bytes, {t.wall_seconds:.1f} s")
        self._table.add_row(
            name,
            "offline" if to_offline else "relay",
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
            self._console.print(f"Messages, journal and logs are in {kept}", markup=False)
