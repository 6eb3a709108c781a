"""The live image without any storage: what a plan may ask of it, and how exported keys leave it.

A room knows its image. In the sealed one a file is written to memory, which is gone with the
power: so what has to stay crosses to the relay by light, and nothing but what is encrypted does.
"""

import re
from collections.abc import Sequence

from ceremony.errors import Control, Failure, printable
from ceremony.keys.forms import FORMS
from ceremony.message import Conversation, Deliver, decode_message, encode_message
from ceremony.offline.room import Room, Told, send
from ceremony.offline.source_options import KIT
from ceremony.record.plan import ExportKey, Plan

SEALED = Control(
    "ENV-SEALED",
    "a machine without storage reads no source from a file, and writes no key that may not leave",
)

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What a file that is delivered can be called: as in ``ceremony.message.kinds``."""


def check_image(room: Room) -> None:
    """ENV-SEALED, and the image in the transcript. Raises ``plan``; nothing was asked for yet."""
    image = room.image
    if image is None:
        return
    room.record.happened(
        "image",
        version=image.version,
        commit=image.commit,
        flavour=image.flavour,
        root=image.root_sha256,
    )
    room.desk.show(
        f"live image {image.version}, {image.flavour}: root {image.root_sha256[:16]}..., "
        f"commit {image.commit[:12]}"
    )
    if not image.is_sealed:
        return
    wants = [*_of_sources(room.plan), *_of_exports(room.plan)]
    if wants:
        raise SEALED.refusal(
            Failure.PLAN,
            f"the sealed image has no storage, and the plan needs it: {wants[0]}",
            hint="boot the media image; or change the plan: sources typed or scanned, exported "
            "keys as age, keystore-v3 or pkcs8, in files without a folder",
        )
    room.record.passed(SEALED)


def leaves(planned: ExportKey) -> bool:
    """Whether the form is encrypted as a whole, so that the relay may keep it.

    SLIP-39 shares are not: together they are the key.
    """
    return FORMS[planned.form].encrypted and planned.threshold is None


def deliver_keys(
    room: Room, conversation: Conversation, told: Sequence[Told], said: Sequence[bytes]
) -> tuple[Conversation, Sequence[bytes]]:
    """Every exported key, encrypted, goes to the relay; before the transcript does.

    Only from the sealed image: elsewhere the files are on a medium. ``said`` are the messages
    after the request that an earlier attempt sent; given back are those that are no keys.
    """
    if room.image is None or not room.image.is_sealed:
        return conversation, said
    there: set[str] = set()
    rest = [*said]
    while rest and (name := _key_in(rest[0])):
        there.add(name)
        conversation = conversation.sent(rest.pop(0))
    if rest:  # The transcript has left: nothing can come before it any more.
        return conversation, rest
    done = {one.label for one in told if one.status == "done"}
    for planned in room.plan.exports:
        for name in planned.to:
            if planned.label in done and name not in there:
                message = Deliver(
                    **conversation.header(),
                    name=name,
                    type="encrypted-key",
                    data=room.read(name).reveal(),
                )
                conversation = send(room, conversation, encode_message(message), "deliver")
                room.desk.show(f"{planned.label}: {name} goes to the relay, encrypted")
    return conversation, ()


def _key_in(data: bytes) -> str:
    message = decode_message(data)
    named = isinstance(message, Deliver) and message.type == "encrypted-key"
    return message.name if isinstance(message, Deliver) and named else ""


def _of_sources(plan: Plan) -> list[str]:
    return [
        f"source {printable(one.name)} is a file"
        for one in plan.sources
        if one.entry == "file" or one.format == KIT
    ]


def _of_exports(plan: Plan) -> list[str]:
    found = []
    for one in plan.exports:
        if not leaves(one):
            found.append(f"{printable(one.label)} comes out as {one.form}, which may not leave")
        found += [
            f"{printable(name)} names a folder" for name in one.to if not FILE_NAME.fullmatch(name)
        ]
    return found
