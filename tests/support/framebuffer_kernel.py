"""What a kernel answers about a framebuffer and a console, where there is neither."""

from struct import pack, pack_into

from ceremony.optics.console import SET_MODE
from ceremony.optics.framebuffer import GET_FIXED, GET_VARIABLE

WIDTH, HEIGHT, LINE = 320, 200, 1408


class Kernel:
    """Answers as the kernel does for a framebuffer of ``bits``; remembers the console's modes."""

    def __init__(self, bits: int, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.bits, self.width, self.height = bits, width, height
        self.modes: list[int] = []
        self.refreshes = 0

    def __call__(self, device: int, request: int, argument: bytes | int) -> bytes | int:
        if request == GET_VARIABLE:
            sizes = (self.width, self.height, self.width, self.height * 2, 0, 8, self.bits)
            return pack("=7I", *sizes) + bytes(132)
        if request == GET_FIXED:
            fixed = bytearray(80)
            pack_into("=I", fixed, 48, LINE)
            return bytes(fixed)
        if request == SET_MODE:
            assert isinstance(argument, int)
            self.modes.append(argument)
            return 0
        self.refreshes += 1
        raise OSError(25, "Inappropriate ioctl for device")
