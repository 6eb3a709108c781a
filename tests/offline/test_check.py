"""`ceremony check`, with cameras, screens and people that are played."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from ceremony.desk.scripted import ScriptedDesk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.link.link_file import parse_link
from ceremony.machine import Entropy, Problem
from ceremony.media.light_check import LightRoom
from ceremony.offline.checking import CheckOptions, CheckRoom, hold_check
from ceremony.optics.eye import Glance, Source
from ceremony.optics.screen_messages import Up
from ceremony.optics.worker_messages import Seen
from ceremony.relay.link_check import LinkCheckOptions, hold_link_check
from ceremony.secret import Secret
from tests.support.facing import FakeCamera, FakeScreen, FakeSide, facing
from tests.support.hostile_texts import TEXTS, check_shown
from tests.support.invoking import Ceremony

SEEDED = Entropy(256, "")
NETWORK = Problem("network", "this machine is connected: eth0 is up", "unplug it")
MEMORY = Problem("memory", "the memory of this program is not locked", "ulimit -l unlimited")
LIT = Glance(Seen((), rate=2990, dark=20, bright=220))


def desk(answer: str = "skip", keys: Sequence[str] = ()) -> ScriptedDesk:
    def nothing(_: str) -> Secret:
        raise AssertionError("no secret is asked for")

    return ScriptedDesk(lambda _: answer, nothing, keys=[*keys])


def light_room(
    at: ScriptedDesk, side: FakeSide, sources: Sequence[tuple[str, Source]] | None = None
) -> LightRoom:
    chosen = (("Integrated Camera", side.camera),) if sources is None else tuple(sources)
    return LightRoom(at, chosen, lambda: side.screen, system_random, side.camera.clock, 6)


def room(
    light: LightRoom, problems: tuple[Problem, ...] = (), entropy: Entropy = SEEDED
) -> CheckRoom:
    return CheckRoom(light, lambda: ("sharing", "ECIES"), lambda: problems, lambda: entropy)


def lit(seconds: int = 60) -> FakeSide:
    return FakeSide(FakeCamera(glances=[LIT] * 10 * seconds), FakeScreen())


def options(folder: Path, out: str | None = "check.html") -> CheckOptions:
    return CheckOptions("", "", str(folder / out) if out else None, str(folder / "link.toml"))


def problem_lines(at: ScriptedDesk) -> list[str]:
    return [line for line in at.shown if line.startswith("problem")]


def test_all_of_it_will_do(tmp_path: Path) -> None:
    at, side = desk(), lit()
    hold_check(room(light_room(at, side)), options(tmp_path))
    assert at.shown[-1] == "all of it will do"
    assert "ok Integrated Camera: 29.9 pictures a second, grey from 20 to 220" in at.shown
    assert "ok screen: 1920 x 1080 pixels, fake" in at.shown
    assert "note link: not tested: it was left out" in at.shown
    assert [step.name for step in at.steps] == ["machine", "cameras", "screen", "link"]
    assert side.screen.closed
    assert [path.name for path in tmp_path.iterdir()] == ["check.html"]
    page = (tmp_path / "check.html").read_text()
    assert "29.9 pictures a second" in page
    assert "not tested" in page
    assert page.count("initials") == 1


def test_the_link_is_measured_and_its_pace_kept(tmp_path: Path) -> None:
    laptop, relay, barrier = facing()
    folders = tmp_path / "laptop", tmp_path / "relay"
    for folder in folders:
        folder.mkdir()
    at_laptop, at_relay = desk("begin"), desk("begin")

    def run_laptop() -> None:
        with aborting(barrier):
            hold_check(room(light_room(at_laptop, laptop)), options(folders[0]))

    def run_relay() -> None:
        with aborting(barrier):
            link, page = (str(folders[1] / name) for name in ("link.toml", "check.html"))
            kept = LinkCheckOptions("", "", link, page)
            hold_link_check(light_room(at_relay, relay), kept)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(run_laptop), pool.submit(run_relay)
        first.result(60)
        second.result(60)
    for at, folder in ((at_laptop, folders[0]), (at_relay, folders[1])):
        (kept,) = folder.glob("link.toml")
        assert kept.stat().st_mode & 0o777 == 0o600
        pace = parse_link(kept.read_bytes())
        assert any(f"pace of this screen: codes of version {pace.version}" in s for s in at.shown)
        assert any(s.startswith("ok this camera reads the other screen") for s in at.shown)
        assert any(s.endswith("give it with --link on the day") for s in at.shown)
    pages = [(folder / "check.html").read_text() for folder in folders]
    for page, whose in zip(pages, ("The laptop and", "The online computer and"), strict=True):
        assert "kB/s" in page
        assert f"{whose} the link, before the day" in page


class aborting:  # noqa: N801
    """Whoever ends lets the other go on."""

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._barrier.abort()


def found_wrong(
    at: ScriptedDesk, checked: CheckRoom, folder: Path, said: Sequence[str]
) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        hold_check(checked, options(folder))
    assert error.value.failure is Failure.MACHINE
    lines = problem_lines(at)
    assert len(lines) == len(said)
    assert all(part in line for part, line in zip(said, lines, strict=True)), lines
    page = (folder / "check.html").read_text()
    assert page.count("PROBLEM") == len(said), "the page is written all the same"
    assert not (folder / "link.toml").exists()
    return error.value


def test_what_production_refuses_is_a_problem_and_the_rest_a_note(tmp_path: Path) -> None:
    at = desk()
    checked = room(light_room(at, lit()), (NETWORK, MEMORY), Entropy(12, ""))
    said = ["the kernel tells of 12 bits of entropy", "environment, network: this machine is"]
    error = found_wrong(at, checked, tmp_path, said)
    assert error.message == "the check found 2 problems"
    assert any(line.startswith("note environment, memory") for line in at.shown)


def test_a_self_test_that_fails_is_a_problem(tmp_path: Path) -> None:
    at = desk()

    def fails() -> tuple[str, ...]:
        raise CeremonyError(
            Failure.MACHINE, "the self-test ECIES gives another answer", hint="stop"
        )

    checked = CheckRoom(light_room(at, lit()), fails, lambda: (), lambda: SEEDED)
    found_wrong(at, checked, tmp_path, ["the self-test ECIES gives another answer"])


def test_no_camera(tmp_path: Path) -> None:
    at = desk("begin")
    found_wrong(at, room(light_room(at, lit(), ())), tmp_path, ["camera: there is none"])
    assert "note link: not tested: there is no camera" in at.shown


def test_a_camera_that_gives_nothing(tmp_path: Path) -> None:
    at = desk()
    side = FakeSide(
        FakeCamera(glances=[Glance(trouble="the camera is not there")] * 5), FakeScreen()
    )
    found_wrong(at, room(light_room(at, side)), tmp_path, ["Camera: the camera is not there"])
    assert side.camera.rested == 1


def test_a_camera_that_may_not_be_used(tmp_path: Path) -> None:
    class Denied(FakeCamera):
        def look(self) -> Glance:
            raise CeremonyError(Failure.CONFIGURATION, "this user may not use it", hint="a group")

    at = desk()
    checked = room(light_room(at, lit(), (("Webcam", Denied()),)))
    found_wrong(at, checked, tmp_path, ["Webcam: this user may not use it (a group)"])


def test_a_camera_in_the_dark(tmp_path: Path) -> None:
    at = desk()
    dark = Glance(Seen((), rate=750, dark=5, bright=60))
    side = FakeSide(FakeCamera(glances=[dark] * 100), FakeScreen())
    said = ["7.5 pictures a second, grey from 5 to 60; too dark: more light"]
    found_wrong(at, room(light_room(at, side)), tmp_path, said)


def test_no_screen(tmp_path: Path) -> None:
    at, side = desk("begin"), lit()

    def none() -> FakeScreen:
        raise CeremonyError(Failure.CONFIGURATION, "there is no screen to show codes on", hint="x")

    light = LightRoom(at, (("Webcam", side.camera),), none, system_random, side.camera.clock, 6)
    found_wrong(at, room(light), tmp_path, ["there is no screen to show codes on (x)"])
    assert "note link: not tested: there is no screen" in at.shown


def test_a_screen_that_is_too_small_and_not_confined(tmp_path: Path) -> None:
    at, side = desk(), lit()
    side.screen.up = Up("fake", 200, 120, confined=False)
    said = ["pixels a module: ", "which production refuses"]
    found_wrong(at, room(light_room(at, side)), tmp_path, said)


def test_the_other_side_is_missing(tmp_path: Path) -> None:
    at = desk("begin")
    found_wrong(at, room(light_room(at, lit())), tmp_path, ["link: no link test was seen"])


def test_escape_stops_the_link_test_alone(tmp_path: Path) -> None:
    at = desk("begin", ["escape"])
    found_wrong(at, room(light_room(at, lit())), tmp_path, ["link: stopped by somebody"])


@pytest.mark.parametrize("name", TEXTS.values(), ids=TEXTS)
def test_a_camera_may_be_called_anything(name: str, tmp_path: Path) -> None:
    at, side = desk(), lit()
    hold_check(room(light_room(at, side, ((name, side.camera),))), options(tmp_path))
    line = next(line for line in at.shown if "pictures a second" in line)
    check_shown(line)
    check_shown((tmp_path / "check.html").read_text())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--link", "there.toml"), "the link's file there.toml exists already"),
        (("--out", "there.html"), "the page there.html exists already"),
        (("--out", "none/page.html"), "there is no folder none"),
        (("--out", "page.txt"), "written as HTML or PDF"),
        (("--out", "page"), "written as HTML or PDF"),
        (("--camera", "no such camera"), "no camera is called no such camera"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_looked_at(
    given: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there.toml", "there.html"):
        Path(name).write_text("mine")
    assert said in Ceremony(capsys).refuses("check", "--desk", "plain", *given).err
