"""The port of every display: a picture of the whole screen, put on it period by period."""

from typing import Protocol

from ceremony.optics.picture import Picture

PERIOD = 1 / 60
"""Seconds between two pictures where the screen does not tell its own rate."""


class Display(Protocol):
    """Something that a picture of the whole screen is put on."""

    name: str
    size: tuple[int, int]
    """Width and height in pixels."""
    rate: float
    """Pictures a second."""

    def present(self, picture: Picture | None) -> None:
        """Show it, or what is there already, until the next refresh, and wait for that."""

    def keys(self) -> list[str]:
        """What was pressed since the last call."""

    def hide(self) -> None:
        """Give the screen back, until ``present``."""

    def close(self) -> None:
        """Give everything back."""
