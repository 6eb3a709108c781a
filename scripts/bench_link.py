"""Measures the link through the simulated camera: drawing, reading, goodput.

Goodput is bytes of messages per second of camera time: 30 camera frames and 15 screen
frames a second, the simulated camera's default conditions (blur, noise, tilt, uneven
light, torn frames), several camera positions. Run from the checkout:

    .venv/bin/python scripts/bench_link.py
"""

from dataclasses import dataclass
from itertools import count
from time import perf_counter

import numpy as np
import zxingcpp
from pyzbar import pyzbar

from ceremony.link import Receiver, Sender
from ceremony.optics.draw import DEFAULT_VERSION, capacity, draw_to_fit
from ceremony.optics.light import SCREEN_SIDE, receive
from ceremony.optics.picture import Picture
from ceremony.optics.simulated import HD720, HD1080, Conditions, SimulatedCamera

MESSAGE_BYTES = 30_000
POSITIONS = 5
LOSSES = (0.0, 0.2, 0.5)
CAMERAS = {"1080p": HD1080, "720p": HD720}
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
TARGET = 20_000
"""Bytes a second, at 1080p with 20 % of the camera frames lost."""


@dataclass(frozen=True, slots=True)
class Goodput:
    """``read`` is the share of the frames not lost whose code was read; torn ones are not."""

    camera: str
    loss: float
    bytes_per_second: float
    read: float
    spare_frames: int
    wall_ms_per_frame: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Milliseconds, and the share of frames read, torn ones among them."""

    camera: str
    zxing_ms: float
    zxing_read: float
    zbar_ms: float
    zbar_read: float


class Screen:
    """Draws the next frame each time the camera's simulated time asks for one."""

    def __init__(self, message: bytes, version: int) -> None:
        self._sender = Sender(message, capacity(version))
        self._index = count()

    def next(self) -> Picture:
        return draw_to_fit(self._sender.frame(next(self._index)), SCREEN_SIDE)


def goodput(name: str, conditions: Conditions, version: int = DEFAULT_VERSION) -> Goodput:
    """Messages received from ``POSITIONS`` camera positions, one seed each."""
    size = seconds = seen = lost = decoded = used = needed = 0.0
    began = perf_counter()
    for seed in range(POSITIONS):
        generator = np.random.default_rng(seed)
        message = generator.bytes(MESSAGE_BYTES)
        camera = SimulatedCamera(Screen(message, version).next, conditions, generator)
        received, took = receive(camera, lambda _: None)
        if received != message:
            raise SystemExit("bench: the link gave another message")
        size += len(received)
        seconds += took.camera_seconds
        seen += took.frames_seen
        lost += took.frames_lost
        decoded += took.frames_decoded
        used += took.frames_used
        needed += Sender(message, capacity(version)).needed
    return Goodput(
        name,
        conditions.loss,
        size / seconds,
        decoded / (seen - lost),
        round(used - needed),
        (perf_counter() - began) / seen * 1000,
    )


def reading(name: str, conditions: Conditions, frames: int = 24) -> Reading:
    """Both readers on the same frames, two from each position of the camera."""
    pictures = []
    for seed in range(frames // 2):
        generator = np.random.default_rng(seed)
        screen = Screen(generator.bytes(MESSAGE_BYTES), DEFAULT_VERSION)
        camera = SimulatedCamera(screen.next, conditions, generator)
        pictures += [p for p in (camera.read() for _ in range(2)) if p is not None]
    began = perf_counter()
    zxing = sum(bool(zxingcpp.read_barcodes(p, formats=QR)) for p in pictures)
    middle = perf_counter()
    zbar = sum(bool(pyzbar.decode(p, [pyzbar.ZBarSymbol.QRCODE])) for p in pictures)
    ended = perf_counter()
    many = len(pictures)
    return Reading(
        name,
        (middle - began) / many * 1000,
        zxing / many,
        (ended - middle) / many * 1000,
        zbar / many,
    )


def drawing_ms(frames: int = 10) -> float:
    screen = Screen(bytes(MESSAGE_BYTES), DEFAULT_VERSION)
    began = perf_counter()
    for _ in range(frames):
        screen.next()
    return (perf_counter() - began) / frames * 1000


def codec_megabytes_per_second(size: int = 5_000_000) -> float:
    """Sender and receiver without light: base45, checks, RaptorQ from repair frames only."""
    message = np.random.default_rng(0).bytes(size)
    began = perf_counter()
    sender = Sender(message, capacity(DEFAULT_VERSION))
    receiver = Receiver()
    for index in range(sender.needed, 2 * sender.needed + 2):
        receiver.add(sender.frame(index))
    return size / (perf_counter() - began) / 1e6


def main() -> None:
    print(f"link: codes of version {DEFAULT_VERSION}, drawn in {drawing_ms():.0f} ms;", end=" ")
    print(f"frames without light {codec_megabytes_per_second():.1f} MB/s")
    print(f"{'camera':8}{'zxing-cpp':>16}{'zbar':>18}   (ms a frame, frames read)")
    for name, conditions in CAMERAS.items():
        r = reading(name, conditions)
        zxing = f"{r.zxing_ms:.1f} ms {r.zxing_read:.0%}"
        zbar = f"{r.zbar_ms:.1f} ms {r.zbar_read:.0%}"
        print(f"{name:8}{zxing:>16}{zbar:>18}")
    print(
        f"{'camera':8}{'lost':>6}{'kB/s':>8}{'of target':>11}{'read':>7}{'spare':>7}{'wall ms':>9}"
    )
    for name, conditions in CAMERAS.items():
        for loss in LOSSES:
            g = goodput(name, conditions.lossy(loss))
            ratio = f"{g.bytes_per_second / TARGET:.2f}"
            print(
                f"{name:8}{loss:>6.0%}{g.bytes_per_second / 1000:>8.1f}{ratio:>11}"
                f"{g.read:>7.0%}{g.spare_frames:>7}{g.wall_ms_per_frame:>9.1f}"
            )


if __name__ == "__main__":
    main()
