"""How long the programs take to say --help: whole processes, the quickest and the median."""

import statistics
import subprocess
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

PROGRAMS = ("ceremony", "ceremony-relay", "ceremony-sandbox")
TURNS = 15


def main() -> None:
    folder = Path(__file__).parents[1] / ".venv/bin"
    table = Table(title="Start-up: --help", title_justify="left")
    for column in ("program", "quickest, s", "median, s"):
        table.add_column(column, justify="left" if column == "program" else "right")
    for program in PROGRAMS:
        times = []
        for _ in range(TURNS):
            began = time.perf_counter()
            subprocess.run([folder / program, "--help"], check=True, capture_output=True)
            times.append(time.perf_counter() - began)
        table.add_row(program, f"{min(times):.3f}", f"{statistics.median(times):.3f}")
    Console().print(table)
    Console().print("target: ceremony --help under 0.2 s")


if __name__ == "__main__":
    main()
