"""Dfns' API through the official SDK: the calls that the relay makes, and no others.

The SDK signs and sends what it is given as camelCase JSON and repeats nothing. What it
cannot do is done under it (ceremony.relay.transport) or beside it: it reads no user
action twice, so a lost change is sent again through its own delegated call.
"""

import logging
import re
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from dfns_sdk import (  # type: ignore[import-untyped]
    DfnsClient,
    DfnsClientConfig,
    DfnsError,
    KeySigner,
)

from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError, Failure
from ceremony.relay.configuration import Configuration
from ceremony.relay.connection import http_transport, proxy_error
from ceremony.relay.deadline import Deadline, Patience, Waiting
from ceremony.relay.lists import LIMITS, ListLimits, read_list
from ceremony.relay.pace import WAITS, Pace
from ceremony.relay.transport import BeforePost, Change, Keep, Transport

T = TypeVar("T")

PATIENCE = Patience()

TOO_MANY = 429

PENDING = 202


class _StoppedError(Exception):
    """A post that was never meant to leave."""


class DfnsApi:
    """One session with one host. Every method raises what ceremony.relay.answers says.

    Answers are bytes as they came; the caller decodes them. ``waiting`` is told the seconds
    that a call has taken, now and then while Dfns says nothing, or says 429.
    """

    def __init__(
        self,
        configuration: Configuration,
        inner: httpx.BaseTransport | None = None,
        waiting: Waiting = lambda _: None,
        patience: Patience = PATIENCE,
        limits: ListLimits = LIMITS,
        pace: Pace | None = None,
    ) -> None:
        # Their loggers name URLs and, when told to debug, headers.
        for name in ("httpx", "httpcore", "dfns_sdk"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._patience = patience
        self._limits = limits
        self._waiting = waiting
        self._pace = pace or Pace()
        deadline = Deadline(waiting, patience.tick)
        self._transport = Transport(
            inner or http_transport(configuration.api_url, configuration.environment, deadline),
            deadline,
            patience,
            self._pace,
            urlsplit(configuration.api_url).path,
        )
        signer = KeySigner(configuration.credential_id, configuration.private_key.reveal().decode())
        try:
            self._client = DfnsClient(
                DfnsClientConfig(
                    auth_token=configuration.auth_token.reveal().decode(),
                    base_url=configuration.api_url,
                    signer=signer,
                )
            )
        except (ValueError, ImportError, httpx.InvalidURL):
            # The client that it makes for itself, thrown away below, reads the proxies
            # and the files of authorities.
            raise proxy_error("a proxy of the environment cannot be used") from None
        except OSError:
            raise CeremonyError(
                Failure.CONFIGURATION,
                "SSL_CERT_FILE or SSL_CERT_DIR of the environment cannot be read",
                hint="unset both: the relay trusts the authorities of certifi alone",
            ) from None
        # The SDK takes no transport and no timeout: its httpx client is exchanged for one
        # that has ours. trust_env and redirects stay off whatever the environment says.
        self._http = self._client._http
        self._http._client.close()
        self._http._client = httpx.Client(
            base_url=configuration.api_url,
            transport=self._transport,
            timeout=patience.export,  # ceremony.relay.deadline ends all of them earlier
            trust_env=False,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def signers(self) -> bytes:
        """GET /signers."""
        return self._call(self._client.signers.list_signers)

    def wallets(self) -> list[Wallet]:
        """GET /wallets, all pages. An item that is not a wallet as documented is an error."""
        return self._list("/wallets", self._client.wallets.list_wallets, Wallet)

    def keys(self) -> list[Key]:
        """GET /keys, all pages."""
        return self._list("/keys", self._client.keys.list_keys, Key)

    def wallet(self, wallet_id: str) -> bytes:
        """GET /wallets/{id}."""
        check_id(wallet_id, "wallet")
        return self._call(lambda: self._client.wallets.get_wallet(wallet_id))

    def key(self, key_id: str) -> bytes:
        """GET /keys/{id}."""
        check_id(key_id, "key")
        return self._call(lambda: self._client.keys.get_key(key_id))

    def import_body(self, path: str, body: dict[str, Any], before_post: BeforePost) -> bytes:
        """POST /wallets/import or /keys/import, with a new user action.

        ``before_post`` is called just before the post leaves, and may ask Dfns through this
        same object. After a 429, which imports nothing, the relay waits, and all of this happens
        again: another user action, and another call of ``before_post``.
        """
        keys, wallets = self._client.keys, self._client.wallets
        call = keys.import_key if path == "/keys/import" else wallets.import_wallet
        change = Change(before_post, None, self._patience.change)
        return self._call(lambda: call(body), change, repeats=True)

    def sign_unused_action(self) -> None:
        """A user action for POST /keys/import, asked for and signed, and never used.

        It shows that token and credential belong together, and changes nothing: what would
        be the post is stopped before it leaves.
        """

        def stop(_user_action: str) -> None:
            raise _StoppedError

        try:
            self.import_body("/keys/import", {}, stop)
        except _StoppedError:
            return

    def import_again(self, path: str, body: dict[str, Any], user_action: str) -> bytes:
        """The same import under the user action of a post whose answer was lost.

        Dfns takes a user action once: if that post arrived, this one is refused.
        """
        return self._call(
            lambda: self._http.request_with_user_action(
                "POST", path, body=body, user_action=user_action
            ),
            Change(seconds=self._patience.change),
        )

    def create_wallet(self, body: dict[str, Any], before_post: BeforePost) -> bytes:
        """POST /wallets, with a new user action."""
        return self._call(
            lambda: self._client.wallets.create_wallet(body),
            Change(before_post, None, self._patience.change),
        )

    def export_key(
        self, key_id: str, body: dict[str, Any], before_post: BeforePost, keep: Keep
    ) -> bytes:
        """POST /keys/{id}/export, with a new user action.

        ``keep`` is called with each part of the answer's body as it comes from the socket,
        before anything looks at it: of every answer, whatever its status, and of one whose
        connection breaks afterwards (``unknown-outcome``). It must not raise: what it raises
        ends the exchange. A 2xx answer is returned as it came, and nothing here parses it.
        An export that got a 429 is not sent again: what was kept is of one answer.
        """
        check_id(key_id, "key")
        return self._call(
            lambda: self._client.keys.export_key(key_id, body),
            Change(before_post, keep, self._patience.export),
        )

    @property
    def pending_approval(self) -> bool:
        """Whether Dfns answered the last call with 202: it waits for a policy's approval."""
        return self._transport.status == PENDING

    def _list(self, path: str, call: Callable[[Any], object], kind: type[T]) -> list[T]:
        def ask(token: str) -> bytes:
            query = {"limit": self._limits.page, "paginationToken": token or None}
            return self._call(lambda: call(query))

        return read_list(path, ask, kind, self._limits)

    def _call(
        self, call: Callable[[], object], change: Change | None = None, *, repeats: bool = False
    ) -> bytes:
        """The answer. After a 429, which means that nothing was done, all of it again.

        A change that had left is only sent again if ``repeats`` is true; it has a new user
        action then, since nobody says whether Dfns takes the first one again.
        """
        waited = 0.0
        for seconds in WAITS:
            try:
                return self._once(call, change)
            except CeremonyError:
                sent = self._transport.change_sent
                if self._transport.status != TOO_MANY or (sent and not repeats):
                    raise
            self._waiting(waited)
            self._pace.back_off(seconds)
            waited += seconds
        return self._once(call, change)

    def _once(self, call: Callable[[], object], change: Change | None) -> bytes:
        before = self._transport.change
        self._transport.change, self._transport.status = change or Change(), 0
        try:
            call()
        except (DfnsError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
            if self._transport.change_answered:
                return self._transport.body  # the change was made; its bytes are all we want
            raise CeremonyError(
                Failure.CONNECTION,
                "Dfns' answer is not what it documents",
                hint="check that DFNS_API_URL is a host of Dfns; nothing was changed",
            ) from None
        finally:
            self._transport.change = before
        return self._transport.body


def check_id(text: str, subject: str) -> None:
    """An id as Dfns makes them; anything else could turn into another path of the API."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", text):
        raise CeremonyError(
            Failure.USAGE,
            f"this is not the id of a {subject}",
            hint="copy it from Dfns' dashboard: letters, digits and hyphens",
        )
