"""Step 6 of an import: every key split, checked, encrypted; one request for all of them."""

from collections.abc import Sequence

from ceremony.dfns.key_import import KeyToImport, build_import_bodies
from ceremony.dfns.signers import SignersInfo
from ceremony.message import Conversation, ImportItem, ImportRequest, WantedWallet, encode_message
from ceremony.offline.entering import Entered
from ceremony.offline.room import Room
from ceremony.record.plan import Wallet


def build_import_request(
    room: Room, conversation: Conversation, signers: SignersInfo, entered: Sequence[Entered]
) -> bytes:
    """The message's bytes. Raises what ``build_import_bodies`` raises, ``oversized``."""
    wanted = [
        KeyToImport(
            one.sent.curve,
            one.material.secret_scalar,
            one.sent.public_key,
            one.sent.protocol,
            one.sent.destination,
        )
        for one in entered
    ]
    dfns = room.plan.dfns
    bodies = build_import_bodies(signers, wanted, dfns.threshold, room.random)
    items = tuple(
        ImportItem(
            sent.label,
            body,
            sent.public_key,
            next(iter(sent.addresses()), ""),
            tuple(map(_wanted, sent.planned.wallets)),
        )
        for sent, body in zip((one.sent for one in entered), bodies, strict=True)
    )
    return encode_message(
        ImportRequest(
            **conversation.header(),
            plan=room.plan.digest,
            api_url=dfns.api,
            organisation=dfns.organisation,
            keys=items,
        )
    )


def _wanted(wallet: Wallet) -> WantedWallet:
    return WantedWallet(wallet.network, wallet.expect, wallet.name, wallet.path)
