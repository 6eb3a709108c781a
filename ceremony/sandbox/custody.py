"""Keys and wallets: how they come in, and what can be read of them."""

from typing import TypeVar

from ceremony.addresses import NETWORKS, SCHNORR_FIRST, addresses
from ceremony.dfns import bodies
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError
from ceremony.sandbox.api_error import bad_request, conflict, refused
from ceremony.sandbox.bodies import DeriveFrom, ImportBody, SigningKeyBody, WalletBody
from ceremony.sandbox.cluster import Cluster
from ceremony.sandbox.deriving import ANOTHER_CHAIN_CODE, CHAIN_CODE, derive, parse_path
from ceremony.sandbox.records import KeyRecord, WalletRecord, page
from ceremony.sandbox.state import Call, Sandbox, check_text

V = TypeVar("V")


def list_signers(sandbox: Sandbox, _: Call) -> object:
    clusters = sandbox.clusters
    if sandbox.faults.take("swapped-signers", "signers"):
        clusters = tuple(_swapped(sandbox, cluster) for cluster in clusters)
    return bodies.SignersAnswer(tuple(cluster.answer() for cluster in clusters))


def import_key(sandbox: Sandbox, call: Call) -> object:
    body = call.read(ImportBody)
    if body.network is not None:
        raise bad_request("network is not a field of this request: import a wallet for that")
    key = _import(sandbox, body, None)
    return {**key.json(), "publicKey": public_key_to_say(sandbox, key, "import")}


def import_wallet(sandbox: Sandbox, call: Call) -> object:
    body = call.read(ImportBody)
    if body.network is None:
        raise bad_request("network is required")
    check_text("externalId", body.external_id)
    key = _import(sandbox, body, body.network)
    return _wallet(
        sandbox,
        key,
        "import",
        WalletBody(network=body.network, name=body.name, external_id=body.external_id),
    )


def create_wallet(sandbox: Sandbox, call: Call) -> object:
    body = call.read(WalletBody)
    check_text("name", body.name)
    check_text("externalId", body.external_id)
    return _wallet(sandbox, _signing_key(sandbox, body.signing_key, body.network), "wallet", body)


def list_keys(sandbox: Sandbox, call: Call) -> object:
    return page([key.json() for key in _owned(sandbox.records.keys, call)], call.query)


def get_key(sandbox: Sandbox, call: Call) -> object:
    return sandbox.records.key_details(sandbox.records.key(call.path["key_id"]))


def list_wallets(sandbox: Sandbox, call: Call) -> object:
    return page([w.json() for w in _owned(sandbox.records.wallets, call)], call.query)


def get_wallet(sandbox: Sandbox, call: Call) -> object:
    return sandbox.records.wallet(call.path["wallet_id"]).json()


def address_on(network: str, scheme: str, curve: str, public_key: bytes) -> str | None:
    """The address that Dfns would show; None where it does not follow from the key.

    Raises 400 for a network that Dfns does not have, or not with such a key.
    """
    try:
        found = addresses(curve, public_key, network, scheme=scheme)
    except CeremonyError as error:
        raise refused(error) from None
    if scheme == "Schnorr" and found[0].type != SCHNORR_FIRST:
        raise bad_request(f"{network} has no Schnorr keys")
    return found[0].text if NETWORKS[network].has_address else None


def _import(sandbox: Sandbox, body: ImportBody, wallet_network: str | None) -> KeyRecord:
    check_text("name", body.name)
    named = {share.signer_id for share in body.encrypted_key_shares}
    # The request does not say for which cluster it is: its signers tell.
    cluster = next(
        (c for c in sandbox.clusters if named & {s.signer_id for s in c.signers}),
        sandbox.clusters[0],
    )
    try:
        held = cluster.hold(body)
    except CeremonyError as error:
        raise refused(error) from None
    key = KeyRecord(
        sandbox.new_id("key"),
        held,
        sandbox.date(),
        cluster.cluster_id,
        body.name,
        wallet_network is None and bool(body.master_key),
    )
    if wallet_network is not None:
        _address(key, wallet_network)
    known = [k for k in sandbox.records.keys.values() if k.public_key == key.public_key]
    if known and sandbox.faults.take("refuse-duplicates", "import"):
        raise conflict("key was already imported", known[0].key_id, None)
    if wallet_network is None and sandbox.faults.take("archived", "import"):
        key.date_deleted = sandbox.date()
    sandbox.records.keys[key.key_id] = key
    return key


def _signing_key(sandbox: Sandbox, chosen: SigningKeyBody | None, network: str) -> KeyRecord:
    """The key that a new wallet is to have. Raises 400, 403 or 404."""
    match chosen:
        case SigningKeyBody(id=None, derive_from=DeriveFrom() as source):
            sandbox.access.check_permission("Keys:ChildKeys:Create")
            return _derived_key(sandbox, source, network)
        case SigningKeyBody(id=str() as key_id, derive_from=None):
            sandbox.access.check_permission("Keys:Reuse")
            key = sandbox.records.key(key_id)
            if key.date_deleted:
                raise bad_request("key is archived", keyId=key_id)
            return key
        case _:
            raise bad_request("the sandbox makes no new keys: give signingKey.id or deriveFrom")


def _derived_key(sandbox: Sandbox, source: DeriveFrom, network: str) -> KeyRecord:
    """The key at a path below a master key: the one that is there, or a new one."""
    master = sandbox.records.key(source.key_id)
    if not master.master_key:
        raise bad_request("key is not a master key", keyId=master.key_id)
    children = {
        key.derived_from[1]: key
        for key in sandbox.records.keys.values()
        if key.derived_from and key.derived_from[0] == master.key_id
    }
    path = source.path
    if path is None:
        path = next(p for i in range(len(children) + 1) if (p := f"m/{i}") not in children)
    if path in children:
        return children[path]
    levels = parse_path(path)
    other = sandbox.faults.take("another-chain-code", "wallet")
    child = KeyRecord(
        sandbox.new_id("key"),
        derive(master.held, levels, ANOTHER_CHAIN_CODE if other else CHAIN_CODE),
        sandbox.date(),
        master.store_id,
        derived_from=(master.key_id, path),
    )
    _address(child, network)
    sandbox.records.keys[child.key_id] = child
    return child


def _wallet(sandbox: Sandbox, key: KeyRecord, call: str, body: WalletBody) -> dict[str, object]:
    wallet = WalletRecord(
        sandbox.new_id("wa"),
        body.network,
        key,
        sandbox.date(),
        _address(key, body.network),
        body.name,
        body.external_id,
        body.tags,
    )
    if sandbox.faults.take("archived", call):
        wallet.status, wallet.date_deleted = "Archived", sandbox.date()
    if sandbox.faults.take("inactive", call):
        wallet.status = "Inactive"
    sandbox.records.wallets[wallet.wallet_id] = wallet
    answer = wallet.json()
    public_key = public_key_to_say(sandbox, key, call)
    if public_key != key.public_key:
        answer["signingKey"] = {
            "id": key.key_id,
            "scheme": key.scheme,
            "curve": key.held.curve.name,
            "publicKey": public_key,
        }
    return answer


def _address(key: KeyRecord, network: str) -> str | None:
    curve, public_key = key.held.curve.name, key.held.public_key.compressed
    return address_on(network, key.scheme, curve, public_key)


def public_key_to_say(sandbox: Sandbox, key: KeyRecord, call: str) -> str:
    """The key's public key in hexadecimal, or another one under ``wrong-public-key``."""
    if not sandbox.faults.take("wrong-public-key", call):
        return key.public_key
    other = key.held.curve.random_scalar(sandbox.random)
    return key.held.curve.base_multiply(other).compressed.hex()


def _owned(records: dict[str, V], call: Call) -> list[V]:
    """All of them, or none for ?owner=: nothing here is delegated to an end user."""
    filters = {"owner", "ownerId", "ownerUsername"}
    return [] if filters & call.query.keys() else list(records.values())


def _swapped(sandbox: Sandbox, cluster: Cluster) -> Cluster:
    """The cluster with keys of somebody else: who imports to it gives the key away."""
    return Cluster.of(
        cluster.cluster_id,
        {s.signer_id: DecryptionKey.generate(sandbox.random) for s in cluster.signers},
    )
