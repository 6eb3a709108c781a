"""Requests for signatures: a key that Dfns holds proves that it does."""

import msgspec

from ceremony.errors import CeremonyError
from ceremony.sandbox.api_error import bad_request, conflict, not_found, refused
from ceremony.sandbox.bodies import HashBody, MessageBody
from ceremony.sandbox.cluster import HeldKey
from ceremony.sandbox.records import SignatureRecord, page
from ceremony.sandbox.signing import Signature, sign_hash, sign_message
from ceremony.sandbox.state import Call, Sandbox
from ceremony.text import parse_hex_bytes


def create_signature(sandbox: Sandbox, call: Call) -> object:
    """Dfns, "Generate signature". An externalId makes it idempotent, as documented."""
    key = sandbox.records.key(call.path["key_id"])
    body = read_body(call)
    request = msgspec.json.decode(call.body)
    if body.external_id is not None:
        for record in sandbox.records.signatures_named(body.external_id):
            if (record.answer["keyId"], record.answer["requestBody"]) == (key.key_id, request):
                return record.json()
            raise conflict(
                "Conflicting signature with same externalId",
                str(record.answer["id"]),
                body.external_id,
            )
    if key.date_deleted:
        raise bad_request("key is archived and cannot sign", keyId=key.key_id)
    if key.date_exported and not sandbox.faults.take("exported-keys-sign", "sign"):
        raise bad_request("key was exported and can no longer sign", keyId=key.key_id)
    signature = _signature(sandbox, body, key.held)
    answer: dict[str, object] = {
        "id": sandbox.new_id("sig"),
        "keyId": key.key_id,
        "requester": {"userId": sandbox.access.user_id, "tokenId": sandbox.access.token_id},
        "requestBody": request,
        "dateRequested": sandbox.date(),
        **({"externalId": body.external_id} if body.external_id is not None else {}),
    }
    record = SignatureRecord(answer, _outcome(sandbox, signature))
    if fault := sandbox.faults.take("signature-pending", "sign"):
        record.pending = fault.value
        answer["approvalId"] = sandbox.new_id("ap")
    sandbox.records.signatures.setdefault(key.key_id, {})[str(answer["id"])] = record
    return record.json()


def get_signature(sandbox: Sandbox, call: Call) -> object:
    made = sandbox.records.signatures.get(sandbox.records.key(call.path["key_id"]).key_id, {})
    if call.path["signature_id"] not in made:
        raise not_found("signature", call.path["signature_id"], sandbox.access.org_id)
    return made[call.path["signature_id"]].read()


def list_signatures(sandbox: Sandbox, call: Call) -> object:
    key = sandbox.records.key(call.path["key_id"])
    made = sandbox.records.signatures.get(key.key_id, {})
    return {"keyId": key.key_id, **page([record.json() for record in made.values()], call.query)}


def read_body(call: Call) -> HashBody | MessageBody:
    """The kinds that the sandbox can sign. Raises 400 for the chains' own formats."""
    bodies: list[type[HashBody] | type[MessageBody]] = [HashBody, MessageBody]
    kind = call.read(dict[str, object]).get("kind")
    for body in bodies:
        if kind == body.__struct_config__.tag:
            return call.read(body)
    raise bad_request("the sandbox signs what is of kind Hash or Message")


def _signature(sandbox: Sandbox, body: HashBody | MessageBody, held: HeldKey) -> Signature:
    try:
        match body:
            case HashBody(hash=digest, taproot_merkle_root=root):
                return sign_hash(
                    held,
                    parse_hex_bytes(digest, "hash"),
                    None if root is None else parse_hex_bytes(root, "taprootMerkleRoot"),
                    sandbox.random,
                )
            case MessageBody(message=message):
                return sign_message(held, parse_hex_bytes(message, "message"), sandbox.random)
    except CeremonyError as error:
        raise refused(error) from None


def _outcome(sandbox: Sandbox, signature: Signature) -> dict[str, object]:
    if sandbox.faults.take("signature-failed", "sign"):
        return {"status": "Failed", "reason": "the signers did not agree"}
    if sandbox.faults.take("signature-wrong", "sign"):
        s = signature.s[:-1] + bytes([signature.s[-1] ^ 1])
        signature = Signature(signature.r, s, signature.recid)
    return {"status": "Signed", "signature": signature.json(), "dateSigned": sandbox.date()}
