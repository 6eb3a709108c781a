"""The API as a table: method, path, what it needs, what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from ceremony.sandbox import custody, exporting, signatures
from ceremony.sandbox.bodies import ActionBody, SignedActionBody
from ceremony.sandbox.state import Call, Sandbox


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``call`` is its name for faults.

    ``permissions`` are those of Dfns' API reference, all of them required; a change
    needs a user action too.
    """

    method: str
    path: str
    call: str
    run: Callable[[Sandbox, Call], object]
    permissions: tuple[str, ...] = ()
    change: bool = False


def begin_action(sandbox: Sandbox, call: Call) -> object:
    return sandbox.access.begin(call.read(ActionBody))


def finish_action(sandbox: Sandbox, call: Call) -> object:
    return sandbox.access.finish(call.read(SignedActionBody))


def get_service_account(sandbox: Sandbox, call: Call) -> object:
    return sandbox.access.service_account(call.path["user_id"])


def _get(
    path: str, call: str, run: Callable[[Sandbox, Call], object], permission: str
) -> Operation:
    return Operation("GET", path, call, run, (permission,))


def _change(
    path: str, call: str, run: Callable[[Sandbox, Call], object], *permissions: str
) -> Operation:
    return Operation("POST", path, call, run, permissions, change=True)


OPERATIONS = (
    Operation("POST", "/auth/action/init", "init", begin_action),
    Operation("POST", "/auth/action", "action", finish_action),
    _get("/signers", "signers", custody.list_signers, "Signers:ListSigners"),
    _get(
        "/auth/service-accounts/{user_id}",
        "read",
        get_service_account,
        "Auth:ServiceAccounts:Read",
    ),
    _change("/wallets/import", "import", custody.import_wallet, "Keys:Import", "Wallets:Create"),
    _change("/wallets", "wallet", custody.create_wallet, "Wallets:Create"),
    _get("/wallets", "read", custody.list_wallets, "Wallets:Read"),
    _get("/wallets/{wallet_id}", "read", custody.get_wallet, "Wallets:Read"),
    _change("/keys/import", "import", custody.import_key, "Keys:Import"),
    _get("/keys", "read", custody.list_keys, "Keys:Read"),
    _get("/keys/{key_id}", "read", custody.get_key, "Keys:Read"),
    _change("/keys/{key_id}/export", "export", exporting.export_key, "Keys:Export"),
    _change(
        "/keys/{key_id}/signatures",
        "sign",
        signatures.create_signature,
        "Keys:Signatures:Create",
    ),
    _get(
        "/keys/{key_id}/signatures",
        "read",
        signatures.list_signatures,
        "Keys:Signatures:Read",
    ),
    _get(
        "/keys/{key_id}/signatures/{signature_id}",
        "read",
        signatures.get_signature,
        "Keys:Signatures:Read",
    ),
)
