"""From a QR code's text to the message, and from the pipes of the optics' processes to the desk."""

import contextlib
from collections.abc import Iterator

from ceremony.desk.port import Progress
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.link import Sender
from ceremony.link.link_file import link_text, parse_link
from ceremony.link.presets import DWELLS, RUNGS, START
from ceremony.link.probe import LARGE, Kind, Result, first_probe, parse_probe, probe_bytes
from ceremony.link.progress import Unreadable
from ceremony.media.light import Light, Parts
from ceremony.message import Signers, digest, encode_message
from ceremony.optics import screen_messages
from ceremony.optics.eye import Glance
from ceremony.optics.screen_messages import Hide, Key, Present, Shown, Status, Up
from ceremony.optics.worker_messages import MAX_CODES, Preview, Seen, packet
from tests.support.facing import FakeCamera, FakeScreen

HEADER = {"environment": "rehearsal", "ceremony": b"", "sequence": 0, "answers": b""}
SIGNERS = [
    encode_message(
        Signers(  # type: ignore[arg-type]
            **HEADER,
            answer=bytes(100),
            cluster_id=None,
            api_url="",
            organisation="",
            time=time,
            nonce=bytes(16),
        )
    )
    for time in ("1", "2")
]
FRAMES = [Sender(data, 400).frame(i) for data in SIGNERS for i in range(4)]


@contextlib.contextmanager
def refused(*failures: Failure) -> Iterator[None]:
    """A refusal of one of these classes, or none; another one is a fault."""
    try:
        yield
    except CeremonyError as error:
        if error.failure not in failures:
            raise


def light_text(data: bytes) -> None:
    """Lines are the texts of codes, an empty one ends a picture; a digit is a genuine frame."""
    pictures: list[list[str]] = [[]]
    for line in data.decode("latin-1").split("\n"):
        text = FRAMES[int(line)] if line in [*"01234567"] else line
        if text:
            pictures[-1].append(text)
        else:
            pictures.append([])
    camera = FakeCamera(glances=[Glance(Seen(tuple(texts[:MAX_CODES]))) for texts in pictures])
    told: list[Progress] = []
    looks = len(pictures) + 200
    parts = Parts(
        camera,
        FakeScreen(),
        keys=lambda: Key.ESCAPE if camera.now > looks / 10 else "",
        clock=camera.clock,
    )
    light = Light(parts, "rehearsal", newest_first=True)
    with refused(Failure.CANCELLED):
        assert light.receive(("signers",), (), told.append) in SIGNERS
    assert {digest(one) for one in light.received()} <= {digest(one) for one in SIGNERS}
    for one in told:
        if isinstance(one, Unreadable):
            assert one.reason == printable(one.reason, 1000)


def screen_packet(data: bytes) -> None:
    """Both directions: what parses is said again in the same way, and is within its bounds."""
    for parse in (screen_messages.parse_answer, screen_messages.parse_request):
        with contextlib.suppress(ValueError):
            said = parse(data)
            assert parse(packet(said)[4:]) == said
            if isinstance(said, Shown):
                assert all(key == printable(key, 10) for key in said.keys)
            if isinstance(said, Up):
                assert said.display == printable(said.display)


def link_file(data: bytes) -> None:
    with refused(Failure.CONFIGURATION):
        pace = parse_link(data)
        assert pace.rung in RUNGS
        assert pace.dwell in DWELLS
        assert parse_link(link_text(pace).encode()) == pace


def link_probe(data: bytes) -> None:
    with refused(Failure.KIND, Failure.MALFORMED):
        probe = parse_probe(data)
        assert probe_bytes(probe.kind, probe.answers, probe.result, probe.noise) == data


LIGHT_TARGETS = (light_text, screen_packet, link_file, link_probe)


def light_seeds() -> dict[str, list[bytes]]:
    return {
        "light_text": [*_texts()],
        "screen_packet": [
            packet(one)[4:]
            for one in (
                Present(b"x", 18, 2, 1, 12, ("a caption",)),
                Status(preview=Preview(2, bytes(4)), lines=("a hint",), feedback="A"),
                Hide(),
                Up("x11", 1920, 1080, confined=True),
                Shown(("escape", "+"), 7, 3),
            )
        ],
        "link_file": [link_text(START, ["a note"]).encode(), b"version = 1\n", b"grid = [[]]"],
        "link_probe": [
            first_probe(bytes(LARGE)),
            probe_bytes(Kind.LAST, bytes(range(32)), Result(1, 2, 3, 4, 5), bytes(LARGE)),
        ],
    }


def _texts() -> Iterator[bytes]:
    yield b"0\n1\n\n2\n3"
    yield b"0\n1\n\n4\n5\n\n6\n7\n2"
    yield b"HTTPS://EXAMPLE.ORG\n\n" + b" ".join([b"abandon"] * 12) + b"\n\n\xff\x00\x1b[2J"
    yield FRAMES[0].encode()[:-4] + b"0000\n" + FRAMES[1].encode() + b"\n\n" * 50
