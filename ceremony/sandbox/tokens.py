"""JSON Web Tokens as Dfns issues them: signed with a key of the issuer's own.

The claims are those that Dfns' clients read (``@dfns/sdk``, authToken.js) and that the
tokens of its examples have. The signature is EdDSA (RFC 8037), as a client of Dfns'
demands; a client of the API has no key to verify it with.
"""

import base64

import msgspec
from cryptography.hazmat.primitives.asymmetric import ed25519

from ceremony.secret import Random

ISSUER = "auth.ceremony-sandbox"
AUDIENCE = "dfns:auth:user"
METADATA = "https://custom/app_metadata"
"""The claim in which Dfns' own client looks for the organisation."""

HEADER = {"alg": "EdDSA", "typ": "JWT"}


class Issuer:
    """Signs tokens with an Ed25519 key that nobody else has."""

    def __init__(self, random: Random) -> None:
        self._key = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
        self.public_key = self._key.public_key()

    def token(self, claims: dict[str, object]) -> str:
        """The claims, and whose they are, as a signed compact JWT (RFC 7519)."""
        whole = {"iss": ISSUER, "aud": AUDIENCE, **claims}
        signed = ".".join(base64url(msgspec.json.encode(part)) for part in (HEADER, whole))
        return f"{signed}.{base64url(self._key.sign(signed.encode('ascii')))}"


def base64url(value: bytes) -> str:
    """RFC 4648, section 5, without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
