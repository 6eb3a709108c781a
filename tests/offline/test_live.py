"""`ceremony live`: the first screens and the menu of the live image, its first process played."""

from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.machine import Problem, machine_facts
from ceremony.message import digest_words
from ceremony.offline.live_init import this_image
from tests.support.invoking import Ceremony
from tests.support.live_image import COMMIT, ROOT_SHA256, LiveImage, write_image
from tests.support.live_people import OPENED, POWER_OFF, LivePeople


@pytest.fixture(params=["sealed", "media"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> LiveImage:
    return LiveImage(tmp_path, request.param)


def test_from_the_first_screen_to_power_off(image: LiveImage) -> None:
    people = LivePeople(image)
    with image:
        assert people.run(*OPENED, *POWER_OFF) == []
    assert image.asked == []
    text = people.shown
    assert f"live image 0.1.0, {image.flavour}" in text
    assert COMMIT in text
    for number, word in enumerate(digest_words(bytes.fromhex(ROOT_SHA256)), 1):
        assert f"{number:>2} {word}" in text
    assert "ok self-tests: 2 passed: sharing, ECIES" in text
    assert "ok environment: nothing that a ceremony would not want" in text
    assert "problem camera: there is none" in text
    for entry in ("rehearse", "import", "export", "resume", "check", "inspect", "verify", "off"):
        assert f"  {entry}: " in text


def test_words_that_differ_power_off(image: LiveImage) -> None:
    people = LivePeople(image)
    with image:
        assert people.run("off") == []
    assert "keyboard" not in people.shown.split("STEPS")[0].split("types")[0]
    assert "what is to be done?" not in people.shown


def test_the_keyboard_is_chosen_until_it_is_right(image: LiveImage) -> None:
    people = LivePeople(image)
    answers = ("same", "klingon", "de", "zy", "again", "de-latin1", "yz#", "right", *OPENED[4:])
    with image:
        assert people.run(*answers, *POWER_OFF) == []
    assert image.asked == ["keymap de", "keymap de-latin1"]
    assert "ERROR there is no layout klingon" in people.shown
    assert "typed: zy" in people.shown
    assert "typed: yz#" in people.shown


def test_the_clock_is_corrected(image: LiveImage) -> None:
    people = LivePeople(image)
    wrong = ("tomorrow", "2026-13-01 08:00", "1999-01-01 00:00", "2026-11-26 08:30")
    answers = (*OPENED[:4], "wrong", *wrong, "look", "right", "menu")
    with image:
        assert people.run(*answers, *POWER_OFF) == []
    assert image.asked == ["clock 2026-11-26T08:30:00"]
    assert people.shown.count("that is not a date and a time of day") == 3
    assert "the clock: Wednesday 2020-01-01 00:00:00 UTC" in people.shown
    assert "the clock: Thursday 2026-11-26 08:30:00 UTC" in people.shown
    assert image.now() == datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("no the clock is not there", "it refuses: the clock is not there"),
        ("no", "it refuses: without a reason"),
        ("ok", "the clock is not at the time that it was set to"),
        ("okay", "its answer is not understood: okay"),
        ("\x1b[2J", "its answer is not understood: <U+001B>[2J"),
        ("", "its answer is not understood"),
        ("silence", "it gave no answer within 0 seconds"),
    ],
)
def test_a_first_process_that_fails_is_told(image: LiveImage, answer: str, told: str) -> None:
    image.says = lambda question: answer
    people = LivePeople(image, patience=0.4 if answer == "silence" else 60.0)
    answers = (*OPENED[:4], "wrong", "2026-11-26 08:30", "right", "menu")
    with image:
        assert people.run(*answers, *POWER_OFF) == []
    assert f"ERROR the live image's first process: {told}" in people.shown or (
        f"ERROR {told}" in people.shown
    )
    assert "\x1b" not in people.shown


def test_an_answer_that_comes_late_is_not_taken_for_the_next(image: LiveImage) -> None:
    """The layout is refused, and nobody hears it in time: the next answer is the next one's."""
    people = LivePeople(image, patience=2.0)

    def says(question: str) -> str | None:
        if question == "keymap de":
            while "it gave no answer" not in people.shown:
                sleep(0.02)
            return "no de is broken"
        return None

    image.says = says
    answers = ("same", "de", "uk", "yz", "right", *OPENED[4:])
    with image:
        assert people.run(*answers, *POWER_OFF) == []
    assert image.asked == ["keymap de", "keymap uk"]
    assert "it gave no answer" in people.shown
    assert "de is broken" not in people.shown
    assert "keyboard layout: uk" in people.shown


def test_without_a_first_process_the_screen_goes_on(image: LiveImage) -> None:
    people = LivePeople(image, patience=0.2)
    answers = ("same", "de", "", "yz", "right", *OPENED[4:])
    assert people.run(*answers, *POWER_OFF) == []
    assert "it cannot be asked: No such device or address" in people.shown


def test_problems_of_the_machine_are_told_before_the_menu(image: LiveImage) -> None:
    network = Problem("network", "this machine is connected: eth0 is up", "unplug it")
    people = LivePeople(image, problems=(network,))
    with image:
        assert people.run(*OPENED[:5], "off") == []
    assert "problem environment, network: this machine is connected" in people.shown
    assert "problems: 2; what production refuses" in people.shown
    assert "what is to be done?" not in people.shown


def test_to_leave_the_menu_ends_the_program_with_an_error(image: LiveImage) -> None:
    """The first process starts it again; status 0 is for power off alone."""
    with image, pytest.raises(CeremonyError) as error:
        LivePeople(image).run(*OPENED, "stop")
    assert error.value.failure is Failure.CANCELLED


def test_back_from_power_off(image: LiveImage) -> None:
    people = LivePeople(image)
    with image:
        assert people.run(*OPENED, "off", "menu", *POWER_OFF) == []
    assert people.shown.count("what is to be done?") == 2


@pytest.mark.parametrize(
    ("flavour", "entry"),
    [
        *(("media", one) for one in ("import", "export", "resume", "rehearse", "inspect")),
        ("media", "verify"),
        ("sealed", "rehearse"),
        ("sealed", "inspect"),
    ],
)
def test_somebody_stops_in_an_entry_and_the_menu_comes_back(
    tmp_path: Path, flavour: str, entry: str
) -> None:
    people = LivePeople(LiveImage(tmp_path, flavour))
    with people.image:
        assert people.run(*OPENED, entry, "stop", *POWER_OFF) == []
    assert f"{entry}: it ended with this" in people.shown
    assert "ERROR the ceremony was stopped by the people in the room" in people.shown


@pytest.mark.parametrize(
    ("entry", "told", "hint"),
    [
        ("import", "there is no camera", ""),
        ("export", "there is no camera", ""),
        ("verify", "there is no file for the transcript", ""),
        ("check", "the check found", "put each right"),
    ],
)
def test_what_a_sealed_image_cannot_do_is_told_in_the_menu(
    tmp_path: Path, entry: str, told: str, hint: str
) -> None:
    people = LivePeople(LiveImage(tmp_path))
    with people.image:
        assert people.run(*OPENED, entry, *POWER_OFF) == []
    after = people.shown.split(f"{entry}: it ended with this")[1]
    assert told in after
    assert hint in after


def test_on_another_machine_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Ceremony(capsys).run("live")
    assert outcome.status == 1
    assert "this is not the live image" in outcome.err
    assert "`ceremony import`" in outcome.err


@pytest.mark.parametrize(
    "changes",
    [
        {"flavour": "open"},
        {"root_sha256": "00"},
        {"root_sha256": "G" * 64},
        {"commit": "\x1b[2J"},
        {"version": "1" * 50},
        {"version": 1},
        {"more": "of it"},
    ],
)
def test_an_image_that_cannot_be_understood_is_none(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    write_image(tmp_path, **changes)
    with pytest.raises(CeremonyError) as error:
        this_image(tmp_path)
    assert error.value.failure is Failure.CONFIGURATION
    assert "cannot be understood" in error.value.message
    assert "/run/ceremony/image.json" in machine_facts(tmp_path).unreadable
