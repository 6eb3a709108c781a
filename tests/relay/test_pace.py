"""429: waits, repetitions of what changes nothing, and a pace that the limit allows."""

from collections import deque
from collections.abc import Callable

import httpx
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.pace import SPACING, WAITS, Pace
from ceremony.sandbox.credential import KINDS, private_pem
from ceremony.secret import Secret

PEM = private_pem(KINDS["ed25519"]())
LIMIT = 100
"""Requests a minute of an organisation on trial."""


class Limited:
    """Dfns with its limit of requests, and a clock that only waiting moves."""

    def __init__(self, limit: int = LIMIT, refuse: Callable[[str], bool] = lambda _: False) -> None:
        self.seconds = 0.0
        self.calls: list[str] = []
        self.actions: list[str] = []
        self.posted: list[str] = []
        self.waited: list[float] = []
        self.refused = 0
        self._limit = limit
        self._refuse = refuse
        self._recent: deque[float] = deque()
        configuration = Configuration(
            "http://127.0.0.1:9", "rehearsal", Secret(b"token"), "cr-1", Secret(PEM.encode())
        )
        self.api = DfnsApi(
            configuration,
            httpx.MockTransport(self._answer),
            waiting=self.waited.append,
            pace=Pace(self.pause, lambda: self.seconds),
        )

    def pause(self, seconds: float) -> None:
        self.seconds += seconds

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        while self._recent and self._recent[0] <= self.seconds - 60:
            self._recent.popleft()
        if len(self._recent) >= self._limit or self._refuse(path):
            self.refused += 1
            return self._json(429, b'{"error":{"message":"slow down"}}')
        self._recent.append(self.seconds)
        if path == "/auth/action/init":
            return self._json(200, b'{"challenge":"c","challengeIdentifier":"i"}')
        if path == "/auth/action":
            self.actions.append(f"action-{len(self.actions)}")
            return self._json(200, f'{{"userAction":"{self.actions[-1]}"}}'.encode())
        return self._json(200, b'{"clusters":[]}')

    @staticmethod
    def _json(status: int, body: bytes) -> httpx.Response:
        return httpx.Response(status, stream=httpx.ByteStream(body))


def test_a_run_of_many_calls_gets_through_the_lowest_limit() -> None:
    dfns = Limited()
    for _ in range(300):
        dfns.api.signers()
    for _ in range(100):
        dfns.api.import_body("/keys/import", {}, dfns.posted.append)
    assert dfns.refused <= len(WAITS), "it met the limit again and again"
    assert len(dfns.posted) - 100 <= 1, "posts were refused one after the other"
    # 600 calls at 100 a minute are 6 minutes, less the first 100.
    assert 5 * 60 < dfns.seconds < 600 * SPACING + sum(WAITS)


def test_nothing_waits_where_there_is_no_limit() -> None:
    dfns = Limited(limit=10_000)
    for _ in range(300):
        dfns.api.signers()
    assert dfns.seconds == 0
    assert dfns.waited == []


def test_a_limit_that_never_ends_is_an_error_after_bounded_waits() -> None:
    dfns = Limited(limit=0)
    with pytest.raises(CeremonyError) as error:
        dfns.api.signers()
    assert error.value.failure is Failure.CONNECTION
    assert "429" in error.value.message
    assert len(dfns.calls) == len(WAITS) + 1
    assert sum(WAITS) <= dfns.seconds < sum(WAITS) + 1
    assert list(WAITS) == sorted(WAITS)
    assert len(dfns.waited) == len(WAITS)


@pytest.mark.parametrize("path", ["/auth/action/init", "/auth/action"])
def test_a_user_action_is_asked_for_again(path: str) -> None:
    left = [True, True]
    dfns = Limited(refuse=lambda at: at == path and bool(left) and left.pop())
    dfns.api.export_key("key-1", {"a": 1}, dfns.posted.append, lambda _: None)
    assert dfns.posted == ["action-0"]
    assert dfns.calls.count("POST /keys/key-1/export") == 1


def test_an_import_that_was_refused_has_a_new_user_action() -> None:
    left = [True]
    dfns = Limited(refuse=lambda at: at == "/keys/import" and bool(left) and left.pop())
    dfns.api.import_body("/keys/import", {}, dfns.posted.append)
    assert dfns.posted == ["action-0", "action-1"]


def test_what_before_post_raises_stops_the_repetition() -> None:
    """It is called before each time that the post leaves, and may ask Dfns then."""
    left = [True]
    dfns = Limited(refuse=lambda at: at == "/keys/import" and bool(left) and left.pop())

    def look_first(user_action: str) -> None:
        dfns.api.signers()
        if user_action != "action-0":
            raise CeremonyError(Failure.DUPLICATE, "somebody else imported it", hint="look")

    with pytest.raises(CeremonyError) as error:
        dfns.api.import_body("/keys/import", {}, look_first)
    assert error.value.failure is Failure.DUPLICATE
    assert dfns.calls.count("POST /keys/import") == 1
    assert dfns.calls.count("GET /signers") == 2


def test_before_post_may_ask_dfns_and_the_post_is_what_it_was() -> None:
    dfns = Limited()
    kept = bytearray()
    answer = dfns.api.export_key(
        "key-1", {"a": 1}, lambda _: dfns.api.signers() and None, kept.extend
    )
    assert kept == answer, "the answer to the question in between was kept, or nothing"
    assert dfns.calls[-2:] == ["GET /signers", "POST /keys/key-1/export"]


def test_an_export_that_left_is_not_sent_again() -> None:
    dfns = Limited(refuse=lambda path: path.endswith("/export"))
    with pytest.raises(CeremonyError) as error:
        dfns.api.export_key("key-1", {"a": 1}, dfns.posted.append, lambda _: None)
    assert error.value.failure is Failure.CONNECTION
    assert dfns.posted == ["action-0"]


def test_the_user_action_of_a_lost_post_is_not_repeated_either() -> None:
    dfns = Limited(limit=0)
    with pytest.raises(CeremonyError) as error:
        dfns.api.import_again("/keys/import", {}, "action")
    assert error.value.failure is Failure.CONNECTION
    assert dfns.calls == ["POST /keys/import"]
