"""A source that is scanned: one code, alone, and nothing of the link; it is never shown."""

from collections.abc import Callable

import pytest

from ceremony.desk.scripted import ScriptedDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender
from ceremony.media.secret_code import scan_secret
from ceremony.message.kinds import Environment
from ceremony.optics.eye import Glance
from ceremony.optics.worker_messages import Seen
from ceremony.secret import Secret
from tests.support.facing import FakeCamera

KEY = "3A" * 32
FRAME = Sender(b"a message of the other screen" * 9, 900).frame(0)


def seen(*texts: str) -> Glance:
    return Glance(Seen(texts))


def desk(*keys: str) -> ScriptedDesk:
    made = ScriptedDesk(lambda _: "", lambda _: Secret(b""))
    made.keys.extend(keys)
    return made


def scan(camera: FakeCamera, at: ScriptedDesk, environment: Environment = "production") -> Secret:
    return scan_secret(at, lambda: camera, environment, "hex of source paper:")


GLANCES: dict[str, list[Glance]] = {
    "at once": [seen(KEY)],
    "after nothing": [Glance(), seen(), Glance(trouble="the camera was unplugged"), seen(KEY)],
    "beside the other screen": [seen(FRAME), seen(FRAME, KEY)],
    "after several": [seen(KEY, "another"), seen(KEY, "another"), seen(KEY)],
    "twice in one view": [seen(KEY, KEY)],
}


@pytest.mark.parametrize("name", GLANCES)
def test_one_code_alone_is_taken(name: str) -> None:
    camera, at = FakeCamera(glances=GLANCES[name]), desk()
    assert scan(camera, at).matches(Secret(KEY.encode()))
    assert camera.rested == 1
    assert KEY not in str(vars(at))
    assert ("several codes are in view" in str(vars(at))) is (name == "after several")


STOPS: dict[str, tuple[Callable[[], tuple[FakeCamera, ScriptedDesk]], Failure, str]] = {
    "escape": (
        lambda: (FakeCamera(glances=[seen(FRAME)] * 3), desk("", "escape")),
        Failure.CANCELLED,
        "stopped by the people",
    ),
    "not confined": (
        lambda: (FakeCamera(glances=[seen(KEY)], confined=False), desk()),
        Failure.MACHINE,
        "does not confine",
    ),
    "pictures without one": (
        lambda: (FakeCamera(glances=[seen(FRAME), Glance(over=True)]), desk()),
        Failure.FILE,
        "none shows one code alone",
    ),
    "pictures with several": (
        lambda: (FakeCamera(glances=[seen(KEY, "b"), Glance(over=True)]), desk()),
        Failure.FILE,
        "none shows one code alone",
    ),
}


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_a_scan(name: str) -> None:
    make, failure, words = STOPS[name]
    camera, at = make()
    with pytest.raises(CeremonyError, match=words) as error:
        scan(camera, at)
    assert error.value.failure is failure
    assert KEY not in error.value.message + error.value.hint + str(vars(at))
    assert camera.rested == 1


def test_a_rehearsal_goes_on_without_confinement() -> None:
    camera = FakeCamera(glances=[seen(KEY)], confined=False)
    assert scan(camera, desk(), "rehearsal").matches(Secret(KEY.encode()))
