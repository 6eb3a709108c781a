"""Whatever a client sends is answered or refused, never an error of the server's own."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api_client import ApiClient

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def client() -> ApiClient:
    return ApiClient()


@pytest.fixture(scope="module")
def key_id(client: ApiClient) -> str:
    key_id: str = client.import_key("ed25519")[0]["id"]
    return key_id


def post(client: ApiClient, path: str, body: bytes) -> int:
    """The status; the user action is given directly, as any bytes cannot be signed text."""
    access = client.sandbox.access
    spend, access.spend = access.spend, lambda *_: None  # type: ignore[method-assign]
    try:
        return client.send("POST", path, body).status_code
    finally:
        access.spend = spend  # type: ignore[method-assign]


@quick
@given(body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
@pytest.mark.parametrize("call", ["import", "wallets", "wallets/import", "export", "signatures"])
def test_any_body_is_refused(client: ApiClient, key_id: str, call: str, body: bytes) -> None:
    path = {
        "import": "/keys/import",
        "export": f"/keys/{key_id}/export",
        "signatures": f"/keys/{key_id}/signatures",
    }.get(call, f"/{call}")
    assert post(client, path, body) in (400, 404)


@quick
@given(data=st.data())
def test_any_value_in_a_field_is_answered(client: ApiClient, key_id: str, data: Any) -> None:
    body, _ = client.import_body("ed25519", network="Solana", name="x")
    request = json.loads(body)
    exported = {
        "encryptionKey": "AQNoMBdUI6cUkUZhVYcTJ0IQfIRyNEzowdPKhs9WcqNbSg==",
        "supportedSchemes": [{"protocol": "FROST", "curve": "ed25519"}],
    }
    signed = {"kind": "Hash", "hash": "00" * 32, "taprootMerkleRoot": None, "externalId": None}
    wallet = {"network": "Solana", "name": None, "signingKey": {"id": key_id}}
    path, chosen = data.draw(
        st.sampled_from(
            [
                ("/wallets/import", request),
                (f"/keys/{key_id}/signatures", signed),
                ("/wallets", wallet),
                (f"/keys/{key_id}/export", exported),
            ]
        )
    )
    field = data.draw(st.sampled_from(sorted(chosen)))
    changed = chosen | {field: data.draw(JSON)}
    assert post(client, path, json.dumps(changed).encode()) in (200, 400, 404, 409)


@quick
@given(text=st.text(max_size=40))
def test_any_path_and_query_is_answered(client: ApiClient, text: str) -> None:
    quoted = quote(text, safe="")
    for path in (f"/keys/{quoted}", f"/wallets/{quoted}", f"/{quoted}"):
        assert client.send("GET", path).status_code in (200, 401, 404, 405)
    for name in ("limit", "paginationToken", "owner"):
        assert client.send("GET", f"/keys?{name}={quoted}").status_code in (200, 400)
