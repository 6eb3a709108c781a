"""What people type from a paper."""

from collections.abc import Sequence


def picked(words: Sequence[str], places: str) -> str:
    """The words of a digest at these places, which are asked for as "3, 17, 30"."""
    return " ".join(words[int(place) - 1] for place in places.split(", "))
