"""Who may do what: the bearer token, its permissions, and signed user actions.

The flow is Dfns' (API reference, "Signing flows"): a challenge for one method, path
and body; the credential's signature over it; a token that is good for that call once.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from ceremony.sandbox.api_error import ApiError, bad_request, no_user_action, not_found
from ceremony.sandbox.bodies import ActionBody, ClientData, SignedActionBody
from ceremony.sandbox.credential import Credential
from ceremony.sandbox.tokens import METADATA, Issuer, base64url
from ceremony.secret import Random

ALL_PERMISSIONS = frozenset(
    {
        "Auth:ServiceAccounts:Read",
        "Signers:ListSigners",
        "Keys:ChildKeys:Create",
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

SERVICE_ACCOUNT = "ceremony sandbox"

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
        self._permission_id, self._assignment_id = new_id("pm", random), new_id("as", random)
        self._random, self._now = random, now
        self.issuer = Issuer(random)
        self._issued = now()
        self._expires = self._issued + TOKEN_LIFETIME
        self.auth_token = self._make_token()
        self._challenges: dict[str, _Action] = {}
        self._actions: dict[str, _Action] = {}
        self._spent: set[str] = set()

    def admits(self, authorization: str | None) -> bool:
        """Whether the header holds this organisation's token, which must not be expired."""
        expected = f"Bearer {self.auth_token}"
        given = (authorization or "").encode("utf-8", "replace")
        return hmac.compare_digest(given, expected.encode()) and self._now() < self._expires

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
        # Dfns' example of a challenge is 64 hexadecimal digits; its identifier is a JWT.
        challenge = base64url(self._random(32).hex().encode("ascii"))
        identifier = self._short_token("challenge")
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
        token = self._short_token("userAction")
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

    def service_account(self, user_id: str) -> dict[str, object]:
        """Dfns, "Get service account", of the one that there is. Raises 404."""
        if user_id != self.user_id:
            raise not_found("serviceAccount", user_id, self.org_id)
        assignments = [
            {
                "permissionName": "ceremony",
                "permissionId": self._permission_id,
                "assignmentId": self._assignment_id,
                "operations": sorted(self.permissions),
            }
        ]
        shared = {"orgId": self.org_id, "isActive": True, "permissionAssignments": assignments}
        return {
            "userInfo": {
                "username": SERVICE_ACCOUNT,
                "name": SERVICE_ACCOUNT,
                "userId": self.user_id,
                "kind": "CustomerEmployee",
                "credentialUuid": next(iter(self.credentials)),
                "isServiceAccount": True,
                "isRegistered": True,
                **shared,
            },
            "accessTokens": [
                {
                    "dateCreated": iso_date(self._issued),
                    "credId": credential.credential_id,
                    "kind": "ServiceAccount",
                    "linkedUserId": self.user_id,
                    "linkedAppId": "",
                    "name": SERVICE_ACCOUNT,
                    "publicKey": credential.public_pem,
                    "tokenId": self.token_id,
                    **shared,
                }
                for credential in self.credentials.values()
            ],
        }

    def _make_token(self) -> str:
        """The token of the service account: the SDKs read whose it is and when it expires."""
        metadata = {
            "userId": self.user_id,
            "orgId": self.org_id,
            "tokenId": self.token_id,
            "tokenKind": "ServiceAccount",
        }
        claims: dict[str, object] = {
            "sub": self.org_id,
            "jti": self.token_id,
            "scope": "",
            "permissions": [],
            "https://custom/username": SERVICE_ACCOUNT,
            METADATA: metadata,
            "iat": int(self._issued.timestamp()),
            "exp": int(self._expires.timestamp()),
        }
        return self.issuer.token(claims)

    def _short_token(self, purpose: str) -> str:
        """A JWT that serves for one step of a user action, and says nothing about it."""
        expires = int((self._now() + ACTION_LIFETIME).timestamp())
        identifier = base64url(self._random(32))
        return self.issuer.token({"sub": purpose, "jti": identifier, "exp": expires})


def new_id(prefix: str, random: Random) -> str:
    """An id in the form of Dfns': PREFIX-xxxxx-xxxxx-xxxxxxxxxxxxxxxx."""
    text = base64.b32encode(random(17)).decode("ascii").lower()
    return f"{prefix}-{text[:5]}-{text[5:10]}-{text[10:26]}"


def iso_date(moment: datetime) -> str:
    """A time as Dfns writes it: ISO 8601, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
