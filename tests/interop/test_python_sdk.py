"""The PyPI dfns-sdk against the sandbox: it imports, reads, signs and exports."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api_client import ApiClient
from tests.support.sandbox_process import SandboxProcess
from tests.support.sdk_bodies import REFERENCE, import_body, recovered
from tests.support.sdk_clients import Refused, python_sdk
from tests.support.vector_clusters import cluster_of

Start = Callable[..., SandboxProcess]
Serve = Callable[[ApiClient], dict[str, str]]


@pytest.mark.parametrize("credential", ["ed25519", "p256", "secp256k1", "rsa"])
def test_imports_and_exports_with_every_credential(start_sandbox: Start, credential: str) -> None:
    env = start_sandbox("--credential", credential).env
    signers = python_sdk(env, "signers.list_signers")
    body, secret_scalar = import_body(
        signers, "secp256k1", "CGGMP21", network="EthereumSepolia", name="treasury"
    )
    wallet = python_sdk(env, "wallets.import_wallet", body)
    assert wallet["name"] == "treasury"
    assert python_sdk(env, "wallets.get_wallet", wallet["id"]) == wallet
    assert python_sdk(env, "wallets.list_wallets")["items"] == [wallet]
    key = wallet["signingKey"]
    scalar, protocol = recovered(
        lambda request: python_sdk(env, "keys.export_key", key["id"], request), key["publicKey"]
    )
    assert (scalar, protocol) == (secret_scalar.reveal().hex(), "CGGMP21")
    assert python_sdk(env, "keys.get_key", key["id"])["exported"] is True


@pytest.mark.parametrize(
    ("curve", "protocol"),
    [("stark", "CGGMP21"), ("ed25519", "FROST"), ("secp256k1", "FROST_BITCOIN")],
)
def test_imports_and_exports_keys_of_every_scheme(
    start_sandbox: Start, curve: str, protocol: str
) -> None:
    env = start_sandbox().env
    signers = python_sdk(env, "signers.list_signers")
    body, secret_scalar = import_body(signers, curve, protocol, name="a key")
    key = python_sdk(env, "keys.import_key", body)
    assert python_sdk(env, "keys.list_keys", {"limit": 1})["items"] == [key]
    scalar, found = recovered(
        lambda request: python_sdk(env, "keys.export_key", key["id"], request), key["publicKey"]
    )
    assert (scalar, found) == (secret_scalar.reveal().hex(), protocol)


@pytest.mark.parametrize("case", REFERENCE)
def test_posts_what_the_reference_built(serve: Serve, case: dict[str, Any]) -> None:
    client = ApiClient()
    client.sandbox.clusters = (cluster_of(case),)
    env = serve(client)
    key = python_sdk(env, "keys.import_key", case["request"])
    assert key["publicKey"] == case["public_key"]
    scalar, _ = recovered(
        lambda request: python_sdk(env, "keys.export_key", key["id"], request), key["publicKey"]
    )
    assert scalar == case["secret_scalar"]


def test_signs_and_asks_again(start_sandbox: Start) -> None:
    env = start_sandbox("--fault", "signature-pending=1").env
    body, _ = import_body(python_sdk(env, "signers.list_signers"), "ed25519", "FROST")
    key = python_sdk(env, "keys.import_key", body)
    message = {"kind": "Message", "message": "0x" + "00" * 33}
    asked = python_sdk(env, "keys.generate_signature", key["id"], message)
    assert asked["status"] == "Pending"
    seen = [python_sdk(env, "keys.get_signature", key["id"], asked["id"]) for _ in range(2)]
    assert [s["status"] for s in seen] == ["Pending", "Signed"]


def test_a_second_wallet_of_one_key(start_sandbox: Start) -> None:
    env = start_sandbox().env
    body, _ = import_body(python_sdk(env, "signers.list_signers"), "secp256k1", "CGGMP21")
    key = python_sdk(env, "keys.import_key", body)
    body = {"network": "Base", "signingKey": {"id": key["id"]}, "name": "second"}
    wallet = python_sdk(env, "wallets.create_wallet", body)
    assert wallet["signingKey"]["publicKey"] == key["publicKey"]


def test_refusals_reach_the_caller(start_sandbox: Start) -> None:
    env = start_sandbox("--fault", "no-permission@import", "--fault", "token-expired@read").env
    body, _ = import_body(python_sdk(env, "signers.list_signers"), "secp256k1", "CGGMP21")
    with pytest.raises(Refused, match=r"403 .*Keys:Import"):
        python_sdk(env, "keys.import_key", body)
    with pytest.raises(Refused, match="401 Not Authorized"):
        python_sdk(env, "keys.list_keys")
    body["encryptedKeyShares"].pop()
    with pytest.raises(Refused) as error:
        python_sdk(env, "keys.import_key", body)
    assert error.value.status == 400
    assert error.value.details == {"reason": "signers"}


def test_a_name_that_is_not_ascii_is_signed_as_one_text_and_sent_as_another(
    start_sandbox: Start,
) -> None:
    # The SDK's trap that docs/format.md warns of: it is a refusal here as at Dfns.
    env = start_sandbox().env
    body, _ = import_body(python_sdk(env, "signers.list_signers"), "secp256k1", "CGGMP21")
    with pytest.raises(Refused, match="403 user action signature is missing or invalid"):
        python_sdk(env, "keys.import_key", body | {"name": "Überweisung"})


def test_the_address_of_the_api_may_have_a_path(start_sandbox: Start) -> None:
    # The path before the API's own is no part of what a user action signs.
    env = start_sandbox("--path-prefix", "/api/v1").env
    assert env["DFNS_API_URL"].endswith("/api/v1")
    body, _ = import_body(python_sdk(env, "signers.list_signers"), "secp256k1", "CGGMP24")
    key = python_sdk(env, "keys.import_key", body)
    assert python_sdk(env, "keys.list_keys")["items"] == [key]


def test_too_many_requests_reach_the_caller(start_sandbox: Start) -> None:
    env = start_sandbox("--fault", "rate-limit=2").env
    for _ in range(2):
        python_sdk(env, "signers.list_signers")
    with pytest.raises(Refused, match="429 Too Many Requests"):
        python_sdk(env, "signers.list_signers")
