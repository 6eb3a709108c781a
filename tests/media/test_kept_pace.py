"""`--link` by light: a file changes the pace of what is shown, within the presets, and no more."""

import os
from itertools import product
from pathlib import Path

import pytest

from ceremony.desk.scripted import ScriptedDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.link.link_file import link_text
from ceremony.link.presets import DWELLS, RUNGS, Pace
from ceremony.link.probe import LARGE, Kind, Result, first_probe, probe_bytes, probe_digest
from ceremony.link.progress import Unreadable
from ceremony.link.sender import frames_needed
from ceremony.media.light import Light, Parts
from ceremony.media.opening import LightOptions, opened_light, read_link
from ceremony.media.pacing import Paced
from ceremony.message import Signers, encode_message
from ceremony.optics.matrix import capacity
from ceremony.secret import Secret
from tests.support.facing import FakeCamera, FakeScreen, frames_of

PACE = Pace(24, (2, 1), 7)
SIGNERS = encode_message(
    Signers(
        environment="rehearsal",
        ceremony=b"",
        sequence=0,
        answers=b"",
        answer=bytes(900),
        cluster_id=None,
        api_url="",
        organisation="",
        time="",
        nonce=bytes(16),
    )
)


def test_the_keys_move_within_the_presets() -> None:
    pacing = Paced(PACE)
    assert pacing.pace(0) == PACE
    pacing.begin(SIGNERS, 0)
    for now, key in enumerate("+>-<" * 3 + "+" * 30 + ">" * 30 + "-" * 30 + "<" * 30):
        pacing.key(key)
        pace = pacing.pace(now)
        assert (pace.version, pace.grid) in RUNGS
        assert pace.dwell in DWELLS
    assert not pacing.key("x")


def test_no_pace_of_a_file_keeps_a_message_from_being_shown() -> None:
    for (version, grid), dwell in product(RUNGS, DWELLS):
        for length in (1, 20_000, 8 << 20):
            pacing = Paced(Pace(version, grid, dwell))
            message = bytes(length)
            pacing.begin(message, 0)
            assert frames_needed(length, capacity(pacing.pace(0).version)) is not None


def desk() -> ScriptedDesk:
    return ScriptedDesk(lambda _: "", lambda _: Secret(b""))


def test_a_light_begins_with_what_was_kept(tmp_path: Path) -> None:
    (tmp_path / "link.toml").write_text(link_text(PACE))
    screen = FakeScreen()
    camera = FakeCamera(glances=frames_of(SIGNERS))
    pacing = Paced(read_link(str(tmp_path / "link.toml")))
    light = Light(
        Parts(camera, screen, pacing=pacing, clock=camera.clock),
        "rehearsal",
        newest_first=True,
        sent=[SIGNERS],
    )
    light.receive(("signers",), (), lambda _: None)
    first = screen.presents[0]
    assert (first.version, first.across, first.down, first.dwell) == (24, 2, 1, 7)


@pytest.mark.parametrize("text", ["", "version = 41\n", "camera = '/dev/video0'\n", "#" * 9999])
def test_a_hostile_file_opens_no_light(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link.toml").write_text(text)
    monkeypatch.setitem(os.environ, "DISPLAY", ":99")
    options = LightOptions("feed:none", "window", str(tmp_path), str(tmp_path / "link.toml"))
    opening = opened_light(options, "laptop", "rehearsal", desk())
    with pytest.raises(CeremonyError) as error, opening:
        raise AssertionError
    assert error.value.failure in (Failure.CONFIGURATION, Failure.FILE)
    assert "the link's file" in error.value.message


FIRST = first_probe(bytes(LARGE))
REPLAYED = {
    "first": FIRST,
    "answer": probe_bytes(Kind.ANSWER, probe_digest(FIRST), Result(1, 1, 1, 1, 1), bytes(LARGE)),
    "last": probe_bytes(Kind.LAST, probe_digest(FIRST), Result(1, 1, 1, 1, 1), bytes(LARGE)),
}


@pytest.mark.parametrize("data", REPLAYED.values(), ids=REPLAYED)
def test_no_ceremony_takes_a_test_message(data: bytes) -> None:
    """Somebody shows the test of the day before in the middle of a ceremony."""
    camera = FakeCamera(glances=[*frames_of(data), *frames_of(SIGNERS)])
    told: list[object] = []
    parts = Parts(camera, FakeScreen(), clock=camera.clock)
    light = Light(parts, "rehearsal", newest_first=True)
    assert light.receive(("signers",), (), told.append) == SIGNERS
    reasons = [one.reason for one in told if isinstance(one, Unreadable)]
    assert reasons == ["this is a message of a link test, and not of a ceremony"]
