"""One sandbox: its signers, who may use it, what it remembers and what it does wrong."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from unicodedata import category

from ceremony.dfns import bodies, wire
from ceremony.dfns.signers import parse_signers
from ceremony.errors import CeremonyError
from ceremony.sandbox.access import Access, iso_date, new_id
from ceremony.sandbox.api_error import ApiError, bad_request, refused, status_only
from ceremony.sandbox.cluster import Cluster
from ceremony.sandbox.credential import Credential
from ceremony.sandbox.environment import plan_table
from ceremony.sandbox.faults import Faults
from ceremony.sandbox.records import Records
from ceremony.secret import Random

T = TypeVar("T")


MAX_NAME = 100
"""Characters of a name (Dfns, "Import Key"), and of an external id, as we assume."""

RATE_WINDOW = timedelta(minutes=1)
"""In which the requests of an organisation are counted."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Sandbox:
    """One organisation: who may use it, and what it has. Everything is in memory.

    The organisations on one host share its clusters and its faults, and nothing else.
    """

    clusters: tuple[Cluster, ...]
    access: Access
    faults: Faults
    random: Random
    now: Callable[[], datetime] = utc_now
    records: Records = field(default_factory=Records)
    _late: list[tuple[int, Callable[[], object]]] = field(default_factory=list)
    _requests: deque[datetime] = field(default_factory=deque)

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
        made = tuple(
            Cluster.generate(new_id("cl", random), signers, random) for _ in range(clusters)
        )
        return cls._of(made, Access((credential,), random, now), faults or Faults(), random, now)

    def neighbour(self, credential: Credential) -> "Sandbox":
        """Another organisation on the same host, with a service account of its own."""
        access = Access((credential,), self.random, self.now)
        return self._of(self.clusters, access, self.faults, self.random, self.now)

    @classmethod
    def _of(
        cls,
        clusters: tuple[Cluster, ...],
        access: Access,
        faults: Faults,
        random: Random,
        now: Callable[[], datetime],
    ) -> "Sandbox":
        return cls(clusters, access, faults, random, now, Records(access.org_id))

    def plan_table(self, url: str) -> str:
        """The [dfns] of a plan for this organisation, at the first cluster."""
        cluster = self.clusters[0]
        answer = wire.encode(bodies.SignersAnswer((cluster.answer(),)))
        return plan_table(
            url,
            self.access.org_id,
            cluster.cluster_id if len(self.clusters) > 1 else None,
            parse_signers(answer).fingerprint(),
            len(cluster.signers) // 2 + 1,
        )

    def check_rate(self, call: str) -> None:
        """Raises 429 when this request is one too many, under the fault ``rate-limit``."""
        now = self.now()
        while self._requests and now - self._requests[0] >= RATE_WINDOW:
            self._requests.popleft()
        limit = self.faults.find("rate-limit", call)
        if limit and len(self._requests) >= limit.value and self.faults.take("rate-limit", call):
            raise status_only(429)
        self._requests.append(now)

    def do_later(self, requests: int, work: Callable[[], object]) -> None:
        """Have ``work`` done right before so many requests from now is answered.

        Counted and not timed, so that a client can be met between any two requests of its
        own, however fast it is.
        """
        self._late.append((requests, work))

    def catch_up(self) -> None:
        """A request came: do what is due. A refusal is heard by nobody: the client has gone."""
        counted = [(left - 1, work) for left, work in self._late]
        self._late = [entry for entry in counted if entry[0] > 0]
        for work in (work for left, work in counted if left == 0):
            with suppress(ApiError):
                work()

    def new_id(self, prefix: str) -> str:
        return new_id(prefix, self.random)

    def date(self) -> str:
        """The time as Dfns writes it."""
        return iso_date(self.now())


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


def check_text(field: str, text: str | None) -> None:
    """Raises 400 for a name or external id that is too long or has control characters."""
    if text is None:
        return
    if len(text) > MAX_NAME:
        raise bad_request(f"{field} has more than {MAX_NAME} characters")
    if any(category(character) == "Cc" for character in text):
        raise bad_request(f"{field} has control characters")
