"""Plans for the tests: the examples, changed in one place, and where a finding stands."""

from ceremony.record.plan import Operation, Plan
from ceremony.record.plan_check import Findings, check_plan
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import parse_plan, read_plan
from ceremony.record.plan_lines import Finding


def changed(operation: Operation, *changes: tuple[str, str]) -> str:
    """The example of an operation; each change is of a text that stands in it."""
    text = example_plan(operation)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, part: str) -> int:
    """The line of the first place of ``part``, which counts from 1."""
    assert part in text, part
    return text[: text.index(part)].count("\n") + 1


def form_mistakes(text: str) -> list[Finding]:
    """What the reader refuses."""
    plan, mistakes = read_plan(text.encode())
    assert plan is None
    return mistakes


def findings(text: str) -> Findings:
    """What is wrong with a plan whose form is right, and what is asked."""
    return check_plan(plan_of(text), text)


def plan_of(text: str) -> Plan:
    return parse_plan(text.encode())
