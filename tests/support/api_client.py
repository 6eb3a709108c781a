"""A client of the sandbox's API that shares no code with it, nor with any SDK."""

import asyncio
import base64
import json
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from ceremony.curves import curve_named
from ceremony.dfns.key_export import Recovered, build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.sandbox.app import build_app
from ceremony.sandbox.credential import KINDS, Credential
from ceremony.sandbox.faults import Faults, parse_fault
from ceremony.sandbox.state import Sandbox
from ceremony.secret import Secret
from tests.support.one_import import one_import

CREDENTIAL_ID = "cr-tests-tests-testtesttesttest"
PROTOCOLS = {"secp256k1": "CGGMP21", "stark": "CGGMP21", "ed25519": "FROST"}


class ApiClient:
    """Speaks to a sandbox in this process, as HTTP over ASGI."""

    def __init__(self, *faults: str, credential: str = "ed25519", **options: Any) -> None:
        self.private_key = KINDS[credential]()
        self.sandbox = Sandbox.create(
            Credential(CREDENTIAL_ID, self.private_key.public_key()),
            system_random,
            faults=Faults(tuple(parse_fault(f) for f in faults)),
            **options,
        )
        self._organisations = [self.sandbox]
        self.app = build_app(self._organisations)

    def neighbour(self) -> "ApiClient":
        """A client of another organisation on the same host, with a credential of its own."""
        other = ApiClient()
        other.sandbox = self.sandbox.neighbour(
            Credential(CREDENTIAL_ID, other.private_key.public_key())
        )
        self._organisations.append(other.sandbox)
        self.app = other.app = build_app(self._organisations)
        other._organisations = self._organisations
        return other

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """One request with the bearer token; ``headers`` come on top."""

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
                token = {"authorization": f"Bearer {self.sandbox.access.auth_token}"}
                json_body = {"content-type": "application/json"} if method == "POST" else {}
                return await client.request(
                    method, path, content=body, headers=token | json_body | (headers or {})
                )

        return asyncio.run(exchange())

    def get(self, path: str) -> Any:
        response = self.send("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    def begin(self, path: str, body: bytes, method: str = "POST") -> dict[str, Any]:
        """A challenge for a call."""
        text = {
            "userActionPayload": body.decode(),
            "userActionHttpMethod": method,
            "userActionHttpPath": path,
            "userActionServerKind": "Api",
        }
        response = self.send("POST", "/auth/action/init", json.dumps(text).encode())
        assert response.status_code == 200, response.text
        challenge: dict[str, Any] = response.json()
        return challenge

    def sign(self, data: bytes) -> bytes:
        match self.private_key:
            case ed25519.Ed25519PrivateKey() as key:
                return key.sign(data)
            case ec.EllipticCurvePrivateKey() as key:
                return key.sign(data, ec.ECDSA(SHA256()))
            case rsa.RSAPrivateKey() as key:
                return key.sign(data, padding.PKCS1v15(), SHA256())

    def assertion(self, begun: dict[str, Any], **client_data: Any) -> dict[str, Any]:
        """The body of POST /auth/action for a challenge, signed."""
        data = {"type": "key.get", "challenge": begun["challenge"], "crossOrigin": False}
        signed = json.dumps(data | client_data).encode()
        return {
            "challengeIdentifier": begun["challengeIdentifier"],
            "firstFactor": {
                "kind": "Key",
                "credentialAssertion": {
                    "credId": CREDENTIAL_ID,
                    "clientData": url64(signed),
                    "signature": url64(self.sign(signed)),
                },
            },
        }

    def user_action(self, path: str, body: bytes) -> dict[str, str]:
        """The header that allows one call."""
        assertion = self.assertion(self.begin(path, body))
        response = self.send("POST", "/auth/action", json.dumps(assertion).encode())
        assert response.status_code == 200, response.text
        return {"x-dfns-useraction": response.json()["userAction"]}

    def post(self, path: str, body: bytes | dict[str, Any]) -> httpx.Response:
        """A change, with the user action that it needs."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, text, self.user_action(path, text))

    def import_body(
        self,
        curve: str = "secp256k1",
        protocol: str | None = None,
        *,
        min_signers: int = 3,
        **destination: Any,
    ) -> tuple[bytes, Secret]:
        """A request that imports a new key, and the key."""
        signers = parse_signers(
            self.send("GET", "/signers").content, self.sandbox.clusters[0].cluster_id
        )
        secret_scalar = curve_named(curve).random_scalar(system_random)
        body = one_import(
            signers,
            secret_scalar,
            curve_named(curve).base_multiply(secret_scalar).compressed,
            curve,
            protocol or PROTOCOLS[curve],
            min(min_signers, len(signers.signers)),
            Destination(**destination),
            system_random,
        )
        return body, secret_scalar

    def import_key(
        self, curve: str = "secp256k1", protocol: str | None = None, **destination: Any
    ) -> tuple[dict[str, Any], Secret]:
        """A new key, imported: the answer, and the key."""
        body, secret_scalar = self.import_body(curve, protocol, **destination)
        path = "/wallets/import" if "network" in destination else "/keys/import"
        response = self.post(path, body)
        assert response.status_code == 200, response.text
        return response.json(), secret_scalar

    def export(self, key_id: str) -> tuple[DecryptionKey, httpx.Response]:
        decryption_key = DecryptionKey.generate(system_random)
        body = build_key_export_request(decryption_key.encryption_key)
        return decryption_key, self.post(f"/keys/{key_id}/export", body)

    def recover(self, key: dict[str, Any]) -> Recovered:
        """Export a key and recover it."""
        decryption_key, response = self.export(key["id"])
        assert response.status_code == 200, response.text
        public_key = bytes.fromhex(key["publicKey"])
        return recover_secret_scalar(decryption_key, response.content, public_key)


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def error_of(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error of a refusal, whose shape is checked here for all tests."""
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    assert error["status"] == status
    assert error["id"].isdigit()
    assert isinstance(error["message"], str)
    return error
