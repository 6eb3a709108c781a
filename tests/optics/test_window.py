"""The window on a virtual screen: every pixel as it was drawn, and the keys that were typed."""

import os
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender
from ceremony.optics.decode import find_codes
from ceremony.optics.layout import layout, looking
from ceremony.optics.matrix import capacity
from ceremony.optics.screen_messages import Mark, Present, Shown, Status
from ceremony.optics.screen_process import ScreenProcess, choose_display
from ceremony.optics.showing import STANDS, Showing
from ceremony.optics.worker_messages import Preview
from tests.support.x_screen import VirtualScreen, virtual_screen

MESSAGE = bytes(range(256)) * 2
PRESENT = Present(MESSAGE, 20, captions=("signers, 512 bytes", "1-8: Vulcan congregate"))
STATUS = Status(
    mark=Mark.NEW,
    title="awaited: import-receipt",
    done=3,
    of=10,
    lines=("Esc: stop",),
    feedback="FEEDBACK",
    preview=Preview(16, bytes(range(0, 256, 2))),
    outlines=((100, 100, 900, 100, 900, 900, 100, 900),),
)


def wait_for_frames(screen: ScreenProcess) -> Shown:
    while not (shown := screen.update(STATUS)).frames:
        pass
    return shown


def drawn(size: tuple[int, int]) -> np.ndarray:
    """The same picture, without any display."""
    showing = Showing(size)
    showing.present(PRESENT)
    assert showing.turn()
    showing.status(STATUS)
    return showing.picture


def matches(virtual: VirtualScreen, wanted: np.ndarray) -> bool:
    seen = virtual.grab()
    return all(np.array_equal(seen[:, :, channel], wanted) for channel in range(3))


@pytest.mark.parametrize("opengl", [False, True], ids=["software", "opengl"])
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1366, 768)])
def test_every_pixel_is_as_it_was_drawn(
    tmp_path: Path, size: tuple[int, int], opengl: bool
) -> None:
    with virtual_screen(tmp_path, *size, opengl=opengl) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name})
        try:
            screen.present(PRESENT)
            assert (screen.up.width, screen.up.height) == size
            assert screen.confined
            wait_for_frames(screen)
            wanted = drawn(size)
            while not matches(virtual, wanted):
                # The X server is another process: it takes the picture a little later.
                screen.update(STATUS)
            codes = layout(*size).codes
            greys = np.unique(virtual.grey()[: codes.bottom, : codes.right])
            assert set(greys) == {0, 255}
            screen.hide()
            while virtual.grab().mean() > 1:  # the pointer is there again
                pass
        finally:
            screen.close()


def test_keys_are_told_once_and_in_their_order(tmp_path: Path) -> None:
    with virtual_screen(tmp_path) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name})
        try:
            screen.present(PRESENT)
            wait_for_frames(screen)
            virtual.press("plus", "minus", "less", "greater", "s", "Return", "KP_Enter", "Escape")
            keys: list[str] = []
            while len(keys) < 8:
                keys += screen.update(STATUS).keys
            assert keys == ["+", "-", "<", ">", "s", "enter", "enter", "escape"]
            assert screen.update(STATUS).keys == ()
        finally:
            screen.close()


def test_no_key_is_lost_that_comes_while_something_else_is_presented(tmp_path: Path) -> None:
    """The first key changes the pace, and so what is presented; by then the next is pressed."""
    with virtual_screen(tmp_path) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name})
        try:
            screen.present(PRESENT)
            wait_for_frames(screen)
            virtual.press("minus", "s", "plus")
            keys: list[str] = []
            end = time.monotonic() + 60
            while len(keys) < 3 and time.monotonic() < end:
                screen.present(PRESENT)
                keys += screen.update(STATUS).keys
            assert keys == ["-", "s", "+"]
        finally:
            screen.close()


def test_a_screen_that_breaks_is_started_again_and_shows_the_same(tmp_path: Path) -> None:
    with virtual_screen(tmp_path) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name})
        try:
            screen.present(PRESENT)
            wait_for_frames(screen)
            process = screen._child._process
            assert process is not None
            process.kill()
            screen.update(STATUS)
            wait_for_frames(screen)
            while not matches(virtual, drawn((1280, 720))):
                screen.update(STATUS)
        finally:
            screen.close()


def test_without_a_display_it_says_so() -> None:
    screen = ScreenProcess("window", {"DISPLAY": ":nowhere", "SDL_VIDEODRIVER": "x11"})
    with pytest.raises(CeremonyError) as error:
        screen.present(PRESENT)
    assert error.value.failure is Failure.CONFIGURATION
    screen.close()


def test_an_environment_is_passed_on_by_name_only(tmp_path: Path) -> None:
    with virtual_screen(tmp_path) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name, "A_SECRET": "x"})
        try:
            screen.present(PRESENT)
            process = screen._child._process
            assert process is not None
            told = Path(f"/proc/{process.pid}/environ").read_bytes()
            assert b"DISPLAY=" in told
            assert b"SECRET" not in told
            assert "Seccomp:\t2" in Path(f"/proc/{process.pid}/status").read_text()
        finally:
            screen.close()


SIZES = [(800, 600), (1280, 720), (1920, 1080), (1080, 1920), (3840, 2160)]


@pytest.mark.parametrize("size", SIZES)
def test_codes_have_room_and_are_read(size: tuple[int, int]) -> None:
    """Nothing of the panel or the captions is in a quiet zone, and both codes are read."""
    picture = drawn(size)
    places = layout(*size)
    assert places.codes.bottom <= places.captions.top
    assert places.codes.right <= places.preview.left
    assert places.words.bottom <= places.feedback.top
    frame = Sender(MESSAGE, capacity(20)).frame(0)
    assert set(find_codes(picture).texts) == {frame, "FEEDBACK"}


def test_a_message_of_one_frame_stands_still_and_a_longer_one_moves() -> None:
    still, moving = Showing((800, 600)), Showing((800, 600))
    still.present(Present(b"short", 20, across=2))
    moving.present(Present(bytes(5000), 20))
    assert [still.turn() for _ in range(20)] == [True] + [False] * 19
    assert [moving.turn() for _ in range(13)].count(True) == 3
    assert (still.needed, still.frames) == (1, 1)
    assert moving.frames == 3 < moving.needed


def test_several_codes_at_once_and_another_pace_goes_on_where_it_was() -> None:
    message = bytes(9000)
    sender = Sender(message, capacity(10))
    showing = Showing((1280, 720))

    def shown(present: Present, periods: int = 1) -> set[str]:
        showing.present(present)
        showing.turn(periods)
        return set(find_codes(showing.picture).texts)

    assert shown(Present(message, 10, 4, 2, 8)) == {sender.frame(i) for i in range(8)}
    # One after the other: after half of the dwell half of them are new.
    assert shown(Present(message, 10, 2, 1, 8), 5) == {sender.frame(i) for i in (8, 10)}
    assert showing.frames == 11
    assert len(shown(Present(message, 12, 1, 1, 8))) == 1
    assert showing.frames == 1
    # At the version before, what was not shown yet: the other side has kept what was.
    assert shown(Present(message, 10, 2, 1, 3)) == {sender.frame(i) for i in (11, 12)}
    showing.present(Present(b"", 10))
    assert showing.frames == 0
    assert shown(Present(message, 10, 1, 1, 3)) == {sender.frame(13)}
    assert len(shown(Present(bytes(8999), 10, 1, 1, 3))) == showing.frames == 1


def test_what_was_hidden_goes_on_where_it_was(tmp_path: Path) -> None:
    message = bytes(9000)
    with virtual_screen(tmp_path) as virtual:
        screen = ScreenProcess("window", {"DISPLAY": virtual.name})
        try:
            screen.present(Present(message, 10, 4, 2, 600))
            assert wait_for_frames(screen).frames == 8
            screen.hide()
            screen.present(Present(message, 10, 4, 2, 600))
            while (shown := screen.update(STATUS)).frames == 8:
                pass
            assert shown.frames == 16
        finally:
            screen.close()


LOOKING = [(800, 600), (1280, 720), (1920, 1080), (1080, 1920), (3840, 2160)]
SAYS = Status(title="awaited: signers", feedback="FEEDBACK", lines=("Esc: stop",))


@pytest.mark.parametrize("size", LOOKING)
def test_who_shows_nothing_says_it_large(size: tuple[int, int]) -> None:
    """Half of the screen for the small code, the preview and words beside it."""
    showing, places = Showing(size), looking(*size)
    showing.present(Present(b"", 1))
    showing.status(msgspec.structs.replace(SAYS, preview=Preview(16, bytes(144))))
    box, beside = places.feedback, (places.preview, places.words)
    assert box.width >= 0.5 * min(size)
    for other in beside:
        assert other.left >= box.right or other.bottom <= box.top
    assert find_codes(showing.picture).texts == ["FEEDBACK"]
    # A message takes the place, and gives it back.
    before = showing.picture.copy()
    showing.present(PRESENT)
    showing.turn()
    assert len(find_codes(showing.picture).texts) == 2
    showing.present(Present(b"", 1))
    assert np.array_equal(showing.picture, before)


def test_a_feedback_stands_until_a_slow_camera_has_seen_it() -> None:
    """The counts change with each look of our own camera; the other one may take 0.3 s."""
    showing = Showing((1280, 720))
    showing.present(Present(b"", 1))
    said = []
    for period in range(3 * STANDS):
        showing.turn()
        showing.status(msgspec.structs.replace(SAYS, feedback=f"{period}"))
        said += find_codes(showing.picture).texts
    assert [said.count(one) for one in dict.fromkeys(said)] == [STANDS] * 3


def test_the_preview_is_mirrored() -> None:
    showing = Showing((1280, 720))
    showing.status(Status(preview=Preview(4, bytes([0, 0, 255, 255] * 4))))
    places = layout(1280, 720)
    box = places.codes.inner(places.unit)  # large, where no message is shown
    left, right = (
        showing.picture[box.top + 40 : box.top + 80, x : x + 20].mean()
        for x in (box.left + box.width // 2 - 60, box.left + box.width // 2 + 40)
    )
    assert left > 200 > 50 > right


def test_text_that_no_font_has_is_no_failure() -> None:
    showing = Showing((640, 480))
    showing.status(Status(title="é\u202e\x1b[2J" * 40, lines=("x" * 400,) * 12))
    showing.present(Present(b"", 1, captions=("\N{SNOWMAN}" * 100,) * 12))


def test_which_display() -> None:
    assert choose_display("/dev/fb1", {}) == "/dev/fb1"
    assert choose_display("", {"DISPLAY": ":0"}) == "window"
    assert choose_display("", {"WAYLAND_DISPLAY": "wayland-0"}) == "window"
    with pytest.raises(CeremonyError) as error:
        choose_display("", {})
    assert error.value.failure is Failure.CONFIGURATION


def test_hidden_before_anything_was_shown() -> None:
    screen = ScreenProcess("window", os.environ)
    screen.hide()
    assert not screen._child.running
