"""The offline half of an import and an export, message by message, over whatever light.

Each function is one step of the printed script: it takes the conversation so far and
gives it back one message further. A refusal leaves the caller's conversation as it was.
"""

from collections.abc import Sequence

import msgspec

from ceremony.curves import CURVES
from ceremony.dfns.bodies import ExportBody
from ceremony.dfns.key_export import Recovered, build_key_export_request, recover_secret_scalar
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.material import KeyMaterial
from ceremony.message import (
    Conversation,
    ExportItem,
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    ImportItem,
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Signers,
    encode_message,
)
from ceremony.secret import Random


def take_signers(conversation: Conversation, data: bytes) -> tuple[SignersInfo, Conversation]:
    """The signers that the relay fetched. Whether they are Dfns' is for people and pins."""
    message, conversation = conversation.accept(data, Signers)
    return parse_signers(message.answer, message.cluster_id), conversation


def make_import_request(
    conversation: Conversation,
    signers: SignersInfo,
    keys: Sequence[tuple[KeyMaterial, Destination]],
    min_signers: int,
    random: Random,
) -> tuple[bytes, Conversation]:
    """Split and encrypt every key for the signers; the request's bytes."""
    wanted = [
        KeyToImport(
            key.curve,
            key.secret_scalar,
            key.public_key,
            DEFAULT_PROTOCOLS[key.curve],
            destination,
        )
        for key, destination in keys
    ]
    bodies = build_import_bodies(signers, wanted, min_signers, random)
    items = [ImportItem(body, key.public_key) for body, (key, _) in zip(bodies, keys, strict=True)]
    request = ImportRequest(**conversation.header(), keys=tuple(items))
    data = encode_message(request)
    return data, conversation.sent(data)


def take_receipt(
    conversation: Conversation, data: bytes, keys: Sequence[KeyMaterial]
) -> tuple[tuple[ImportOutcome, ...], Conversation]:
    """What became of each key, in the order of the request.

    IMP-RECEIPT: one outcome a key, and Dfns names the key's own public key. Raises
    ``public-key`` or ``malformed``; a key that Dfns refused is told in its outcome.
    """
    message, conversation = conversation.accept(data, ImportReceipt)
    check_count(len(message.outcomes), len(keys))
    for key, outcome in zip(keys, message.outcomes, strict=True):
        if not outcome.error and _compressed(key.curve, outcome.public_key) != key.public_key:
            raise CeremonyError(
                Failure.PUBLIC_KEY,
                f"Dfns names the public key {outcome.public_key.hex()} for the imported key "
                f"{key.public_key.hex()}",
                hint="stop: do not use what was made there, and ask Dfns",
            )
    return message.outcomes, conversation


def make_export_request(
    conversation: Conversation, key_ids: Sequence[str], decryption_key: DecryptionKey
) -> tuple[bytes, Conversation]:
    """Ask for the keys, encrypted to one decryption key; seal that before sending."""
    encoded = build_key_export_request(decryption_key.encryption_key)
    body = msgspec.json.decode(encoded, type=ExportBody)
    items = tuple(ExportItem(body, key_id=key_id) for key_id in key_ids)
    data = encode_message(ExportRequest(**conversation.header(), keys=items))
    return data, conversation.sent(data)


def take_export_response(
    conversation: Conversation,
    data: bytes,
    decryption_key: DecryptionKey,
    public_keys: Sequence[bytes],
) -> tuple[tuple[Recovered, ...], Conversation]:
    """The exported keys, each proven by the public key that was expected.

    Raises what ``recover_secret_scalar`` raises, ``malformed``, and ``refused`` for a
    key that Dfns did not export.
    """
    message, conversation = conversation.accept(data, ExportResponse)
    check_count(len(message.outcomes), len(public_keys))
    recovered = tuple(
        recover_secret_scalar(decryption_key, _answer(outcome), public_key)
        for outcome, public_key in zip(message.outcomes, public_keys, strict=True)
    )
    return recovered, conversation


def check_count(found: int, asked: int) -> None:
    """MSG-COUNT: one outcome for each key asked about."""
    if found != asked:
        raise CeremonyError(
            Failure.MALFORMED,
            f"the relay answers about {found} keys, asked were {asked}",
            hint="scan again; if it stays so, the relay's program is another one",
        )


def _compressed(curve: str, public_key: bytes) -> bytes:
    return CURVES[curve].parse_public_key(public_key)


def _answer(outcome: ExportOutcome) -> bytes:
    if outcome.error:
        raise CeremonyError(
            Failure.REFUSED,
            f"key {printable(outcome.key_id)} was not exported: {printable(outcome.error, 200)}",
            hint="the relay's screen says more",
        )
    return outcome.answer
