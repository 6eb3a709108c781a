"""What the offline side of a rehearsal tells the rehearsal: lines of JSON, no secrets."""

import msgspec

from ceremony.optics.light import Statistics


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """One line on standard output."""


class Step(Event, frozen=True, tag="step"):
    """Something was done and checked."""

    text: str


class Said(Event, frozen=True, tag="said"):
    """A message is going to be shown; people take its digest to the relay."""

    name: str
    digest: str


class Moving(Event, frozen=True, tag="moving"):
    """Frames of a message so far; ``needed`` is 0 while unknown."""

    name: str
    received: int
    needed: int


class Moved(Event, frozen=True, tag="moved"):
    """A message is across."""

    name: str
    to_offline: bool
    statistics: Statistics


class Done(Event, frozen=True, tag="done"):
    """Every key came back as it went in."""

    keys: int


Events = Step | Said | Moving | Moved | Done
