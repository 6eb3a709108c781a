"""What people must know and nothing is stopped for: one line each, on standard error."""

import sys
from collections.abc import Callable

from ceremony.desk.lines import shown
from ceremony.errors import Control
from ceremony.machine import Facts, lock_memory, machine_facts, problems

NAME_WIDTH = 12
"""Columns of the word in front, as in what the commands report."""

MACHINE = Control(
    "DSK-MACHINE", "what does not fit a machine for open keys is told before a secret is read"
)

Look = Callable[[], Facts]
"""How a program learns the facts of its machine; tests have another one."""


def warn(line: str) -> None:
    """One line, made printable here."""
    sys.stderr.write(f"{'warning':<{NAME_WIDTH}}{shown(line)}\n")
    sys.stderr.flush()


def lock_and_look() -> Facts:
    """The facts of this machine, after the memory of this process was locked if it can be."""
    lock_memory()
    return machine_facts()


def warn_of_machine(facts: Facts, tell: Callable[[str], None] = warn) -> None:
    """DSK-MACHINE: what does not fit a machine for open keys, before one is read."""
    for problem in problems(facts):
        tell(f"{MACHINE.id}: {problem.sentence}: {problem.hint}")
