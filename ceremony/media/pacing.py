"""How fast and how dense codes are shown, and what the two sides tell each other about it.

``Pacing`` is the seam to the link's feedback. ``Preset`` hears nothing: two pairs of keys
are all that changes it.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from ceremony.errors import CeremonyError
from ceremony.link import Receiver
from ceremony.link.frame import MAX_SYMBOLS, largest_symbol
from ceremony.link.pace import Pace, Pacer
from ceremony.optics.matrix import MAX_VERSION, capacity
from ceremony.optics.screen_messages import Key


@dataclass(frozen=True, slots=True)
class Shape:
    """``version`` of the codes, ``across`` by ``down`` at once, ``dwell`` in sixtieths of a
    second."""

    version: int
    across: int
    down: int
    dwell: int

    def describe(self) -> str:
        codes = self.across * self.down
        many = f", {codes} at once" if codes > 1 else ""
        return f"codes of version {self.version}{many}, {60 / self.dwell:.3g} a second"


def fitting(shape: Shape, length: int) -> Shape:
    """The shape with larger codes, where those would hold no frame of so many bytes."""
    for version in range(shape.version, MAX_VERSION + 1):
        try:
            size = largest_symbol(capacity(version), max(1, length))
        except CeremonyError:
            continue
        if length <= size * MAX_SYMBOLS:
            return replace(shape, version=version)
    return shape


class Pacing(Protocol):
    """What sets the shape of what is shown, and hears how it is seen."""

    @property
    def shape(self) -> Shape:
        """How codes are shown now."""

    def key(self, key: str) -> bool:
        """Whether this key changed the shape."""

    def heard(self, text: str, now: float) -> bool:
        """Whether this code is the other side's feedback, which is taken in then."""

    def looked(self, read: int, torn: int) -> None:
        """One picture of our own camera: codes that were read, and found but not read."""

    def has(self, digest: bytes) -> bool:
        """Whether the other side says that it has the message of this SHA-256."""

    def feedback(self, receiver: Receiver) -> str:
        """The small code for the other side; "" for none."""


DWELLS = (60, 30, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2)
VERSIONS = (6, 8, 10, 13, 16, 20, 24, 28, 32, 36, 40)

SLOW, DENSE = DWELLS.index(6), VERSIONS.index(20)
"""Where a preset begins: ten codes a second, of version 20: what an ordinary webcam reads at
50 cm in a lit room."""


class Preset:
    """A density that people set with + and -, and a pace with < and >."""

    def __init__(self, *, pace: int = SLOW, density: int = DENSE) -> None:
        self._pace, self._density = pace, density

    @property
    def shape(self) -> Shape:
        return Shape(VERSIONS[self._density], 1, 1, DWELLS[self._pace])

    def key(self, key: str) -> bool:
        before = self.shape
        match key:
            case Key.PLUS:
                self._density = min(self._density + 1, len(VERSIONS) - 1)
            case Key.MINUS:
                self._density = max(self._density - 1, 0)
            case Key.MORE:
                self._pace = min(self._pace + 1, len(DWELLS) - 1)
            case Key.LESS:
                self._pace = max(self._pace - 1, 0)
            case _:
                return False
        return self.shape != before

    def heard(self, text: str, now: float) -> bool:
        return False

    def looked(self, read: int, torn: int) -> None:
        pass

    def has(self, digest: bytes) -> bool:
        return False

    def feedback(self, receiver: Receiver) -> str:
        return ""


def shape_of(pace: Pace) -> Shape:
    """The same, as a medium shows it."""
    return Shape(pace.version, *pace.grid, pace.dwell)


class KeptPace(Preset):
    """A pace that was measured before; the keys change it within the link's presets."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        # It hears no feedback: what is used of the pacer are its keys.
        self._pacer = Pacer(b"", lambda _version: 1, start=pace)

    @property
    def shape(self) -> Shape:
        return shape_of(self._pacer.pace)

    def key(self, key: str) -> bool:
        before = self._pacer.pace
        return self._pacer.key(key) and self._pacer.pace != before
