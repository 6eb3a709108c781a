"""A camera of software: what is drawn on vivid's output is what its camera sees (V4L2).

Runs in the image, with nothing but Python. Structures and numbers are those of
linux/videodev2.h on a machine of 64 bits.
"""

import mmap
import os
import struct
from fcntl import ioctl

SET_FORMAT, REQUEST_BUFFERS, QUERY_BUFFER = 0xC0D05605, 0xC0145608, 0xC0585609
QUEUE, DEQUEUE, STREAM_ON = 0xC058560F, 0xC0585611, 0x40045612
SET_CONTROL, QUERY_CONTROL = 0xC008561C, 0xC0445624
OUTPUT, MAPPED, NEXT = 2, 1, 0x80000000
YUYV = int.from_bytes(b"YUYV", "little")


def set_controls(device: str, wanted: dict[str, int]) -> list[str]:
    """Set the controls of these names; gives the names of those that are there."""
    found = []
    camera = os.open(device, os.O_RDWR)
    number = NEXT
    while True:
        query = bytearray(68)
        struct.pack_into("=I", query, 0, number)
        try:
            ioctl(camera, QUERY_CONTROL, query)
        except OSError:
            break
        (identity,) = struct.unpack_from("=I", query)
        name = query[8:40].split(b"\0")[0].decode()
        found.append(name)
        if name in wanted:
            ioctl(camera, SET_CONTROL, struct.pack("=Ii", identity, wanted[name]))
        number = identity | NEXT
    os.close(camera)
    return found


class Output:
    """vivid's output, streaming: ``show`` puts one grey picture on it."""

    def __init__(self, device: str, width: int, height: int) -> None:
        self._device = os.open(device, os.O_RDWR)
        form = bytearray(208)
        struct.pack_into("=I4xIIII", form, 0, OUTPUT, width, height, YUYV, 1)
        ioctl(self._device, SET_FORMAT, form)
        self.width, self.height = struct.unpack_from("=II", form, 8)
        (self._line,) = struct.unpack_from("=I", form, 24)
        request = bytearray(struct.pack("=IIIII", 3, OUTPUT, MAPPED, 0, 0))
        ioctl(self._device, REQUEST_BUFFERS, request)
        self._maps = []
        self._free = list(range(struct.unpack_from("=I", request)[0]))
        for index in self._free:
            buffer = self._buffer(index)
            ioctl(self._device, QUERY_BUFFER, buffer)
            (offset,), (length,) = (struct.unpack_from("=I", buffer, at) for at in (64, 72))
            self._maps.append(mmap.mmap(self._device, length, offset=offset))
        self._streams = False

    def show(self, rows: list[bytes]) -> None:
        """``height`` rows of ``width`` grey values."""
        if not self._free:
            buffer = self._buffer(0)
            ioctl(self._device, DEQUEUE, buffer)
            self._free.append(struct.unpack_from("=I", buffer)[0])
        index = self._free.pop()
        picture = bytearray(b"\x80" * (self._line * self.height))
        for number, row in enumerate(rows):
            start = number * self._line
            picture[start : start + 2 * len(row) : 2] = row
        self._maps[index][: len(picture)] = bytes(picture)
        buffer = self._buffer(index)
        struct.pack_into("=I", buffer, 8, len(picture))
        struct.pack_into("=I", buffer, 16, 1)
        ioctl(self._device, QUEUE, buffer)
        if not self._streams and len(self._free) <= 1:
            ioctl(self._device, STREAM_ON, struct.pack("=i", OUTPUT))
            self._streams = True

    def _buffer(self, index: int) -> bytearray:
        buffer = bytearray(88)
        struct.pack_into("=II", buffer, 0, index, OUTPUT)
        struct.pack_into("=I", buffer, 60, MAPPED)
        return buffer
