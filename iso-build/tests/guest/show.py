"""What comes on the second serial port is what the camera sees: on vivid's output (V4L2).

Runs in the image's root, beside the ceremony. A picture is its width and height, the length of
what follows, and, compressed, which bits differ from the picture before; each is answered with a
byte once it is shown, so that none waits on the line. Structures and numbers are those of
linux/videodev2.h on 64 bits.
"""

import mmap
import os
import struct
import termios
import time
import tty
import zlib
from fcntl import ioctl

import numpy as np

CAMERA, OUTPUT, LINE = "/dev/video0", "/dev/video1", "/dev/ttyS1"

SET_FORMAT, REQUEST_BUFFERS, QUERY_BUFFER = 0xC0D05605, 0xC0145608, 0xC0585609
QUEUE, DEQUEUE, STREAM_ON = 0xC058560F, 0xC0585611, 0x40045612
SET_CONTROL, QUERY_CONTROL, SET_TIMINGS = 0xC008561C, 0xC0445624, 0xC0845657
TO_OUTPUT, MAPPED, NEXT = 2, 1, 0x80000000

BGR3 = int.from_bytes(b"BGR3", "little")
"""vivid hands its output to its camera only where both have one format and one size. This is
what OpenCV takes of a camera that offers whatever vivid does, and has no MJPEG."""

TIMINGS = struct.pack("=IIIIIQIIIIII", 0, 640, 480, 0, 0, 25_175_000, 16, 96, 48, 10, 2, 33).ljust(
    132, b"\0"
)
"""640 by 480 pixels, 60 pictures a second (CEA-861, number 1)."""

CONTROLS = {
    "OSD Text Mode": 2,
    "HDMI 000-0 Is Connected To": 2,
    "Percentage of Dropped Buffers": 86,
}
"""No text over the picture; the camera's input is on the first output; and it gives some eight
pictures a second. With more, processors that are emulated do nothing but copy them."""


def set_up() -> None:
    for device in (CAMERA, OUTPUT):
        node = os.open(device, os.O_RDWR)
        ioctl(node, SET_TIMINGS, bytearray(TIMINGS))
        os.close(node)
    camera = os.open(CAMERA, os.O_RDWR)
    wanted, number = dict(CONTROLS), NEXT
    while wanted:
        query = bytearray(68)
        struct.pack_into("=I", query, 0, number)
        ioctl(camera, QUERY_CONTROL, query)  # an error, where one of them is not there
        (identity,) = struct.unpack_from("=I", query)
        value = wanted.pop(query[8:40].split(b"\0")[0].decode(), None)
        if value is not None:
            ioctl(camera, SET_CONTROL, struct.pack("=Ii", identity, value))
        number = identity | NEXT
    os.close(camera)


class Output:
    """vivid's output, streaming: ``show`` puts one picture of black and white on it."""

    def __init__(self) -> None:
        self._device = os.open(OUTPUT, os.O_RDWR)
        form = bytearray(208)
        struct.pack_into("=I4xIIII", form, 0, TO_OUTPUT, 640, 480, BGR3, 1)
        ioctl(self._device, SET_FORMAT, form)
        self.width, self.height, self.fourcc = struct.unpack_from("=III", form, 8)
        request = bytearray(struct.pack("=IIIII", 4, TO_OUTPUT, MAPPED, 0, 0))
        ioctl(self._device, REQUEST_BUFFERS, request)
        self._maps = []
        self._free = list(range(struct.unpack_from("=I", request)[0]))
        for index in self._free:
            buffer = self._buffer(index)
            ioctl(self._device, QUERY_BUFFER, buffer)
            (offset,), (length,) = (struct.unpack_from("=I", buffer, at) for at in (64, 72))
            self._maps.append(mmap.mmap(self._device, length, offset=offset))
        for _ in range(2):
            self.show(np.zeros((self.height, self.width), np.uint8))
        ioctl(self._device, STREAM_ON, struct.pack("=i", TO_OUTPUT))

    def show(self, bits: np.ndarray) -> None:
        """``bits`` are rows of 0 (black) and 1."""
        if not self._free:
            buffer = self._buffer(0)
            ioctl(self._device, DEQUEUE, buffer)
            self._free.append(struct.unpack_from("=I", buffer)[0])
        index = self._free.pop()
        grey = bits.reshape(-1) * np.uint8(255)
        self._maps[index][: 3 * grey.size] = grey.repeat(3).tobytes()
        buffer = self._buffer(index)
        struct.pack_into("=I", buffer, 8, 3 * grey.size)
        struct.pack_into("=I", buffer, 16, 1)
        ioctl(self._device, QUEUE, buffer)

    def _buffer(self, index: int) -> bytearray:
        buffer = bytearray(88)
        struct.pack_into("=II", buffer, 0, index, TO_OUTPUT)
        struct.pack_into("=I", buffer, 60, MAPPED)
        return buffer


def read(line: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += os.read(line, size - len(data))
    return data


def main() -> None:
    set_up()
    output = Output()
    line = os.open(LINE, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(line, termios.TCSANOW)
    print(f"shows {output.width} by {output.height}", flush=True)
    os.write(line, b"+")
    shown, packed = 0, np.zeros(output.width * output.height // 8, np.uint8)
    while True:
        began = time.monotonic()
        width, height, length = struct.unpack(">HHI", read(line, 8))
        first = time.monotonic()
        packed = packed ^ np.frombuffer(zlib.decompress(read(line, length)), np.uint8)
        came = time.monotonic()
        output.show(np.unpackbits(packed)[: width * height].reshape(height, width))
        os.write(line, b"+")
        shown += 1
        if shown < 5 or shown % 50 == 0:
            print(
                f"picture {shown}: waited {first - began:.2f} s, {length} bytes in "
                f"{came - first:.2f} s, shown in {time.monotonic() - came:.2f} s", flush=True,
            )  # fmt: skip


main()
