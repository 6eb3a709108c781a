"""Whether a plan makes sense: every mistake, and what a careful person would ask.

A mistake stops a ceremony before it begins; a question does not, and `ceremony plan
check` shows both with their lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ceremony.errors import printable
from ceremony.record.plan import Plan, Role
from ceremony.record.plan_curves import KIT, NEW, curve_of, curves_left
from ceremony.record.plan_exports import check_exports
from ceremony.record.plan_imports import check_imports
from ceremony.record.plan_lines import Finding, Lines, Place
from ceremony.record.plan_questions import questions
from ceremony.record.plan_sources import check_sources

__all__ = ["KIT", "NEW", "Findings", "check_plan", "curve_of", "curves_left"]

API = re.compile(r"https://[a-z0-9.-]+(:\d+)?(/[\w.-]+)*|http://(127\.0\.0\.1|localhost)(:\d+)?")
ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", re.ASCII)
STATE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}", re.ASCII)
MAX_TITLE = 100

REQUIRED_ROLES: tuple[Role, ...] = ("administrator", "operator", "witness")

ONE_EACH: tuple[Role, ...] = ("administrator", "operator")

MAX_THRESHOLD = 20
"""More than any cluster of Dfns has signers."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Both in the order of their lines."""

    mistakes: tuple[Finding, ...]
    questions: tuple[Finding, ...]


def check_plan(plan: Plan, text: str) -> Findings:
    """What is wrong with a plan and what to ask about it; ``text`` is its file's."""
    lines = Lines(text)
    mistakes = [*_head(plan), *_people(plan), *check_sources(plan), *_labels(plan)]
    mistakes += check_exports(plan) if plan.is_export else check_imports(plan)

    def told(found: list[tuple[Place, str]]) -> tuple[Finding, ...]:
        findings = [Finding(lines.of(place), sentence) for place, sentence in found]
        return tuple(sorted(findings, key=lambda finding: finding.line))

    return Findings(told(mistakes), told([*questions(plan)]))


def _head(plan: Plan) -> Iterator[tuple[Place, str]]:
    dfns = plan.dfns
    if not API.fullmatch(dfns.api):
        yield (
            ("dfns", "api"),
            "api is https:// and a host in small letters, without a slash at the end; "
            "http is for this machine and rehearsals",
        )
    elif dfns.api.startswith("http:") and plan.environment == "production":
        yield ("dfns", "api"), "plain http is not for production"
    if not ID.fullmatch(dfns.organisation):
        yield ("dfns", "organisation"), "this is not an organisation's id (or-...)"
    if not re.fullmatch(r"[0-9a-f]{64}", dfns.signers):
        yield (
            ("dfns", "signers"),
            "signers is the fingerprint, 64 small hex digits; `ceremony fingerprint` shows it",
        )
    if dfns.cluster is not None and not ID.fullmatch(dfns.cluster):
        yield ("dfns", "cluster"), "this is not a cluster's id"
    if not 2 <= dfns.threshold <= MAX_THRESHOLD:
        yield ("dfns", "threshold"), "threshold is from 2 to the number of signers"
    if not (0 < len(plan.title) <= MAX_TITLE and printable(plan.title, MAX_TITLE) == plan.title):
        yield ("title",), f"the title has 1 to {MAX_TITLE} printable characters"
    if not STATE.fullmatch(plan.state):
        yield ("state",), "state is a file's name, without a folder"


def _people(plan: Plan) -> Iterator[tuple[Place, str]]:
    for index, person in enumerate(plan.people):
        if not (
            0 < len(person.name.strip()) <= MAX_TITLE
            and printable(person.name, MAX_TITLE) == person.name
        ):
            yield (
                ("people", index, "name"),
                f"a person's name has 1 to {MAX_TITLE} printable characters",
            )
    roles = [person.role for person in plan.people]
    for role in REQUIRED_ROLES:
        if role not in roles:
            yield ("people", 0), f"nobody is the {role}"
    for role in ONE_EACH:
        if roles.count(role) > 1:
            yield ("people", 0), f"{roles.count(role)} people are the {role}, it is one"


def _labels(plan: Plan) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    labels = [key.label for key in plan.exports] or [key.label for key in plan.imports]
    for index, label in enumerate(labels):
        place = ("keys", index, "label")
        if not LABEL.fullmatch(label):
            yield place, "a label has 1 to 64 letters, digits, . _ - or spaces"
        if label in seen:
            yield place, f"the label {printable(label)} is there twice"
        seen.add(label)
