"""From options to a light: which camera, which screen, and where messages are kept."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import read_file
from ceremony.link.link_file import MAX_LINK, parse_link
from ceremony.link.pace import Pace
from ceremony.media.folder import Folder, Side
from ceremony.media.light import Light, Parts
from ceremony.media.pacing import Paced, Pacing, describe
from ceremony.media.paper import write_paper
from ceremony.message import digest
from ceremony.message.kinds import Environment
from ceremony.optics.cameras import cameras, choose
from ceremony.optics.eye import CameraSource, FeedSource, FileSource, Source
from ceremony.optics.pictures import encode_to_folder
from ceremony.optics.screen_process import ScreenProcess, choose_display

LIGHT = "light"
"""The name of this medium for ``--by``."""

FEED = "feed:"
"""What the name of a fed camera begins with; a socket's or FIFO's path follows."""

KEPT = "crossed"
"""The folder, in that of a side's own files, with the messages that crossed by light."""


@dataclass(frozen=True, slots=True)
class LightOptions:
    """``camera`` is a name, a device, ``feed:PATH``, or pictures: a file, folder or video; ""
    for the only one. ``display`` is ``window`` or a framebuffer; "" for what there is.
    ``files`` is the folder of this side's own files, ``link`` the file with the pace that
    `check` kept, "" for none.
    """

    camera: str
    display: str
    files: str
    link: str = ""


@contextmanager
def opened_light(
    options: LightOptions,
    side: Side,
    environment: Environment | None,
    desk: Desk,
    *,
    again: bool = False,
) -> Iterator[Light]:
    """The light of one side; ``again`` takes up what crossed in a run before.

    At the end what is not across yet is shown until it is, unless something was raised.
    Raises ``configuration`` without a camera or a screen, and ``file``.
    """
    pacing = _pacing(options.link, desk)
    kept = _kept(options.files, side)
    source = source_of(options.camera, desk)
    parts = Parts(
        source,
        screen_of(options.display),
        keys=desk.key,
        keep=kept.keep,
        save=_saver(options.files),
        pacing=pacing,
    )
    light = Light(
        parts,
        environment,
        newest_first=side == "laptop",
        sent=kept.ours.sent() if again else (),
        received=kept.ours.received() if again else (),
    )
    try:
        yield light
        light.finish(desk.progress)
    finally:
        light.close()


def _pacing(link: str, desk: Desk) -> Pacing:
    if not link:
        return Paced()
    pace = read_link(link)
    desk.show(f"the pace that `check` kept: {describe(pace)}")
    return Paced(pace)


def read_link(path: str) -> Pace:
    """The pace that `check` kept. Raises ``file`` and ``configuration``."""
    return parse_link(read_file(path, "the link's file", MAX_LINK))


def screen_of(display: str) -> ScreenProcess:
    """What codes are shown on. Raises ``configuration`` when there is nothing."""
    return ScreenProcess(choose_display(display, os.environ), os.environ, terminal=this_terminal())


def source_of(camera: str, desk: Desk) -> Source:
    """What is looked at. A feed or pictures instead of a camera are a deviation that is noted.

    Raises ``configuration`` and ``file``.
    """
    if camera.startswith(FEED):
        path = Path(camera.removeprefix(FEED))
        desk.note(f"the camera is a feed of pictures by another program: {printable(path.name)}")
        return FeedSource(path)
    if camera and not camera.startswith("/dev/") and Path(camera).exists():
        desk.note(f"pictures are read instead of a camera: {printable(Path(camera).name)}")
        return FileSource(Path(camera), desk.error)
    chosen = choose(camera, cameras())
    desk.show(f"camera: {chosen.name}")
    return CameraSource(chosen)


@dataclass(frozen=True, slots=True)
class _Kept:
    ours: Folder
    theirs: Folder

    def keep(self, data: bytes, sent: bool) -> None:
        try:
            (self.ours if sent else self.theirs).send(data, lambda _: None)
        except CeremonyError as error:
            if error.failure is Failure.FILE:
                raise
            # Whole, and yet not a message: it is told, and is nothing to keep.


def _kept(files: str, side: Side) -> _Kept:
    path = Path(files) / KEPT
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CeremonyError(
            Failure.FILE,
            f"messages cannot be kept in {printable(files)}: {error.strerror}",
            hint="name a folder that exists and may be written with --files",
        ) from None
    other: Side = "relay" if side == "laptop" else "laptop"
    return _Kept(Folder(str(path), side), Folder(str(path), other))


def _saver(files: str) -> Callable[[bytes], str]:
    def save(message: bytes) -> str:
        name = f"frames-{digest(message).hex()[:16]}"
        said = []
        try:
            said.append(f"{encode_to_folder(message, Path(files) / name)} in {name}")
            said.append(f"for paper {write_paper(message, Path(files) / name).name}")
        except CeremonyError as error:
            said.append(error.message)
        return "; ".join(said)

    return save


def this_terminal() -> str:
    """The path of the terminal that this program runs in; "" for none."""
    try:
        return os.ttyname(0)
    except OSError:
        return ""
