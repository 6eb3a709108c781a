"""Lists: every page, the largest pages, and an end in any case."""

import json
from collections.abc import Callable

import pytest

from ceremony.dfns.bodies import Key
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.lists import LIMITS, MAX_TOKEN, ListLimits, read_list

KEY = {"id": "key-1", "curve": "secp256k1", "scheme": "ECDSA"}


def page(count: int, token: str | None = None, **more: str) -> bytes:
    return json.dumps({"items": [KEY | more] * count, "nextPageToken": token}).encode()


def endless(count: int, **more: str) -> tuple[Callable[[str], bytes], list[str]]:
    asked: list[str] = []

    def ask(token: str) -> bytes:
        asked.append(token)
        return page(count, f"token-{len(asked)}", **more)

    return ask, asked


def test_all_pages_in_their_order() -> None:
    pages = {"": page(2, "a"), "a": page(0, "b"), "b": page(3)}
    assert len(read_list("/keys", pages.__getitem__, Key)) == 5
    assert LIMITS.page == 500


def seconds() -> Callable[[], float]:
    """A clock that goes on by one second each time that somebody looks."""
    ticks = iter(range(10_000))
    return lambda: float(next(ticks))


@pytest.mark.parametrize(
    ("limits", "count", "most"),
    [
        (ListLimits(items=1000), 100, 11),
        (ListLimits(pages=20), 0, 20),
        (ListLimits(size=50_000), 100, 20),
        (ListLimits(seconds=5), 1, 6),
    ],
    ids=["items", "pages", "bytes", "time"],
)
def test_endless_pages_end(limits: ListLimits, count: int, most: int) -> None:
    ask, asked = endless(count)
    with pytest.raises(CeremonyError) as error:
        read_list("/keys", ask, Key, limits, seconds())
    assert error.value.failure is Failure.OVERSIZED
    assert len(asked) <= most
    assert f"in {len(asked)} pages" in error.value.message


def test_an_item_over_the_limit_is_not_decoded() -> None:
    ask, _ = endless(1001)
    with pytest.raises(CeremonyError) as error:
        read_list("/keys", ask, Key, ListLimits(items=1000))
    assert error.value.failure is Failure.OVERSIZED
    assert "1001 items in 1 pages" in error.value.message


@pytest.mark.parametrize(
    "tokens", [["a", "a"], ["a", "b", "a"], ["x" * (MAX_TOKEN + 1)]], ids=["same", "circle", "long"]
)
def test_tokens_that_lead_nowhere(tokens: list[str]) -> None:
    left = list(tokens)
    with pytest.raises(CeremonyError) as error:
        read_list("/keys", lambda _: page(1, left.pop(0)), Key)
    assert error.value.failure is Failure.MALFORMED
    assert not left
