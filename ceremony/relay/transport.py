"""HTTP under the SDK: limits, deadlines, exact bytes, and word before a change is sent.

The SDK has a fixed timeout, reads answers of any size, drops their bytes, and follows
the environment's proxies with plain http too. httpx lets us put our own transport under
it, and that is all we change.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import msgspec

from ceremony.errors import Control, Failure
from ceremony.relay.answers import lost, raise_for_connection, raise_for_status
from ceremony.relay.deadline import CHANGE_SECONDS, Deadline, Patience
from ceremony.relay.pace import Pace

KEEP = Control("RLY-KEEP", "an export's answer is kept as it comes, before anything parses it")
USER_ACTION_SIGNED = Control("RLY-USER-ACTION", "no change leaves without a signed user action")

MAX_ANSWER = 32 * 1024 * 1024
"""Bytes of one answer; the largest, a page of wallets, has a few hundred thousand."""

USER_ACTION = "x-dfns-useraction"

OF_USER_ACTIONS = ("/auth/action/init", "/auth/action")
"""The posts that change nothing: they make the user action that a change needs."""

BeforePost = Callable[[str], None]

Keep = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens around one change.

    ``before_post`` is called with the user action just before it leaves, once for each time
    that it leaves. It may ask Dfns something, and what it raises stops the change.
    ``seconds`` is the patience for it. If there is a ``keep``, it gets each part of the
    answer's body as it comes from the socket, whatever the status, and nothing here parses
    a 2xx answer.
    """

    before_post: BeforePost = lambda _: None
    keep: Keep | None = None
    seconds: float = CHANGE_SECONDS


class Transport(httpx.BaseTransport):
    """Passes calls on, and gives an answer only if it is a 2xx with JSON.

    Every other answer is raised as a CeremonyError (ceremony.relay.answers), so that
    neither the SDK nor httpx words an error. ``body`` is the last answer byte for byte,
    ``status`` its status, ``change_answered`` whether it was that of a change, and
    ``change_sent`` whether one left. ``change`` is about the next one. ``prefix`` is the path
    in the API's base URL, without which calls are signed and named.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        deadline: Deadline,
        patience: Patience,
        pace: Pace,
        prefix: str = "",
    ) -> None:
        self._inner = inner
        self._pace = pace
        self._prefix = prefix
        self._deadline = deadline
        self._patience = patience
        self.body = b""
        self.change_answered = False
        self.change_sent = False
        self.status = 0
        self.change = Change()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(self._prefix)
        call = f"{request.method} {path}"
        changes = request.method != "GET" and path not in OF_USER_ACTIONS
        change = self.change
        request.headers["accept-encoding"] = "identity"
        if changes:
            user_action = request.headers.get(USER_ACTION, "")
            check_user_action(call, user_action)
            change.before_post(user_action)
        self.change_answered, self.change_sent, self.status = False, changes, 0
        self._pace.step()
        keep = change.keep if changes else None
        self._deadline.start(change.seconds if changes else self._patience.ask)
        try:
            status, body = self._exchange(request, keep)
        except httpx.HTTPError as error:
            raise_for_connection(call, error, change=changes)
        self.status = status
        raise_for_status(call, status, body, change=changes)
        shown = body
        if keep is not None:
            # The SDK parses nothing of an answer that is the only one.
            shown = b""
        elif not _is_json(body):
            lost(f"Dfns' answer to {call} is not JSON", changes)
        self.body, self.change_answered = body, changes
        return httpx.Response(
            status, headers={"content-type": "application/json"}, content=shown, request=request
        )

    def _exchange(self, request: httpx.Request, keep: Keep | None) -> tuple[int, bytes]:
        """RLY-KEEP: ``keep`` has each part before anything else happens with it."""
        response = self._inner.handle_request(request)
        try:
            body = bytearray()
            for chunk in response.iter_raw():
                if keep is not None:
                    keep(chunk)
                body += chunk
                if len(body) > MAX_ANSWER or self._deadline.left() <= 0:
                    raise httpx.ReadTimeout("too long or too slow", request=request)
            return response.status_code, bytes(body)
        finally:
            response.close()

    def close(self) -> None:
        self._inner.close()


def check_user_action(call: str, user_action: str) -> None:
    """RLY-USER-ACTION: no change leaves without one. Raises ``connection``.

    The SDK sends a change without it when Dfns gives none.
    """
    if not re.fullmatch(r"[\x21-\x7e]+", user_action):
        raise USER_ACTION_SIGNED.refusal(
            Failure.CONNECTION,
            f"Dfns gave no usable user action for {call}",
            hint="check that DFNS_API_URL is a host of Dfns; nothing was changed",
        )


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True
