"""`ceremony check`: days before, whether this laptop, its camera and its screen will do.

It needs no plan and no key. What it finds is told, written as a page, and the pace that the
link test found best is kept in a file for the day.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ceremony.desk.port import Desk
from ceremony.desk.screen import WHAT_FITS, DeskOptions, at_desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure, counted, printable
from ceremony.files import check_absent, write_file
from ceremony.machine import Entropy, Problem, machine_entropy, machine_facts, problems
from ceremony.media.light_check import (
    STEPS,
    LightFound,
    LightRoom,
    check_light,
    keep_pace,
    light_room,
)
from ceremony.media.link_facts import Fact, Sections, Verdict, problems_in
from ceremony.offline.beginning import REFUSED
from ceremony.offline.check_page import check_page
from ceremony.offline.plans import check_suffix, script_bytes
from ceremony.offline.self_tests import run_self_tests
from ceremony.record.steps import Step
from ceremony.version import version_text

TITLE = "check of the laptop and the link"
LEAVING = "nothing is kept: start `ceremony check` again"

AtDesk = Callable[[DeskOptions, str, Callable[[Desk], None]], None]
"""As ``at_desk``: runs a script at a desk."""

MACHINE = Step(
    "machine",
    "The laptop itself",
    ("administrator",),
    ("The program computes known answers, and reads the machine's facts.",),
)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """``camera`` and ``display`` as in ``LightOptions``. ``out`` is a new file for the page, None
    for none; ``link`` is a new file for the pace.
    """

    camera: str
    display: str
    out: str | None
    link: str
    desk: DeskOptions = WHAT_FITS


@dataclass(frozen=True, slots=True)
class CheckRoom:
    """``self_tests`` gives their names or raises; the others look at the laptop now."""

    light: LightRoom
    self_tests: Callable[[], tuple[str, ...]]
    machine: Callable[[], tuple[Problem, ...]]
    entropy: Callable[[], Entropy]


def check(options: CheckOptions, desk: AtDesk = at_desk) -> None:
    """`ceremony check`. Raises ``machine`` where something has to be put right, when all is
    told and written; ``file`` and ``usage`` before anything else.
    """
    if options.out is not None:
        check_suffix(options.out)
        check_absent(options.out, "the page")
    check_absent(options.link, "the link's file")

    def at(here: Desk) -> None:
        light = light_room(options.camera, options.display, here, system_random)
        hold_check(check_room(light), options)

    desk(options.desk, LEAVING, at)


def check_room(light: LightRoom) -> CheckRoom:
    """This machine, with these cameras and this screen."""
    return CheckRoom(
        light,
        lambda: run_self_tests(light.desk.progress),
        lambda: problems(machine_facts()),
        machine_entropy,
    )


def hold_check(room: CheckRoom, options: CheckOptions) -> None:
    """All of it at the room's desk. Raises as ``check`` does."""
    desk = room.light.desk
    desk.open(TITLE, "check", (MACHINE, *STEPS))
    desk.step(MACHINE)
    machine = check_machine(room)
    light = check_light(room.light, "first")
    sections = ((MACHINE.title, machine), *light.sections)
    _keep(options, sections, light, desk)
    wrong = problems_in(sections)
    if wrong:
        raise CeremonyError(
            Failure.MACHINE,
            f"the check found {counted(wrong, 'problem')}",
            hint="put each right (docs/check.md says how), and check again",
        )
    desk.show("all of it will do")


def check_machine(room: CheckRoom) -> tuple[Fact, ...]:
    """The self-tests, the generator and what ENV-GATE looks at, told at the room's desk."""
    try:
        names = room.self_tests()
        tests = Fact("self-tests", f"{len(names)} passed: {', '.join(names)}")
    except CeremonyError as error:
        tests = Fact("self-tests", f"{error.named} ({error.hint})", "problem")
    found = (tests, _entropy(room.entropy()), *_problems(room.machine()))
    room.light.desk.show(*map(str, found))
    return found


def _entropy(entropy: Entropy) -> Fact:
    source = f"; the processor or a chip feeds it ({entropy.hardware})" if entropy.hardware else ""
    if entropy.seeded:
        return Fact("randomness", f"the kernel's generator is seeded{source}")
    bits = "nothing" if entropy.bits is None else f"{entropy.bits} bits"
    return Fact(
        "randomness", f"the kernel tells of {bits} of entropy: wait, and check again", "problem"
    )


def _problems(found: tuple[Problem, ...]) -> tuple[Fact, ...]:
    """ENV-GATE's problems, as facts."""
    if not found:
        return (Fact("environment", "nothing that a ceremony would not want"),)
    return tuple(map(_problem, found))


def _problem(one: Problem) -> Fact:
    refused = one.id in REFUSED
    text = f"{one.sentence}; production refuses this: {one.hint}" if refused else one.sentence
    verdict: Verdict = "problem" if refused else "note"
    return Fact(f"environment, {one.id}", text, verdict)


def _keep(options: CheckOptions, sections: Sections, light: LightFound, desk: Desk) -> None:
    keep_pace(light.pace, options.link, desk)
    if options.out is not None:
        page = check_page(sections, version_text(), light.pace)
        write_file(options.out, script_bytes(page, options.out), "the page")
        desk.show(f"the page is in {printable(options.out)}")
