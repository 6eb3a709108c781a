"""The organisation that the configured token is for, as the token itself names it.

A service account's token is a JWT (RFC 7519). Its claims are read here, and its signature is
not checked: Dfns checks it in every call. A token that Dfns takes over TLS says the truth.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error

import msgspec

from ceremony.errors import Control, Failure
from ceremony.secret import Secret

ORGANISATION = Control(
    "RLY-ORGANISATION", "the token is for the organisation that the configuration pins"
)

ORGANISATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,63}")
"""The alphabet and the length of an organisation's id; Dfns' own are ``or-`` and three groups."""

OLD_SUBJECT = re.compile(r"or-[A-Za-z0-9-]{1,61}")
"""The claim ``sub`` of tokens of 2022; newer ones have another identity there."""


class _Metadata(msgspec.Struct):
    orgId: object = None  # noqa: N815 - Dfns' name


class _Claims(msgspec.Struct):
    metadata: _Metadata | None = msgspec.field(name="https://custom/app_metadata", default=None)
    tenantId: object = None  # noqa: N815 - Dfns' name
    sub: object = None


def organisation_of(token: Secret) -> str:
    """The organisation's id; empty if the token is not a JWT, or names none.

    The claim ``orgId`` of ``https://custom/app_metadata``, else ``tenantId``, else a ``sub``
    that is an organisation's id, which older tokens have. Nothing but an id is returned.
    """
    claims = _claims(token)
    for claim, form in (
        (claims.metadata.orgId if claims.metadata else None, ORGANISATION_ID),
        (claims.tenantId, ORGANISATION_ID),
        (claims.sub, OLD_SUBJECT),
    ):
        if isinstance(claim, str) and form.fullmatch(claim):
            return claim
    return ""


def check_organisation(organisation: str, pinned: str) -> None:
    """RLY-ORGANISATION: a pinned organisation is the one of the token. Raises ``configuration``.

    ``pinned`` is DFNS_ORG_ID; empty if the configuration pins none.
    """
    if not pinned or pinned == organisation:
        return
    if not ORGANISATION_ID.fullmatch(pinned):
        problem = "DFNS_ORG_ID is not the id of an organisation"
    elif not organisation:
        problem = f"DFNS_AUTH_TOKEN names no organisation, and DFNS_ORG_ID wants {pinned}"
    else:
        problem = f"DFNS_AUTH_TOKEN is for the organisation {organisation}, not for {pinned}"
    raise ORGANISATION.refusal(
        Failure.CONFIGURATION,
        problem,
        hint="copy both from the same organisation of Dfns' dashboard; nothing was sent",
    )


def _claims(token: Secret) -> _Claims:
    parts = token.reveal().split(b".")
    if len(parts) != 3:
        return _Claims()
    try:
        text = urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(text, type=_Claims)
    except (Error, ValueError, RecursionError):
        return _Claims()
