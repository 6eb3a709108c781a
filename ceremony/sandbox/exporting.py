"""How a key goes out: its signers encrypt their shares to whoever asked."""

from ceremony.curves import scalar_bytes
from ceremony.dfns.scheme import ALIASES
from ceremony.ecies import EncryptionKey
from ceremony.errors import CeremonyError
from ceremony.sandbox.api_error import bad_request, refused
from ceremony.sandbox.bodies import EncryptedKeyShare, ExportBody
from ceremony.sandbox.cluster import HeldKey, HeldShare, export_shares, seal_export_share
from ceremony.sandbox.custody import public_key_to_say
from ceremony.sandbox.state import Call, Sandbox
from ceremony.text import base64_text, parse_base64

NEWEST_NAMES = {older: newest for newest, older in ALIASES.items()}


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
    if sandbox.faults.take("other-protocol-name", "export"):
        protocol = {**NEWEST_NAMES, **ALIASES}.get(protocol, protocol)
    shares = _exported(sandbox, key.held, encryption_key)
    key.date_exported = key.date_exported or sandbox.date()
    return {
        "publicKey": public_key_to_say(sandbox, key, "export"),
        "protocol": protocol,
        "curve": key.held.curve.name,
        "minSigners": key.held.min_signers,
        "encryptedKeyShares": shares,
    }


def _offered(body: ExportBody, held: HeldKey) -> str:
    """The key's protocol under the name that the caller knows it by."""
    for scheme in body.supported_schemes:
        if scheme.curve == held.curve.name and held.protocol == ALIASES.get(
            scheme.protocol, scheme.protocol
        ):
            return scheme.protocol
    raise bad_request(
        "supportedSchemes does not have the key's own",
        protocol=NEWEST_NAMES.get(held.protocol, held.protocol),
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
