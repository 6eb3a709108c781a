"""Keys and wallets: how they come in, what can be read of them, how keys go out."""

from typing import TypeVar

from ceremony.addresses import NETWORKS, SCHNORR_FIRST, addresses
from ceremony.curves import scalar_bytes
from ceremony.dfns import bodies
from ceremony.dfns.scheme import ALIASES
from ceremony.ecies import DecryptionKey, EncryptionKey
from ceremony.errors import CeremonyError
from ceremony.sandbox.api_error import ApiError, bad_request, refused
from ceremony.sandbox.bodies import EncryptedKeyShare, ExportBody, ImportBody, WalletBody
from ceremony.sandbox.cluster import (
    Cluster,
    HeldKey,
    HeldShare,
    export_shares,
    seal_export_share,
)
from ceremony.sandbox.records import KeyRecord, WalletRecord, page
from ceremony.sandbox.state import Call, Sandbox, check_name
from ceremony.text import base64_text, parse_base64

V = TypeVar("V")


def list_signers(sandbox: Sandbox, _: Call) -> object:
    clusters = sandbox.clusters
    if sandbox.faults.take("swapped-signers", "signers"):
        clusters = tuple(_swapped(sandbox, cluster) for cluster in clusters)
    return bodies.SignersAnswer(tuple(cluster.answer() for cluster in clusters))


def import_key(sandbox: Sandbox, call: Call) -> object:
    key = _import(sandbox, call.read(ImportBody), None)
    return {**key.json(), "publicKey": _public_key_to_say(sandbox, key, "import")}


def import_wallet(sandbox: Sandbox, call: Call) -> object:
    body = call.read(ImportBody)
    if body.network is None:
        raise bad_request("network is required")
    key = _import(sandbox, body, body.network)
    return _wallet(sandbox, key, body.network, body.name, "import")


def create_wallet(sandbox: Sandbox, call: Call) -> object:
    body = call.read(WalletBody)
    check_name(body.name)
    if body.signing_key is None or body.signing_key.id is None:
        raise bad_request("the sandbox makes wallets of existing keys only: give signingKey.id")
    key = sandbox.records.key(body.signing_key.id)
    return _wallet(sandbox, key, body.network, body.name, "wallet")


def list_keys(sandbox: Sandbox, call: Call) -> object:
    return page([key.json() for key in _owned(sandbox.records.keys, call)], call.query)


def get_key(sandbox: Sandbox, call: Call) -> object:
    return sandbox.records.key_details(sandbox.records.key(call.path["key_id"]))


def list_wallets(sandbox: Sandbox, call: Call) -> object:
    return page([w.json() for w in _owned(sandbox.records.wallets, call)], call.query)


def get_wallet(sandbox: Sandbox, call: Call) -> object:
    return sandbox.records.wallet(call.path["wallet_id"]).json()


def export_key(sandbox: Sandbox, call: Call) -> object:
    """Dfns, "Export key": the signers encrypt to the caller, and sign no more."""
    key = sandbox.records.key(call.path["key_id"])
    body = call.read(ExportBody)
    try:
        encryption_key = EncryptionKey.parse(body.encryption_key)
    except CeremonyError as error:
        raise refused(error) from None
    protocol = _offered(body, key.held)
    if key.date_exported and sandbox.faults.take("refuse-reexport", "export"):
        raise bad_request("key was already exported", keyId=key.key_id)
    shares = _exported(sandbox, key.held, encryption_key)
    key.date_exported = key.date_exported or sandbox.date()
    return {
        "publicKey": _public_key_to_say(sandbox, key, "export"),
        "protocol": protocol,
        "curve": key.held.curve.name,
        "minSigners": key.held.min_signers,
        "encryptedKeyShares": shares,
    }


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
    check_name(body.name)
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
        bool(body.master_key),
    )
    if wallet_network is not None:
        _address(key, wallet_network)
    known = [k for k in sandbox.records.keys.values() if k.public_key == key.public_key]
    if known and sandbox.faults.take("refuse-duplicates", "import"):
        raise ApiError(409, "key was already imported", {"duplicate": known[0].key_id})
    sandbox.records.keys[key.key_id] = key
    return key


def _wallet(
    sandbox: Sandbox, key: KeyRecord, network: str, name: str | None, call: str
) -> dict[str, object]:
    wallet = WalletRecord(
        sandbox.new_id("wa"),
        network,
        key,
        sandbox.date(),
        _address(key, network),
        name,
        imported=call == "import",
    )
    sandbox.records.wallets[wallet.wallet_id] = wallet
    answer = wallet.json()
    public_key = _public_key_to_say(sandbox, key, call)
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


def _public_key_to_say(sandbox: Sandbox, key: KeyRecord, call: str) -> str:
    if not sandbox.faults.take("wrong-public-key", call):
        return key.public_key
    other = key.held.curve.random_scalar(sandbox.random)
    return key.held.curve.base_multiply(other).compressed.hex()


def _owned(records: dict[str, V], call: Call) -> list[V]:
    """All of them, or none for ?owner=: nothing here is delegated to an end user."""
    filters = {"owner", "ownerId", "ownerUsername"}
    return [] if filters & call.query.keys() else list(records.values())


def _offered(body: ExportBody, held: HeldKey) -> str:
    """The key's protocol under the name that the caller knows it by."""
    for scheme in body.supported_schemes:
        if scheme.curve == held.curve.name and held.protocol == ALIASES.get(
            scheme.protocol, scheme.protocol
        ):
            return scheme.protocol
    raise bad_request(
        "supportedSchemes does not have the key's own",
        protocol=held.protocol,
        curve=held.curve.name,
    )


def _exported(
    sandbox: Sandbox, held: HeldKey, encryption_key: EncryptionKey
) -> tuple[EncryptedKeyShare, ...]:
    """The shares, bad ones first: each fault takes the next signers that have none yet."""
    shares = list(export_shares(held, encryption_key, sandbox.random))
    bad = 0

    def strikes(name: str) -> list[int]:
        nonlocal bad
        fault = sandbox.faults.take(name, "export")
        first, bad = bad, min(len(shares), bad + (fault.value if fault else 0))
        return list(range(first, bad))

    def sealed(share: HeldShare, index: int) -> EncryptedKeyShare:
        return seal_export_share(share, held.curve, index, encryption_key, sandbox.random)

    for i in strikes("export-corrupt"):
        ciphertext = parse_base64(shares[i].encrypted_key_share, "a share")
        damaged = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
        shares[i] = EncryptedKeyShare(
            signer_id=shares[i].signer_id, encrypted_key_share=base64_text(damaged)
        )
    for i in strikes("export-wrong-share"):
        value = int.from_bytes(held.shares[i].secret_share.reveal(), "big") % (held.curve.order - 1)
        wrong = HeldShare(held.shares[i].signer_id, held.shares[i].index, scalar_bytes(value + 1))
        shares[i] = sealed(wrong, wrong.index)
    for i in strikes("export-wrong-index"):
        shares[i] = sealed(held.shares[i], held.shares[i].index % len(shares) + 1)
    missing = strikes("export-missing")
    return tuple(share for i, share in enumerate(shares) if i not in missing)


def _swapped(sandbox: Sandbox, cluster: Cluster) -> Cluster:
    """The cluster with keys of somebody else: who imports to it gives the key away."""
    return Cluster.of(
        cluster.cluster_id,
        {s.signer_id: DecryptionKey.generate(sandbox.random) for s in cluster.signers},
    )
