"""One sandbox: its signers, who may use it, what it remembers and what it does wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from ceremony.dfns import wire
from ceremony.errors import CeremonyError
from ceremony.sandbox.access import Access, new_id
from ceremony.sandbox.api_error import bad_request, refused
from ceremony.sandbox.cluster import Cluster
from ceremony.sandbox.credential import Credential
from ceremony.sandbox.faults import Faults
from ceremony.sandbox.records import Records
from ceremony.secret import Random

T = TypeVar("T")


MAX_NAME = 100
"""Characters of a name (Dfns, "Import Key")."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Sandbox:
    """Everything is in memory, and gone with the process."""

    clusters: tuple[Cluster, ...]
    access: Access
    faults: Faults
    random: Random
    now: Callable[[], datetime] = utc_now
    records: Records = field(default_factory=Records)

    @classmethod
    def create(
        cls,
        credential: Credential,
        random: Random,
        *,
        signers: int = 5,
        clusters: int = 1,
        faults: Faults | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> "Sandbox":
        """A sandbox with new signers, whose changes ``credential`` must sign."""
        return cls(
            tuple(Cluster.generate(new_id("cl", random), signers, random) for _ in range(clusters)),
            Access((credential,), random, now),
            faults or Faults(),
            random,
            now,
        )

    def new_id(self, prefix: str) -> str:
        return new_id(prefix, self.random)

    def date(self) -> str:
        """The time as Dfns writes it: ISO 8601, UTC, milliseconds."""
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the values of its path, its query and the exact text of its body."""

    path: dict[str, str]
    query: dict[str, str]
    body: bytes

    def read(self, kind: type[T]) -> T:
        """The body as ``kind``. Raises 400; unknown fields are ignored."""
        try:
            return wire.decode(self.body, kind, "the body of the request")
        except CeremonyError as error:
            raise refused(error) from None


def check_name(name: str | None) -> None:
    """Raises 400 for a name that is longer than Dfns takes."""
    if name is not None and len(name) > MAX_NAME:
        raise bad_request(f"name has more than {MAX_NAME} characters")
