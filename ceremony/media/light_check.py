"""The part of `check` that both programs have: cameras, the screen, and the link test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import write_file
from ceremony.link.link_file import link_text
from ceremony.link.pace import Pace
from ceremony.media.link_facts import (
    Fact,
    StartedScreen,
    camera_fact,
    confined_fact,
    link_facts,
    pace_text,
    screen_facts,
)
from ceremony.media.link_side import MEASURED, Ends
from ceremony.media.link_test import Role, measure_link
from ceremony.media.opening import screen_of, source_of
from ceremony.optics.cameras import cameras
from ceremony.optics.eye import CameraSource, Source
from ceremony.record.steps import Step
from ceremony.secret import Random

CAMERAS = Step(
    "cameras",
    "The cameras",
    ("administrator", "operator"),
    ("Each camera is watched for some seconds: how many pictures it really gives.",),
)
SCREEN = Step("screen", "The screen", ("administrator", "operator"), ("Its size is read.",))
LINK = Step(
    "link",
    "The link",
    ("administrator", "operator"),
    (
        "The two computers stand as on the day, each camera on the other's screen.",
        "Each shows a test message, and the other measures how it is read.",
    ),
)
STEPS = (CAMERAS, SCREEN, LINK)

OTHER_SIDE = {
    "first": "`ceremony-relay check --link` on the online computer",
    "second": "`ceremony check` on the laptop",
}


@dataclass(frozen=True, slots=True)
class LightRoom:
    """``sources`` are the cameras with their names; the first one is that of the link test.
    ``screen`` is opened when it is asked for, and raises ``configuration``."""

    desk: Desk
    sources: Sequence[tuple[str, Source]]
    screen: Callable[[], StartedScreen]
    random: Random
    clock: Callable[[], float] = monotonic
    seconds: float = MEASURED


@dataclass(frozen=True, slots=True)
class LightFound:
    """Findings by the title of their step; ``pace`` where one was measured."""

    sections: tuple[tuple[str, tuple[Fact, ...]], ...]
    pace: Pace | None = None


def sources_of(camera: str, desk: Desk) -> tuple[tuple[str, Source], ...]:
    """The camera that was chosen, or all that there are. Raises ``configuration``."""
    if camera:
        return ((Path(camera).name, source_of(camera, desk)),)
    return tuple((one.name, CameraSource(one)) for one in cameras())


def light_room(camera: str, display: str, desk: Desk, random: Random) -> LightRoom:
    """The room of this computer. Raises ``configuration`` and ``file``."""
    return LightRoom(desk, sources_of(camera, desk), lambda: screen_of(display), random)


def check_light(room: LightRoom, role: Role) -> LightFound:
    """What there is and how it does. What fails is a finding; Escape ends the link test alone."""
    desk = room.desk
    seen = check_cameras(room)
    desk.step(SCREEN)
    try:
        screen = room.screen()
    except CeremonyError as error:
        shown = _told(desk, [_failed("screen", error)])
        return _without_link(desk, seen, shown, "there is no screen")
    try:
        shown = _told(desk, _screen(room, screen))
        if any(one.name == "screen" and one.verdict == "problem" for one in shown):
            return _without_link(desk, seen, shown, "there is no screen")
        if not room.sources:
            return _without_link(desk, seen, shown, "there is no camera")
        desk.step(LINK)
        link, pace = _link(room, screen, role)
        return LightFound(_sections(seen, shown, _told(desk, link)), pace)
    finally:
        screen.close()


def check_cameras(room: LightRoom) -> tuple[Fact, ...]:
    """Each camera, watched for some seconds; what was found is told at the room's desk."""
    room.desk.step(CAMERAS)
    return _told(room.desk, _cameras(room))


def keep_pace(pace: Pace | None, path: str, desk: Desk) -> None:
    """The pace, where there is one, in a new file. Raises ``file``."""
    if pace is None:
        return
    write_file(path, link_text(pace, [pace_text(pace)]).encode(), "the link's file")
    desk.show(f"the pace is kept in {printable(path)}: give it with --link on the day")


def _cameras(room: LightRoom) -> list[Fact]:
    if not room.sources:
        return [Fact("camera", "there is none: plug one in, or name it with --camera", "problem")]
    found = []
    for name, source in room.sources:
        try:
            found.append(camera_fact(name, source, room.clock))
        except CeremonyError as error:
            found.append(_failed(name, error))
    return found


def _screen(room: LightRoom, screen: StartedScreen) -> list[Fact]:
    try:
        found = [*screen_facts(screen)]
    except CeremonyError as error:
        return [_failed("screen", error)]
    return [*found, *(confined_fact(source, screen) for _, source in room.sources[:1])]


def _link(room: LightRoom, screen: StartedScreen, role: Role) -> tuple[Sequence[Fact], Pace | None]:
    name, source = room.sources[0]
    answer = room.desk.choose(
        f"the link test, with the camera {name}: start {OTHER_SIDE[role]} too, put the computers "
        "face to face, and begin",
        [
            Choice("skip", "leave the link out", "no pace is measured"),
            Choice("begin", "test the link; it takes about a minute, Escape stops it"),
        ],
    )
    if answer == "skip":
        return [Fact("link", "not tested: it was left out", "note")], None
    ends = Ends(
        source,
        screen,
        room.desk.key,
        room.random,
        room.desk.progress,
        room.clock,
        room.seconds,
    )
    try:
        measured = measure_link(ends, role)
    except CeremonyError as error:
        return [_failed("link", error)], None
    return link_facts(measured), measured.pace


def _failed(name: str, error: CeremonyError) -> Fact:
    what = "stopped by somebody" if error.failure is Failure.CANCELLED else error.named
    return Fact(name, f"{what} ({error.hint})", "problem")


def _without_link(
    desk: Desk, seen: tuple[Fact, ...], shown: tuple[Fact, ...], why: str
) -> LightFound:
    return LightFound(
        _sections(seen, shown, _told(desk, [Fact("link", f"not tested: {why}", "note")]))
    )


def _told(desk: Desk, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    desk.show(*map(str, facts))
    return tuple(facts)


def _sections(
    seen: tuple[Fact, ...], shown: tuple[Fact, ...], link: tuple[Fact, ...]
) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    return ((CAMERAS.title, seen), (SCREEN.title, shown), (LINK.title, link))
