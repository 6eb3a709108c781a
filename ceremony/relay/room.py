"""What a ceremony works with on the online host: the room, as one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ceremony.desk.port import Desk
from ceremony.media.port import Medium
from ceremony.record.plan import Plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.journal import Journal
from ceremony.relay.sealing import Seal
from ceremony.secret import Random


@dataclass(frozen=True, slots=True)
class RelayRoom:
    """``plan`` is the plan's file and what it says, where the relay has it.

    ``keep`` writes a file that the laptop delivered, by its name; ``now`` is the time as
    text (ISO 8601); ``rescue`` shows an answer that no disk took. ``crossed`` gives what the
    laptop said in earlier runs, where a ceremony is brought back to it.
    """

    desk: Desk
    medium: Medium
    api: DfnsApi
    configuration: Configuration
    journal: Journal
    seal: Seal
    random: Random
    keep: Callable[[str, bytes], None]
    now: Callable[[], str]
    rescue: Callable[[str, bytes], None]
    plan: Plan | None = None
    plan_file: bytes = b""
    crossed: Callable[[], Sequence[bytes]] | None = None
