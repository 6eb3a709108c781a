"""The npm @dfns/sdk and its key signer against the sandbox: import and export.

Dfns publishes no npm package that splits and encrypts a key, so the bodies come from
Dfns' own Rust reference (the vectors) and from this project; the SDK does the rest.
"""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.api_client import ApiClient
from tests.support.sandbox_process import SandboxProcess
from tests.support.sdk_bodies import REFERENCE, import_body, recovered
from tests.support.sdk_clients import Refused, node_sdk
from tests.support.vector_clusters import cluster_of

Start = Callable[..., SandboxProcess]
Serve = Callable[[ApiClient], dict[str, str]]

PACKAGE = Path(__file__).parent / "node"

INSTALL_SECONDS = 300


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked packages, installed outside the tree. Needs node and npm."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PACKAGE / name, folder)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        env={**os.environ, "npm_config_cache": str(folder / "cache")},
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"


def test_the_lock_names_no_registry() -> None:
    packages = json.loads((PACKAGE / "package-lock.json").read_text())["packages"]
    assert len(packages) > 5
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


@pytest.mark.parametrize("credential", ["ed25519", "p256", "secp256k1", "rsa"])
def test_imports_and_exports_with_every_credential(
    start_sandbox: Start, modules: Path, credential: str
) -> None:
    env = start_sandbox("--credential", credential).env
    signers = node_sdk(modules, env, "signers.listSigners")
    body, secret_scalar = import_body(
        signers, "secp256k1", "CGGMP21", network="EthereumSepolia", name="treasury"
    )
    wallet = node_sdk(modules, env, "wallets.importWallet", {"body": body})
    key = wallet["signingKey"]
    scalar, _ = recovered(
        lambda request: node_sdk(
            modules, env, "keys.exportKey", {"keyId": key["id"], "body": request}
        ),
        key["publicKey"],
    )
    assert scalar == secret_scalar.reveal().hex()
    listed = node_sdk(modules, env, "wallets.listWallets", {"query": {"limit": 10}})
    assert listed == {"items": [wallet]}
    assert node_sdk(modules, env, "keys.getKey", {"keyId": key["id"]})["exported"] is True


@pytest.mark.parametrize("case", [c for c in REFERENCE if c.id.endswith("3 of 5")])
def test_posts_what_the_reference_built(serve: Serve, modules: Path, case: dict[str, Any]) -> None:
    client = ApiClient()
    client.sandbox.clusters = (cluster_of(case),)
    env = serve(client)
    key = node_sdk(modules, env, "keys.importKey", {"body": case["request"]})
    assert key["publicKey"] == case["public_key"]
    scalar, _ = recovered(
        lambda request: node_sdk(
            modules, env, "keys.exportKey", {"keyId": key["id"], "body": request}
        ),
        key["publicKey"],
    )
    assert scalar == case["secret_scalar"]


def test_signs_with_an_imported_key(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox().env
    body, _ = import_body(node_sdk(modules, env, "signers.listSigners"), "ed25519", "FROST")
    key = node_sdk(modules, env, "keys.importKey", {"body": body})
    request = {"keyId": key["id"], "body": {"kind": "Message", "message": "0x" + "00" * 33}}
    signed = node_sdk(modules, env, "keys.generateSignature", request)
    assert signed["status"] == "Signed"


def test_the_sdk_reads_the_organisation_from_the_token(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox().env
    payload = env["DFNS_AUTH_TOKEN"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    org_id = claims["https://custom/app_metadata"]["orgId"]
    assert node_sdk(modules, env | {"TEST_ORG_ID": org_id}, "keys.listKeys", {}) == {"items": []}


def test_refusals_reach_the_caller(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox("--fault", "token-expired@signers", "--fault", "error@import").env
    with pytest.raises(Refused, match="401 Not Authorized"):
        node_sdk(modules, env, "signers.listSigners")
    body, _ = import_body(node_sdk(modules, env, "signers.listSigners"), "secp256k1", "CGGMP21")
    with pytest.raises(Refused, match="500 Internal Server Error"):
        node_sdk(modules, env, "keys.importKey", {"body": body})
    body["encryptedKeyShares"].pop()
    with pytest.raises(Refused) as error:
        node_sdk(modules, env, "keys.importKey", {"body": body})
    assert error.value.details == {"reason": "signers"}


def test_a_lost_answer_is_no_answer(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox("--fault", "lost-answer@import").env
    body, _ = import_body(node_sdk(modules, env, "signers.listSigners"), "secp256k1", "CGGMP21")
    with pytest.raises(AssertionError, match=r"socket hang up|ECONNRESET|other side closed"):
        node_sdk(modules, env, "keys.importKey", {"body": body})
    assert len(node_sdk(modules, env, "keys.listKeys", {})["items"]) == 1


def test_a_policy_is_an_error_of_its_own(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox("--fault", "pending@import").env
    body, _ = import_body(node_sdk(modules, env, "signers.listSigners"), "secp256k1", "CGGMP21")
    with pytest.raises(Refused, match="202 Operation triggered a policy pending approval"):
        node_sdk(modules, env, "keys.importKey", {"body": body})
    assert node_sdk(modules, env, "keys.listKeys", {}) == {"items": []}


def test_a_derived_wallet_and_the_account_behind_it(start_sandbox: Start, modules: Path) -> None:
    env = start_sandbox().env
    body, _ = import_body(
        node_sdk(modules, env, "signers.listSigners"), "secp256k1", "CGGMP24", master_key=True
    )
    master = node_sdk(modules, env, "keys.importKey", {"body": body})
    request = {
        "network": "Ethereum",
        "externalId": "mine",
        "signingKey": {"deriveFrom": {"keyId": master["id"], "path": "m/0/1"}},
    }
    wallet = node_sdk(modules, env, "wallets.createWallet", {"body": request})
    assert wallet["externalId"] == "mine"
    key = node_sdk(modules, env, "keys.getKey", {"keyId": wallet["signingKey"]["id"]})
    assert key["derivedFrom"] == {"keyId": master["id"], "path": "m/0/1"}
    payload = env["DFNS_AUTH_TOKEN"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    user_id = claims["https://custom/app_metadata"]["userId"]
    account = node_sdk(modules, env, "auth.getServiceAccount", {"serviceAccountId": user_id})
    assert account["userInfo"]["orgId"] == env["DFNS_ORG_ID"]
