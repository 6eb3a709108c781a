"""The offline half of an import and an export, message by message, over whatever light.

Each function is one step of the printed script: it takes the conversation so far and
gives it back one message further. A refusal leaves the caller's conversation as it was.
"""

from collections.abc import Sequence
from itertools import chain

import msgspec

from ceremony.curves import CURVES
from ceremony.dfns.bodies import ExportBody
from ceremony.dfns.key_export import (
    Recovered,
    build_key_export_request,
    recover_secret_scalar,
    untold,
)
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS
from ceremony.dfns.share_search import Progress
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
    progress: Progress = untold,
) -> tuple[tuple[Recovered | CeremonyError, ...], Conversation]:
    """For each public key its exported key, or why it could not be had.

    One key's refusal costs no other key: Dfns has retired them all by now. The order and
    the number of the outcomes decide nothing either. A key is looked for in the outcome at
    its place first, then in those that name its public key. Raises what ``accept`` raises.
    """
    message, conversation = conversation.accept(data, ExportResponse)
    results = tuple(
        _recover(decryption_key, message.outcomes, place, public_key, progress)
        for place, public_key in enumerate(public_keys)
    )
    return results, conversation


def _recover(
    decryption_key: DecryptionKey,
    outcomes: Sequence[ExportOutcome],
    place: int,
    public_key: bytes,
    progress: Progress,
) -> Recovered | CeremonyError:
    own = outcomes[place : place + 1]
    elsewhere = (
        outcome
        for other, outcome in enumerate(outcomes)
        if other != place and _names(outcome.answer, public_key)
    )
    refusals = []
    for outcome in chain(own, elsewhere):
        try:
            return recover_secret_scalar(decryption_key, _answer(outcome), public_key, progress)
        except CeremonyError as error:
            refusals.append(error)
    if refusals:
        return refusals[0]
    return CeremonyError(
        Failure.MALFORMED,
        f"the relay's answer has no outcome for the key {printable(public_key.hex(), 140)}",
        hint="keep the message; if the relay's journal has the answer, recover it from there",
    )


def _names(answer: bytes, public_key: bytes) -> bool:
    """Whether the answer's text has this key's digits: a reason to look into it.

    Without the first byte of a compressed key, since the answer may have it uncompressed.
    """
    digits = public_key.hex().encode()
    return bool(digits) and digits[2 if len(digits) > 64 else 0 :][:64] in answer.lower()


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
