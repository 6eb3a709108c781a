"""Step 5 of an import: each source is entered once, and every key is the expected one."""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.desk.port import Table, Working
from ceremony.desk.tables import wallet_text
from ceremony.dfns.signers import SignersInfo
from ceremony.keys.kdf import COST
from ceremony.keys.material import KeyMaterial
from ceremony.offline.beginning import check_machine
from ceremony.offline.room import Room
from ceremony.offline.sent import ADDRESS, Sent
from ceremony.record.steps import SOURCES

NEW = "new"
"""The format of a source that is made here: the only one whose keys nobody can expect."""


@dataclass(frozen=True, slots=True)
class Entered:
    """One key of the plan with its material."""

    sent: Sent
    material: KeyMaterial


def enter_all(room: Room, signers: SignersInfo) -> tuple[Entered, ...]:
    """All keys in the plan's order, each checked; then people compare the whole table."""
    room.desk.step(SOURCES)
    entered: dict[str, Entered] = {}
    for source in room.plan.sources:
        planned = [key for key in room.plan.imports if key.source == source.name]
        check_machine(room)
        materials = room.enter(room, source, planned)
        for number, (key, material) in enumerate(zip(planned, materials, strict=True), 1):
            room.desk.progress(Working("checking the addresses", number, len(planned)))
            sent = Sent(key, material.curve, material.public_key)
            sent.check_expected(made_here=source.format == NEW)
            entered[key.label] = Entered(sent, material)
            for warning in material.warnings:
                room.desk.show(f"{key.label}: {warning}")
        room.record.passed(COST, ADDRESS, subject=f"source {source.name}, {len(planned)} keys")
    ordered = tuple(entered[key.label] for key in room.plan.imports)
    quorum = f"{room.plan.dfns.threshold} of {len(signers.signers)} signers"
    room.desk.compare(table_of([one.sent for one in ordered], quorum))
    return ordered


def table_of(keys: Sequence[Sent], quorum: str) -> Table:
    """What people compare with the paper, and the operator with the relay's; a row a key."""
    columns = ("label", "route", "network", "name", "public key", "address", "wallets to make")
    return Table("the keys that go into Dfns", columns, tuple(_row(key, quorum) for key in keys))


def _row(key: Sent, quorum: str) -> tuple[str, ...]:
    wallets = "; ".join(
        wallet_text(w.network, w.path, w.expect, w.name) for w in key.planned.wallets
    )
    master = ", a master key" if key.planned.master_key else ""
    return (
        key.label,
        f"POST {key.destination.path}, {key.protocol} on {key.curve}, {quorum}{master}",
        key.planned.network or "a key without a wallet",
        key.destination.name or "",
        key.public_key.hex(),
        next(iter(key.addresses()), "none"),
        wallets or "none",
    )
