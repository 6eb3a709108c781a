"""The first steps of both ceremonies: self-tests, the machine, the plan, the people."""

from ceremony.desk.lines import columns
from ceremony.desk.port import Choice
from ceremony.desk.warnings import MACHINE
from ceremony.desk.words import confirm_words
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.machine import Problem
from ceremony.message import digest_hex
from ceremony.offline.room import Room
from ceremony.offline.sealed_image import check_image
from ceremony.offline.self_tests import SELF_TEST, run_self_tests
from ceremony.record.plan import ROLES
from ceremony.record.steps import PLAN, SELF_TESTS, steps_of

GATE = Control(
    "ENV-GATE",
    "in production the laptop has no network, no swap, and nothing that keeps or traces memory",
)
PLAN_WORDS = Control("PLN-WORDS", "the plan here is the one on paper, as people confirmed it")


REFUSED = frozenset(
    {"network", "route", "tracer", "swap", "core-pattern", "root", "image", "unknown"}
)
"""The problems that end a production ceremony. Memory that is not locked does not: without
swap there is nowhere that it could go."""


WIDTHS = (12,)
"""The width of the names in front of what the plan is."""


def begin(room: Room) -> None:
    """Steps 1 and 2. Raises ``machine`` or ``confirmation``: nothing has happened then."""
    plan, desk, record = room.plan, room.desk, room.record
    desk.open(plan.title, plan.environment, steps_of(plan.operation, plan.people_entropy))
    record.happened(
        "begins",
        title=plan.title,
        environment=plan.environment,
        operation=plan.operation,
        plan=plan.digest.hex(),
        keys=len(plan.imports) + len(plan.exports),
    )

    desk.step(SELF_TESTS)
    check_image(room)
    tests = run_self_tests(desk.progress, room.self_tests)
    desk.show(f"self-tests passed: {', '.join(tests)}")
    record.passed(SELF_TEST, subject=", ".join(tests))
    check_machine(room)

    desk.step(PLAN)
    desk.show(
        columns("operation", plan.operation, widths=WIDTHS),
        columns("organisation", f"{plan.dfns.organisation} at {plan.dfns.api}", widths=WIDTHS),
        columns("plan", f"{digest_hex(plan.digest)[:39]} ...", widths=WIDTHS),
    )
    confirm_words(desk, PLAN_WORDS, plan.digest, "the plan's digest", "the paper", room.random)
    record.passed(PLAN_WORDS)
    _people(room)


def check_machine(room: Room) -> None:
    """ENV-GATE. Raises ``machine`` in production; in a rehearsal the problems are told.

    It is asked again before each secret, before each request leaves and when an answer has
    come. DSK-MACHINE: what is not refused is told, once.
    """
    found = [problem for problem in room.machine() if not _allowed(room, problem)]
    problems = [problem for problem in found if problem.id in REFUSED]
    for problem in found:
        room.record.happened("machine", problem=problem.id, text=problem.sentence)
    if problems and room.plan.environment == "production":
        for problem in problems:
            room.desk.error(CeremonyError(Failure.MACHINE, problem.sentence, hint=problem.hint))
        raise GATE.refusal(
            Failure.MACHINE,
            f"this machine is not fit for a ceremony: {', '.join(p.id for p in problems)}",
            hint="put each of these right, or use the live image; then start again, or `ceremony "
            "resume` if the request has left",
        )
    for problem in found:
        if problem.id not in room.record.problems:
            would = "would be refused in production: " if problem in problems else "note: "
            room.desk.show(f"{would}{problem.sentence}")
            room.record.problems.add(problem.id)
    # A rehearsal goes on with problems, and its transcript does not say that the gate passed.
    room.record.passed(*(() if problems else (GATE,)), MACHINE)


def _allowed(room: Room, problem: Problem) -> bool:
    return problem.id == "root" and room.plan.machine.root_keeps_data


def _people(room: Room) -> None:
    """Who is here; somebody who is not is a deviation that stands in the transcript."""
    for person in room.plan.people:
        room.desk.show(f"{person.role}: {person.name}, who {ROLES[person.role]}")
    answer = room.desk.choose(
        "is everybody of the plan present?",
        [
            Choice("all", "everybody is here"),
            Choice("missing", "somebody is missing: it is noted, and the ceremony goes on"),
        ],
    )
    if answer == "missing":
        who = room.desk.ask("who is missing, and who stands in?", _not_empty)
        room.desk.note(who)
        room.record.happened("deviation", text=who)
    room.record.happened("people", present=answer, names=[p.name for p in room.plan.people])


def _not_empty(text: str) -> str:
    if not text:
        raise CeremonyError(
            Failure.USAGE, "the answer is empty", hint="say who is missing, in one line"
        )
    return text
