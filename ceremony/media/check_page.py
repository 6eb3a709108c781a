"""The page that is kept with the plan: what a check found, with places for initials."""

from collections.abc import Sequence

from ceremony.errors import printable
from ceremony.link.pace import Pace
from ceremony.media.link_facts import Fact, Sections, pace_text, problems_in
from ceremony.record.script import LONG, Facts, Form, Script, Section

MARK = "CHECK"
MARKS = {"ok": "", "note": "note: ", "problem": "PROBLEM: "}
LAPTOP = (
    "The laptop and the link, before the day",
    "What `ceremony check` found on the laptop. Keep it with the plan; on the day the computers, "
    "the light and the distance are the same.",
)
RELAY = (
    "The online computer and the link, before the day",
    "What `ceremony-relay check --link` found on the online computer. Keep it with the plan and "
    "the laptop's page; on the day the computers, the light and the distance are the same.",
)


def check_page(
    sections: Sections, version: str, pace: Pace | None, whose: tuple[str, str]
) -> Script:
    """The page of ``whose`` computer, ``LAPTOP`` or ``RELAY``; the same findings give the same
    page. The date is written by hand: the clock of a computer without a network is nobody's
    witness.
    """
    problems = problems_in(sections)
    summary = [
        ("program", version),
        ("problems", str(problems) if problems else "none"),
        *([("pace of this screen", pace_text(pace))] if pace else []),
    ]
    title, note = whose
    parts = (_part(name, facts) for name, facts in sections)
    found = Section(title, (note,), (_facts(summary), *parts, *_signed()))
    return Script(title, MARK, printable(version, LONG), (found,))


def _part(title: str, facts: Sequence[Fact]) -> Facts:
    """A problem is told in words: paper may be without colour."""
    rows = [(one.name, f"{MARKS[one.verdict]}{one.text}") for one in facts]
    return _facts([(title.upper(), ""), *rows])


def _signed() -> tuple[Form, ...]:
    columns = ("what", "date and time", "name", "initials")
    rows = ("checked as it stands here", "put right, and checked again")
    return (Form(columns, (34, 24, 26, 16), rows),)


def _facts(rows: Sequence[tuple[str, str]]) -> Facts:
    return Facts(tuple((printable(name, LONG), printable(text, LONG)) for name, text in rows))
