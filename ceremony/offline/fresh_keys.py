"""A plan rehearsed: the same ceremonies, with fresh keys and a sandbox in place of Dfns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial
from ceremony.message import ExportRequest, ImportReceipt, Message, decode_message
from ceremony.offline.export_ceremony import export_ceremony
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.resuming import Kept, last_request
from ceremony.offline.room import Enter, Outcome, Room
from ceremony.record.plan import Dfns, ImportKey, Plan, Source
from ceremony.record.rehearsal_plan import (
    Made,
    at_place,
    curves_of,
    export_rehearsal,
    import_rehearsal,
)
from ceremony.text import parse_hex_bytes

Make = Callable[[str], KeyMaterial]
"""Makes a new key of a curve."""


@dataclass(frozen=True, slots=True)
class FreshKeys:
    """The keys of a rehearsal, by the plan's labels: random, and worth nothing."""

    by_label: Mapping[str, KeyMaterial]

    @property
    def public_keys(self) -> dict[str, bytes]:
        return {label: key.public_key for label, key in self.by_label.items()}

    def enter(self, room: Room, source: Source, planned: Sequence[ImportKey]) -> list[KeyMaterial]:
        """In place of a source: the keys that were made for its labels."""
        room.desk.show(f"source {source.name}: not asked for, {len(planned)} fresh keys instead")
        return [self.by_label[key.label] for key in planned]


Rooms = Callable[[Plan, Enter, str], AbstractContextManager[tuple[Room, Kept]]]
"""Opens the room of one ceremony of a rehearsal, "import" or "export", and what its medium
keeps."""


def make_fresh_keys(plan: Plan, make: Make) -> FreshKeys:
    """One for each key of the plan, of the same curve."""
    return FreshKeys({label: make(curve) for label, curve in curves_of(plan).items()})


def rehearse_plan(
    plan: Plan,
    place: Dfns,
    keys: FreshKeys,
    rooms: Rooms,
    run: Callable[[Room, Callable[[], Outcome]], Outcome],
) -> Outcome:
    """The import, or for an export plan the import of its keys and then their export.

    ``run`` runs a ceremony in its room. Raises what the ceremonies raise.
    """
    importing = import_rehearsal(plan, place, keys.public_keys)
    with rooms(importing, keys.enter, "import") as (room, kept):
        outcome = run(room, lambda: import_ceremony(room))
        made = made_keys(kept.received(), outcome.conversation.ceremony)
    if not plan.is_export or not outcome.complete:
        return outcome
    exporting = export_rehearsal(plan, place, _with_public_keys(made, keys))
    with rooms(exporting, keys.enter, "export") as (room, _):
        return run(room, lambda: export_ceremony(room))


def taken_up(plan: Plan, place: Dfns, kept: Kept) -> Plan:
    """The plan of a rehearsal that is taken up: its fresh keys are those of the request.

    Raises ``ceremony`` if no request has left. The request counts by its words on paper.
    """
    _, request = last_request(kept, at_place(plan, place))
    if [item.label for item in request.keys] != list(curves_of(plan)):
        raise CeremonyError(
            Failure.CEREMONY,
            "the request on the medium has other keys than the plan",
            hint="this is not the request of this plan, or it was changed: find the right medium",
        )
    if isinstance(request, ExportRequest):
        made = {
            item.label: Made(
                parse_hex_bytes(item.public_key, "a public key"), item.key_id, item.wallet_id
            )
            for item in request.keys
        }
        return export_rehearsal(plan, place, made)
    return import_rehearsal(plan, place, {item.label: item.public_key for item in request.keys})


def made_keys(received: Sequence[bytes], ceremony: bytes) -> dict[str, tuple[str, str]]:
    """Key id and id of the first wallet by label, from the newest receipt of a ceremony."""
    receipts = [
        message
        for message in _messages(received)
        if isinstance(message, ImportReceipt) and message.ceremony == ceremony
    ]
    return {
        outcome.label: (outcome.key_id, outcome.wallets[0].wallet_id if outcome.wallets else "")
        for outcome in (receipts[-1].outcomes if receipts else ())
    }


def _with_public_keys(made: Mapping[str, tuple[str, str]], keys: FreshKeys) -> dict[str, Made]:
    return {
        label: Made(keys.by_label[label].public_key, key_id, wallet_id)
        for label, (key_id, wallet_id) in made.items()
    }


def _messages(received: Sequence[bytes]) -> Iterator[Message]:
    for data in received:
        try:
            yield decode_message(data)
        except CeremonyError:
            continue
