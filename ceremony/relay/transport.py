"""HTTP under the SDK: limits, deadlines, exact bytes, and word before a change is sent.

The SDK has a fixed timeout, reads answers of any size, drops their bytes, and follows
the environment's proxies with plain http too. httpx lets us put our own transport under
it, and that is all we change.
"""

import re
import ssl
from collections.abc import Callable
from time import monotonic
from urllib.request import getproxies, proxy_bypass

import httpx
import msgspec

from ceremony.errors import CeremonyError, Failure
from ceremony.message import Environment
from ceremony.relay.answers import lost, raise_for_connection, raise_for_status

MAX_ANSWER = 32 * 1024 * 1024
"""Bytes of one answer; the largest, a page of wallets, has a few hundred thousand."""

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds for each step of a call. Dfns' signers take some for an import or an export."""

DEADLINE = 120.0
"""Seconds for a whole answer: one that trickles in must not hold the relay for ever."""

USER_ACTION = "x-dfns-useraction"

OF_USER_ACTIONS = ("/auth/action/init", "/auth/action")
"""The posts that change nothing: they make the user action that a change needs."""

BeforePost = Callable[[str], None]


class Transport(httpx.BaseTransport):
    """Passes calls on, and gives an answer only if it is a 2xx with JSON.

    Every other answer is raised as a CeremonyError (ceremony.relay.answers), so that
    neither the SDK nor httpx words an error. ``body`` is the last answer byte for byte,
    ``change_answered`` whether it was that of a change.
    ``before_post`` is called with the user action just before a change leaves.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.body = b""
        self.change_answered = False
        self.before_post: BeforePost | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = f"{request.method} {request.url.path}"
        change = request.method != "GET" and request.url.path not in OF_USER_ACTIONS
        self.change_answered = False
        request.headers["accept-encoding"] = "identity"
        if change:
            user_action = request.headers.get(USER_ACTION, "")
            check_user_action(call, user_action)
            if self.before_post is not None:
                self.before_post(user_action)
        try:
            status, body = self._exchange(request)
        except httpx.HTTPError as error:
            raise_for_connection(call, error, change=change)
        raise_for_status(call, status, body, change=change)
        try:
            msgspec.json.decode(body)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            lost(f"Dfns' answer to {call} is not JSON", change)
        self.body, self.change_answered = body, change
        return httpx.Response(
            status, headers={"content-type": "application/json"}, content=body, request=request
        )

    def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        deadline = monotonic() + DEADLINE
        response = self._inner.handle_request(request)
        try:
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > MAX_ANSWER or monotonic() > deadline:
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
        raise CeremonyError(
            Failure.CONNECTION,
            f"Dfns gave no usable user action for {call}",
            hint="check that DFNS_API_URL is a host of Dfns; nothing was changed",
        )


def http_transport(api_url: str, environment: Environment) -> httpx.HTTPTransport:
    """Certificates are checked; no call is repeated by itself.

    Production follows HTTPS_PROXY and NO_PROXY: TLS goes through the proxy whole. Plain
    http, which never leaves this machine, uses none: the proxy would read the token.
    """
    if environment == "rehearsal":
        # It makes no TLS; were it asked to, it would trust nobody.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx.HTTPTransport(retries=0, trust_env=False, verify=nobody)
    bypass = proxy_bypass(httpx.URL(api_url).host)
    proxy = None if bypass else getproxies().get("https")
    try:
        return httpx.HTTPTransport(retries=0, trust_env=False, proxy=proxy)
    except (ValueError, ImportError, httpx.InvalidURL):
        raise proxy_error("HTTPS_PROXY is not the address of an http proxy") from None


def proxy_error(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        message,
        hint="set HTTPS_PROXY to http://HOST:PORT or unset it, and unset ALL_PROXY",
    )
