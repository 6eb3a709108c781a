"""`ceremony plan`: a plan is begun, checked, shown by its digest, and printed, on any machine.

Nothing here needs a secret. Each command takes a frozen value of options, and tells what it
has done on a desk.
"""

import sys
import textwrap
from dataclasses import dataclass

from ceremony.desk.digests import digest_lines, numbered_words
from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import MAX_SECRET_FILE, read_file, write_file
from ceremony.message import digest
from ceremony.record.plan import Operation, Plan
from ceremony.record.plan_check import Findings, check_plan
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import MAX_PLAN, read_plan
from ceremony.record.plan_kit import KitWallets, kit_lines
from ceremony.record.plan_lines import Finding
from ceremony.record.plan_table import TableOptions, table_lines
from ceremony.record.printing import check_suffix, script_bytes
from ceremony.record.script import script_of

LINE = 96
"""Characters of a line; a longer sentence goes on in the next one."""


@dataclass(frozen=True, slots=True)
class NewPlan:
    """``out`` is a new file, standard output without one; ``head_only`` leaves out the keys."""

    operation: Operation
    out: str | None = None
    head_only: bool = False


@dataclass(frozen=True, slots=True)
class FromKit:
    kit: str
    wanted: KitWallets
    out: str | None = None


@dataclass(frozen=True, slots=True)
class FromTable:
    table: str
    options: TableOptions
    out: str | None = None


def new(options: NewPlan, desk: Desk) -> None:
    """`ceremony plan new`. Raises ``file``."""
    _give(example_plan(options.operation, head_only=options.head_only), options.out, desk)


def check(path: str, desk: Desk) -> None:
    """`ceremony plan check`: mistakes, then questions. Raises ``plan`` if there are mistakes."""
    plan, findings = _read(path)
    for mistake in findings.mistakes:
        _tell(desk, "mistake", mistake)
    for question in findings.questions:
        _tell(desk, "question", question)
    if plan is None or findings.mistakes:
        raise _mistakes(len(findings.mistakes))
    keys = len(plan.imports) + len(plan.exports)
    desk.show(f"no mistakes, {_count(keys, 'key')}, {_count(len(findings.questions), 'question')}")


def show_digest(path: str, desk: Desk) -> None:
    """`ceremony plan digest`: of the file as it is, in hex and in numbered words."""
    data = read_file(path, "the plan", MAX_PLAN)
    value = digest(data)
    hex_lines = digest_lines(value)[:2]
    desk.show("the plan's digest, SHA-256:", *hex_lines, "its words, at their places:")
    desk.show(*numbered_words(value))


def print_script(path: str, out: str, desk: Desk) -> None:
    """`ceremony plan print`: the script for the table, as HTML or PDF by the name of ``out``.

    Raises ``plan`` if there are mistakes, ``usage`` for another ending, ``configuration``
    if the package that writes PDF is not installed, and ``file``.
    """
    check_suffix(out)
    plan, findings = _read(path)
    if plan is None or findings.mistakes:
        raise _mistakes(len(findings.mistakes))
    script = script_of(plan)
    write_file(out, script_bytes(script, out), "the script")
    keys = len(plan.imports) + len(plan.exports)
    questions = _count(len(findings.questions), "question")
    desk.show(
        f"{script.mark}: the script for {_count(keys, 'key')} is in {printable(out)}",
        f"`ceremony plan check` has {questions} about the plan",
    )


def from_kit(options: FromKit, desk: Desk) -> None:
    """`ceremony plan from-kit`. Raises what ``kit_lines`` raises, and ``file``."""
    archive = read_file(options.kit, "the recovery kit", MAX_SECRET_FILE)
    _give(kit_lines(archive, options.wanted), options.out, desk)


def from_table(options: FromTable, desk: Desk) -> None:
    """`ceremony plan from-table`. Raises ``plan`` if the table has mistakes, and ``file``."""
    found = table_lines(read_file(options.table, "the table", MAX_PLAN + 1), options.options)
    for mistake in found.mistakes:
        _tell(desk, "mistake", mistake)
    if found.mistakes:
        raise CeremonyError(
            Failure.PLAN,
            f"the table has {_count(len(found.mistakes), 'mistake')}",
            hint="the lines above name each; correct the table and write it again",
        )
    note = ""
    if found.left_out:
        columns = ", ".join(map(printable, found.left_out))
        note = f"# Columns that were left out, since a plan has no field for them: {columns}\n"
    _give(f"{found.text}{note and chr(10)}{note}", options.out, desk)


def _read(path: str) -> tuple[Plan | None, Findings]:
    data = read_file(path, "the plan", MAX_PLAN)
    plan, mistakes = read_plan(data)
    if plan is None:
        return None, Findings(tuple(mistakes), ())
    return plan, check_plan(plan, data.decode())


def _give(text: str, out: str | None, desk: Desk) -> None:
    """Writes a new file, or standard output, where another program may take it."""
    if out is None:
        sys.stdout.write(text)
        return
    write_file(out, text.encode(), "the plan")
    desk.show(f"written: {printable(out)}")


def _tell(desk: Desk, kind: str, finding: Finding) -> None:
    hint = f" ({finding.hint})" if finding.hint else ""
    told = textwrap.wrap(f"{kind}: {finding}{hint}", LINE, subsequent_indent="    ")
    desk.show(*told)


def _mistakes(count: int) -> CeremonyError:
    return CeremonyError(
        Failure.PLAN,
        f"the plan has {_count(count, 'mistake')}",
        hint="`ceremony plan check PLAN` explains each; docs/plan.md describes every field",
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
