"""What is looked at: it breaks, hangs, is unplugged and comes back, and what was seen counts on."""

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from struct import pack

import numpy as np
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Receiver, Sender
from ceremony.optics.cameras import CameraName
from ceremony.optics.draw import draw
from ceremony.optics.eye import CameraSource, FeedSource, FileSource, Glance
from ceremony.optics.fed_reader import FedReader
from ceremony.optics.feed import MAX_SIDE, parse_header, picture_bytes, read_picture
from ceremony.optics.matrix import capacity
from ceremony.optics.picture import Picture
from ceremony.optics.pictures import encode_to_folder
from ceremony.optics.worker_messages import Preview, Seen, packet, parse_answer
from ceremony.optics.worker_process import WorkerProcess
from tests.support import odd_worker
from tests.support.odd_worker import ODD

MESSAGE = b"a message that is not lost" * 60
SENDER = Sender(MESSAGE, capacity(8))
FRAMES = [draw(SENDER.frame(i), scale=4) for i in range(SENDER.needed + 2)]


def of_width(width: int) -> Picture:
    return np.full((60, width), 200, np.uint8)


class Feeding:
    """A socket at ``path``: to each program that connects ``at_once`` pictures of ``first``, and
    then those of the message again and again, as a screen shows them.
    """

    def __init__(self, path: Path, first: list[Picture], at_once: int) -> None:
        self._first, self._at_once = first, at_once
        self._ended = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(4)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        # Closing alone does not wake the thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        pictures = chain(self._first, cycle(FRAMES))
        while not self._ended.is_set():
            with contextlib.suppress(OSError), self._listener.accept()[0] as connection:
                connection.settimeout(10)
                for picture in islice(pictures, self._at_once):
                    connection.sendall(picture_bytes(picture))
                    self._ended.wait(0.02)


def look_until_complete(source: FeedSource) -> tuple[bytes, list[Glance]]:
    receiver, glances = Receiver(), list[Glance]()
    while True:
        glances.append(source.look())
        seen = glances[-1].seen
        for text in seen.texts if seen else ():
            progress = receiver.add(text)
            if isinstance(progress, Complete):
                source.rest()
                return progress.message, glances


def test_a_feed_is_read_and_goes_on_after_it_ended(tmp_path: Path) -> None:
    source = FeedSource(tmp_path / "feed")
    with Feeding(tmp_path / "feed", [], at_once=3):
        message, glances = look_until_complete(source)
    assert message == MESSAGE
    assert any(glance.trouble == "the feed has ended" for glance in glances)
    assert not any(glance.lost for glance in glances)
    assert source.confined


@pytest.mark.parametrize("width", [odd_worker.HANGS, odd_worker.ABORTS, odd_worker.OPENS])
def test_a_picture_that_breaks_the_reader_costs_itself(tmp_path: Path, width: int) -> None:
    """The decoder hangs or breaks in the middle; a new process goes on with what was seen."""
    source = FeedSource(tmp_path / "feed", lambda: WorkerProcess(command=ODD, patience=3.0))
    with Feeding(tmp_path / "feed", [*FRAMES[:3], of_width(width)], at_once=1000):
        message, glances = look_until_complete(source)
    assert message == MESSAGE
    assert [glance.lost for glance in glances].count(True) == 1
    before = glances[: [glance.lost for glance in glances].index(True)]
    assert any(glance.seen and glance.seen.texts for glance in before)


def test_a_machine_that_is_slower_than_the_watchdog_reads_all_the_same(tmp_path: Path) -> None:
    """Each picture takes a second: the reader that is started again gets more time each time."""
    source = FeedSource(tmp_path / "feed", lambda: WorkerProcess(command=ODD, patience=0.3))
    slow = of_width(odd_worker.DAWDLES)
    with Feeding(tmp_path / "feed", [slow] * 1000, at_once=1000):
        glances = [source.look()]
        while glances[-1].seen is None:
            glances.append(source.look())
        source.rest()
    assert any(glance.lost for glance in glances)


def test_a_fifo_is_a_feed_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "feed")
    source = FeedSource(tmp_path / "feed")
    assert source.look().trouble == "the feed has ended"

    def write() -> None:
        with contextlib.suppress(OSError), (tmp_path / "feed").open("wb", buffering=0) as fifo:
            for picture in cycle(FRAMES):
                data = memoryview(picture_bytes(picture))
                while data:
                    data = data[fifo.write(data) :]

    writer = threading.Thread(target=write)
    writer.start()
    message, _ = look_until_complete(source)
    writer.join()
    assert message == MESSAGE


def test_a_feed_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    waited: list[float] = []
    source = FeedSource(tmp_path / "feed", wait=waited.append)
    assert source.look().trouble == "the feed gives no pictures"
    assert len(waited) == 1
    with Feeding(tmp_path / "feed", [], at_once=1000):
        assert look_until_complete(source)[0] == MESSAGE


@pytest.mark.parametrize("header", [pack(">HH", 0, 10), pack(">HH", 10, MAX_SIDE + 1)])
def test_sizes_that_no_picture_has(header: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_header(header)
    assert error.value.failure is Failure.OVERSIZED


def test_a_picture_that_is_cut_ends_the_feed() -> None:
    data = picture_bytes(FRAMES[0])[:-1]

    def read_into(view: memoryview) -> int:
        nonlocal data
        size = min(7777, len(view), len(data))
        view[:size], data = data[:size], data[size:]
        return size

    with pytest.raises(EOFError):
        read_picture(read_into)


CAMERA = """
import sys
sys.path.insert(0, sys.argv[1])
sys.argv[:] = ["worker", *sys.argv[2:]]
from ceremony.optics.worker import main
from tests.support.file_camera import opened

sys.exit(main(sys.argv[1:], camera=opened))
"""


def camera_worker(path: str) -> WorkerProcess:
    """The process with a camera whose pictures are the PNG files of a folder."""
    command = (sys.executable, "-c", CAMERA, str(Path(__file__).parents[2]))
    return WorkerProcess(command=command, camera=path, patience=30.0)


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[tuple[CameraSource, Path]]:
    path = tmp_path / "camera"
    source = CameraSource(
        CameraName("Test", str(path)), worker=camera_worker, wait=lambda seconds: None
    )
    yield source, path
    source.rest()


def test_a_camera_is_unplugged_and_plugged_in_again(camera: tuple[CameraSource, Path]) -> None:
    source, path = camera
    assert "is not there: plug it in" in source.look().trouble
    receiver = Receiver()
    whole = path.with_name("whole")
    count = encode_to_folder(MESSAGE, whole, version=8, scale=3)
    files = sorted(whole.iterdir())
    half = count // 2
    messages = []
    for part in (files[:half], files[half:]):
        path.mkdir()
        for file in part:
            file.rename(path / file.name)
        # The camera gives what it has, and then nothing: it is not there any more.
        while "no more pictures" not in (glance := source.look()).trouble:
            for text in glance.seen.texts if glance.seen else ():
                progress = receiver.add(text)
                if isinstance(progress, Complete):
                    messages.append(progress.message)
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
        assert "is not there" in source.look().trouble
    assert set(messages) == {MESSAGE}
    assert source.confined


def test_a_camera_that_gives_nothing_is_told(camera: tuple[CameraSource, Path]) -> None:
    source, path = camera
    path.mkdir()
    assert "does another program use it?" in source.look().trouble


def test_a_camera_that_may_not_be_used_is_an_error(camera: tuple[CameraSource, Path]) -> None:
    source, path = camera
    path.mkdir()
    (path / "denied").touch()
    with pytest.raises(CeremonyError) as error:
        source.look()
    assert error.value.failure is Failure.CONFIGURATION
    assert "group video" in error.value.hint


def test_files_are_read_once_and_again_when_asked(tmp_path: Path) -> None:
    encode_to_folder(MESSAGE, tmp_path / "frames", version=8, scale=3)
    source = FileSource(tmp_path / "frames")
    for _ in range(2):
        texts = set[str]()
        while not (glance := source.look()).over:
            assert glance.seen is not None
            texts |= set(glance.seen.texts)
        assert texts >= {SENDER.frame(i) for i in range(SENDER.needed)}


def test_pictures_of_this_program_are_decoded_there(tmp_path: Path) -> None:
    with FedReader(WorkerProcess(command=ODD, patience=3.0)) as reader:
        assert reader.read(FRAMES[0]) == [SENDER.frame(0)]
        assert reader.read(of_width(odd_worker.ABORTS)) == []
        assert reader.read(FRAMES[1]) == [SENDER.frame(1)]
        assert reader.read(of_width(odd_worker.SWALLOWS)) == []
        assert reader.read(FRAMES[2]) == [SENDER.frame(2)]


@pytest.mark.parametrize(
    "preview", [Preview(10, b""), Preview(10, bytes(15)), Preview(1, bytes(241))]
)
def test_previews_that_are_no_pictures_are_refused(preview: Preview) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        parse_answer(packet(Seen((), preview=preview))[4:])


@pytest.mark.parametrize(
    "answer",
    [
        Seen((), torn=-1),
        Seen((), outlines=((0,) * 7 + (5000,),)),
        Seen((), bright=256),
        Seen(("x" * 5001,)),
        Seen((), preview=Preview(321, bytes(321))),
    ],
)
def test_answers_beyond_their_limits_are_refused(answer: Seen) -> None:
    with pytest.raises(ValueError, match="Expected"):
        parse_answer(packet(answer)[4:])
