"""Tokens in the form of Dfns' own, with claims to choose and a signature of nobody."""

import json
from base64 import urlsafe_b64encode

from ceremony.secret import Secret

METADATA = "https://custom/app_metadata"


def jwt(claims: object) -> Secret:
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    texts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return Secret(b".".join([*texts, b"c2lnbmF0dXJl"]))
