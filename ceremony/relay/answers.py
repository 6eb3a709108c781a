"""What Dfns' answers mean for the operator: each status, each broken connection.

The class says how sure the relay is. ``configuration``, ``refused``, ``duplicate`` and
``connection``: nothing was done. ``unknown-outcome``: only a change has it, and Dfns may
have made it.
"""

import re
from typing import NoReturn

import httpx
import msgspec

from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.relay.deadline import DEADLINE

PERMISSIONS = (
    (r"GET /signers", "Signers:ListSigners"),
    (r"GET /wallets.*", "Wallets:Read"),
    (r"GET /keys.*", "Keys:Read"),
    (r"POST /wallets/import", "Wallets:Create and Keys:Import"),
    (r"POST /keys/import", "Keys:Import"),
    (r"POST /keys/[^/]+/export", "Keys:Export"),
)
"""What each call needs (Dfns, API reference)."""

SIGNED_CHALLENGE = "POST /auth/action"
"""The call that brings the credential's signature; the call before it took the token."""

MAX_SAID = 200
"""Characters of Dfns' own error message that are shown."""

AGAIN = "run the same command again: it asks Dfns what became of it before anything else"
LATER = "nothing was changed: try again, and if it stays so, look at Dfns' status page"


class _Duplicate(msgspec.Struct, rename="camel"):
    id: str = ""
    external_id: str = ""


class _Details(msgspec.Struct):
    duplicate: _Duplicate | None = None


class _ErrorDetails(msgspec.Struct):
    details: _Details


class _DuplicateAnswer(msgspec.Struct):
    """A 409: the object that is there already."""

    error: _ErrorDetails


class _Error(msgspec.Struct):
    message: str = ""


class _ErrorAnswer(msgspec.Struct):
    error: _Error


def raise_for_status(call: str, status: int, body: bytes, *, change: bool) -> None:
    """Nothing for a 2xx. ``call`` is method and path, ``change`` that it changes something."""
    if 200 <= status < 300:
        return
    said = _said(body)
    if status == 401 and call == SIGNED_CHALLENGE:
        _refuse(
            Failure.CONFIGURATION,
            f"Dfns does not take the credential's signature (401 for {call}){said}",
            "it took the token: check that DFNS_CRED_ID is the id of an active credential of the "
            "same service account, and that DFNS_PRIVATE_KEY is the key of that credential",
        )
    if status == 401:
        _refuse(
            Failure.CONFIGURATION,
            f"Dfns does not take the token (401 for {call}){said}",
            "the token is expired, revoked or of another organisation: make a new one "
            "in Dfns' dashboard and set DFNS_AUTH_TOKEN",
        )
    if status == 402:
        _refuse(
            Failure.CONFIGURATION,
            f"the plan of the organisation does not include {call} (402){said}",
            "nothing was changed: ask Dfns to add import or export to the organisation's plan",
        )
    if status == 403:
        _refuse(
            Failure.CONFIGURATION,
            f"Dfns forbids {call} (403){said}",
            f"the service account needs the permission {_permission(call)}, the credential must "
            "be active, and Dfns enables import and export on request only",
        )
    if status == 404:
        _refuse(
            Failure.REFUSED,
            f"Dfns does not know this (404 for {call}){said}",
            "check the id, and that DFNS_API_URL is the host of this organisation",
        )
    if status == 409:
        _refuse(
            Failure.DUPLICATE,
            f"Dfns has it already (409 for {call}){_duplicate(body)}{said}",
            "look into Dfns' dashboard: it was done before, or by somebody else",
        )
    if status == 429:
        _refuse(
            Failure.CONNECTION,
            f"Dfns says that these are too many requests (429 for {call}){said}",
            "nothing was changed: wait some minutes, then run the same command again; "
            "other clients of the organisation count too",
        )
    if 400 <= status < 500 and status != 408:
        _refuse(
            Failure.REFUSED,
            f"Dfns refused {call} ({status}){said}",
            "nothing was changed; if the text does not help, ask Dfns",
        )
    if 300 <= status < 400:
        lost(f"Dfns answered {call} with a redirect ({status}), and none is followed", change)
    lost(f"Dfns failed at {call} ({status}){said}", change)


def raise_for_connection(call: str, error: httpx.HTTPError, *, change: bool) -> NoReturn:
    """A call that had no answer. The text of httpx is not shown: it may quote what was sent."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        _refuse(
            Failure.CONNECTION,
            f"Dfns cannot be reached for {call}: {_why(error)}",
            "nothing was changed: check DFNS_API_URL, the network, and the proxy if there is one",
        )
    if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
        _refuse(
            Failure.CONNECTION,
            f"{call} could not be sent: {_why(error)}",
            "check DFNS_API_URL, and HTTPS_PROXY if it is set",
        )
    # The sockets have no other end than the deadline, once they are connected.
    late = isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)
    lost(f"the connection broke at {call}: {_why(error)}", change, DEADLINE if late else None)


def lost(message: str, change: bool, control: Control | None = None) -> NoReturn:
    """An answer that does not tell: of a change it is unknown whether it was made."""
    if change:
        unknown = f"{message}; it is not known what Dfns did"
        _refuse(Failure.UNKNOWN_OUTCOME, unknown, AGAIN, control)
    _refuse(Failure.CONNECTION, message, LATER, control)


def _why(error: BaseException) -> str:
    """The system's own word for it, where there is one; else the kind."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return printable(cause.strerror)
        cause = cause.__cause__ or cause.__context__
    return {
        "ConnectTimeout": "it did not answer in time",
        "ReadTimeout": "no answer in time",
        "WriteTimeout": "the request could not be sent in time",
        "RemoteProtocolError": "closed without an answer, or no HTTP",
    }.get(type(error).__name__, type(error).__name__)


def _said(body: bytes) -> str:
    try:
        message = msgspec.json.decode(body, type=_ErrorAnswer).error.message
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""
    return f": {printable(message, MAX_SAID)}" if message else ""


def _duplicate(body: bytes) -> str:
    """Which object of Dfns it is, where the answer names one."""
    try:
        found = msgspec.json.decode(body, type=_DuplicateAnswer).error.details.duplicate
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""
    if found is None or not found.id:
        return ""
    external = f", external id {printable(found.external_id)}" if found.external_id else ""
    return f" as {printable(found.id)}{external}"


def _permission(call: str) -> str:
    return next((p for form, p in PERMISSIONS if re.fullmatch(form, call)), "for it")


def _refuse(failure: Failure, message: str, hint: str, control: Control | None = None) -> NoReturn:
    raise CeremonyError(failure, message, hint=hint, control=control) from None
