"""The link test: two computers show each other a test message, and measure what comes across.

The side that begins shows FIRST. The other reads it, and goes on for as long as is measured;
then it shows ANSWER, which says how it read. The first side reads that in the same way and
ends with LAST, a small one, so that both know both directions. Meanwhile each shows its
feedback, by which the other finds its pace. ``ceremony.link.probe`` has the messages.
"""

from dataclasses import dataclass
from typing import Literal

from ceremony.errors import CeremonyError, Failure
from ceremony.link.pace import Pace
from ceremony.link.probe import (
    Kind,
    Probe,
    Result,
    first_probe,
    parse_probe,
    probe_bytes,
    probe_digest,
)
from ceremony.media.link_side import Ends, Judge, Side

Role = Literal["first", "second"]
"""Who begins: the laptop does, and the relay answers."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``ours`` is how this side read the other, ``theirs`` the reverse, and ``pace`` what this
    side showed best with; None where no feedback came."""

    ours: Result
    theirs: Result
    pace: Pace | None


def measure_link(ends: Ends, role: Role) -> Measured:
    """Both directions. Raises ``cancelled``, ``incomplete`` when nobody is there, and what
    camera and screen raise. Both are given back, however it ends.
    """
    side = Side(ends)
    try:
        return _begin(side) if role == "first" else _answer(side)
    finally:
        ends.source.rest()
        ends.screen.hide()


def _begin(side: Side) -> Measured:
    first = first_probe(side.noise())
    side.show(first)
    answer = side.read(lambda data: _awaited(data, Kind.ANSWER, probe_digest(first)))
    pace = side.best()
    last = probe_bytes(Kind.LAST, probe_digest(answer.data), answer.result, side.noise())
    side.show(last)
    side.leave()
    return Measured(answer.result, answer.probe.result, pace)


def _answer(side: Side) -> Measured:
    side.show_nothing()
    first = side.read(lambda data: _awaited(data, Kind.FIRST))
    while True:
        answer = probe_bytes(Kind.ANSWER, probe_digest(first.data), first.result, side.noise())
        side.show(answer)
        last = side.read(_last_or_first(probe_digest(answer)))
        if last.probe.kind is Kind.LAST:
            break
        first = last
    pace = side.best()
    side.leave()
    return Measured(first.result, last.probe.result, pace)


def _last_or_first(answered: bytes) -> Judge:
    """The end of the test; or its beginning, where the other side began again."""

    def judge(data: bytes) -> Probe:
        kind = parse_probe(data).kind
        return _awaited(data, kind if kind is Kind.FIRST else Kind.LAST, answered)

    return judge


def _awaited(data: bytes, kind: Kind, answers: bytes = b"") -> Probe:
    """Raises ``kind``, ``malformed``, ``answer`` and ``replay``."""
    probe = parse_probe(data)
    if probe.kind is kind and (kind is Kind.FIRST or probe.answers == answers):
        return probe
    if probe.kind is Kind.FIRST:
        raise CeremonyError(
            Failure.ANSWER,
            "the other side begins a link test too",
            hint="start ceremony-relay check --link there: one side answers",
        )
    raise CeremonyError(
        Failure.REPLAY,
        "the other screen shows an answer to another link test",
        hint="start the test again on both sides",
    )
