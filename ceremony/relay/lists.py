"""Lists of Dfns, all their pages, within limits that no organisation of Dfns needs to exceed."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from ceremony.dfns import wire
from ceremony.dfns.bodies import Page
from ceremony.errors import CeremonyError, Control, Failure

T = TypeVar("T")

LISTS = Control(
    "RLY-LISTS", "a list has limits of items, pages, bytes and time, and is never cut silently"
)

MAX_TOKEN = 4096
"""Characters of the token of a next page; it is a part of the next call's address."""


@dataclass(frozen=True, slots=True)
class ListLimits:
    """What one list may have. An endless one ends at whichever limit comes first."""

    page: int = 500
    """Items asked for at a time: as many as Dfns gives."""
    items: int = 100_000
    pages: int = 1_000
    size: int = 256 * 1024 * 1024
    """Bytes of all pages together; a wallet has up to 1,000."""
    seconds: float = 15 * 60.0
    """For all pages together: 1,000 pages at Dfns' lowest limit of requests are 11 minutes."""


LIMITS = ListLimits()


def read_list(
    path: str,
    ask: Callable[[str], bytes],
    kind: type[T],
    limits: ListLimits = LIMITS,
    clock: Callable[[], float] = monotonic,
) -> list[T]:
    """RLY-LISTS: all items of the list at ``path``.

    ``ask`` gives the page of a token; the first page's is empty.
    Raises ``malformed`` if a page or an item is not what Dfns documents, or if a token comes
    again, and ``oversized`` at a limit. An incomplete list is never returned.
    """
    items: list[T] = []
    token, tokens = "", {""}
    size, end = 0, clock() + limits.seconds
    for number in range(1, limits.pages + 1):
        answer = ask(token)
        size += len(answer)
        page = wire.decode(answer, Page, f"the answer of GET {path}")
        count = len(items) + len(page.items)
        if count > limits.items or size > limits.size or clock() > end:
            raise _too_long(path, count, number, size)
        items += [wire.decode(bytes(i), kind, f"an item of GET {path}") for i in page.items]
        token = page.next_page_token or ""
        if not token:
            return items
        if token in tokens or len(token) > MAX_TOKEN:
            raise LISTS.refusal(
                Failure.MALFORMED,
                f"the pages of GET {path} have no end: page {number} repeats",
                hint=wire.FETCH_AGAIN,
            )
        tokens.add(token)
    raise _too_long(path, len(items), limits.pages, size)


def _too_long(path: str, items: int, pages: int, size: int) -> CeremonyError:
    return LISTS.refusal(
        Failure.OVERSIZED,
        f"the list GET {path} does not end: {items} items in {pages} pages, {size} bytes",
        hint="nothing was changed: check that DFNS_API_URL is a host of Dfns, and ask Dfns how "
        "many wallets and keys the organisation has",
    )
