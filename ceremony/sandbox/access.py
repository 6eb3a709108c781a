"""Who may do what: the bearer token, its permissions, and signed user actions.

The flow is Dfns' (API reference, "Signing flows"): a challenge for one method, path
and body; the credential's signature over it; a token that is good for that call once.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from ceremony.sandbox.api_error import ApiError, bad_request, no_user_action, not_authorized
from ceremony.sandbox.bodies import ActionBody, ClientData, SignedActionBody
from ceremony.sandbox.credential import Credential
from ceremony.secret import Random

ALL_PERMISSIONS = frozenset(
    {
        "Signers:ListSigners",
        "Keys:Import",
        "Keys:Export",
        "Keys:Read",
        "Keys:Reuse",
        "Keys:Signatures:Create",
        "Keys:Signatures:Read",
        "Wallets:Create",
        "Wallets:Read",
    }
)
"""Those that the calls of this sandbox ask for, as Dfns names them."""

TOKEN_LIFETIME = timedelta(days=365)
"""A service account's token, as long as Dfns' documentation makes one."""

ACTION_LIFETIME = timedelta(minutes=5)
"""Of a challenge and of a user action. Dfns does not publish its own."""

METHODS = ("POST", "PUT", "DELETE", "GET")


@dataclass(frozen=True, slots=True)
class _Action:
    """One call that somebody wants to make, and until when."""

    method: str
    path: str
    payload: str
    challenge: str
    expires: datetime


class Access:
    """One organisation with one service account, its token and its credentials."""

    def __init__(
        self,
        credentials: tuple[Credential, ...],
        random: Random,
        now: Callable[[], datetime],
        permissions: frozenset[str] = ALL_PERMISSIONS,
    ) -> None:
        self.credentials = {c.credential_id: c for c in credentials}
        self.permissions = permissions
        self.org_id = new_id("or", random)
        self.user_id = new_id("us", random)
        self.token_id = new_id("to", random)
        self._random, self._now = random, now
        self._expires = now() + TOKEN_LIFETIME
        self.auth_token = self._make_token()
        self._challenges: dict[str, _Action] = {}
        self._actions: dict[str, _Action] = {}
        self._spent: set[str] = set()

    def check_bearer(self, authorization: str | None) -> None:
        """Raises 401 unless the header holds the token, which must not be expired."""
        expected = f"Bearer {self.auth_token}"
        given = (authorization or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected.encode()) or self._now() >= self._expires:
            raise not_authorized()

    def check_permission(self, permission: str) -> None:
        """Raises 403, in Dfns' words, unless the account has the permission."""
        if permission not in self.permissions:
            raise self.forbidden(permission)

    def forbidden(self, permission: str) -> ApiError:
        """Dfns, "API errors": the caller has no access to the operation."""
        message = f"ServiceAccount {self.user_id} is not authorized to perform operation"
        return ApiError(403, f"{message} ({permission})")

    def begin(self, body: ActionBody) -> dict[str, object]:
        """A challenge for one call."""
        if body.user_action_http_method not in METHODS:
            raise bad_request("userActionHttpMethod must be one of " + ", ".join(METHODS))
        if not body.user_action_http_path.startswith("/"):
            raise bad_request("userActionHttpPath must begin with /")
        challenge, identifier = self._opaque(), self._opaque()
        self._challenges[identifier] = _Action(
            body.user_action_http_method,
            body.user_action_http_path,
            body.user_action_payload,
            challenge,
            self._now() + ACTION_LIFETIME,
        )
        return {
            "challenge": challenge,
            "challengeIdentifier": identifier,
            "supportedCredentialKinds": [
                {"kind": "Key", "factor": "first", "requiresSecondFactor": False}
            ],
            "userVerification": "required",
            "attestation": "direct",
            "allowCredentials": {
                "key": [{"type": "public-key", "id": i} for i in self.credentials],
                "passwordProtectedKey": [],
                "webauthn": [],
            },
            "externalAuthenticationUrl": "",
        }

    def finish(self, body: SignedActionBody) -> dict[str, object]:
        """A token for the call, once the signature over its challenge is right."""
        action = self._challenges.pop(body.challenge_identifier, None)
        if action is None or self._now() >= action.expires:
            raise bad_request("Challenge token is not valid.")
        assertion = body.first_factor.credential_assertion
        credential = self.credentials.get(assertion.cred_id)
        if body.first_factor.kind != "Key" or credential is None:
            raise ApiError(
                401, "User does not have a credential that can be used for the application."
            )
        signed = _base64url(assertion.client_data, "clientData")
        signature = _base64url(assertion.signature, "signature")
        data = _client_data(signed)
        if data.type != "key.get" or data.challenge != action.challenge or data.cross_origin:
            raise ApiError(401, "clientData is not for this challenge")
        if not credential.verifies(signature, signed):
            raise ApiError(401, "the signature of the user action is not valid")
        token = self._opaque()
        self._actions[token] = action
        return {"userAction": token}

    def spend(self, token: str | None, method: str, path: str, payload: bytes) -> None:
        """Use up a user action. It serves once, for exactly the call that was signed.

        Raises 400 for one that was used, 403 for one that is missing, unknown,
        expired, or was signed for another method, path or body text.
        """
        if token is None:
            raise no_user_action()
        if token in self._spent:
            raise bad_request("user action has already been used")
        action = self._actions.pop(token, None)
        if action is None:
            raise no_user_action()
        self._spent.add(token)
        signed = (action.method, action.path, action.payload.encode())
        if signed != (method, path, payload) or self._now() >= action.expires:
            raise no_user_action()

    def _make_token(self) -> str:
        """A JWT as Dfns' are: the SDKs can read whose it is and when it expires."""
        claims = {
            "sub": self.user_id,
            "exp": int(self._expires.timestamp()),
            "https://custom/app_metadata": {
                "orgId": self.org_id,
                "userId": self.user_id,
                "tokenId": self.token_id,
            },
        }
        parts = [
            base64url(msgspec.json.encode(p)) for p in ({"alg": "HS256", "typ": "JWT"}, claims)
        ]
        signed = ".".join(parts).encode()
        return (
            f"{signed.decode()}.{base64url(hmac.digest(self._random(32), signed, hashlib.sha256))}"
        )

    def _opaque(self) -> str:
        return base64url(self._random(32))


def new_id(prefix: str, random: Random) -> str:
    """An id in the form of Dfns': PREFIX-xxxxx-xxxxx-xxxxxxxxxxxxxxxx."""
    text = base64.b32encode(random(17)).decode("ascii").lower()
    return f"{prefix}-{text[:5]}-{text[5:10]}-{text[10:26]}"


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _base64url(text: str, subject: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise bad_request(f"{subject} is not base64url") from None


def _client_data(signed: bytes) -> ClientData:
    try:
        return msgspec.json.decode(signed, type=ClientData)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise bad_request("clientData is not the JSON that Dfns documents") from None
