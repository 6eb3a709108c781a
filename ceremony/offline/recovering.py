"""Step 5' of an export: each key recovered, written in its form, and read back."""

from functools import partial

from ceremony.curves import ED25519
from ceremony.desk.again import until_it_works
from ceremony.desk.port import Working
from ceremony.dfns.export_shares import OTHER_SHARES
from ceremony.dfns.key_export import PUBLIC_KEY, recover_secret_scalar
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import WRITTEN
from ceremony.keys.forms import FORMS, OutOptions, write_form
from ceremony.keys.material import scalar_key
from ceremony.message import ExportOutcome, ExportResponse
from ceremony.offline.import_receipt import COUNT, TODO, check_labels
from ceremony.offline.key_files import file_content
from ceremony.offline.passphrases import new_passphrase_at
from ceremony.offline.room import Room, Told
from ceremony.offline.written import written_before
from ceremony.record.plan import ExportKey
from ceremony.secret import Secret
from ceremony.text import parse_hex_bytes

LOST = (
    "keep the sealed state, its passphrase and the relay's journal: the answer is kept there, "
    "and `ceremony api recombine` can try again"
)


def recover_all(
    room: Room, response: ExportResponse, key: DecryptionKey, written: set[str]
) -> list[Told]:
    """What became of each key, in the plan's order. Raises ``malformed``.

    One key that cannot be recovered leaves the others alone. ``written`` are the labels
    whose files exist already; those of this call are added.
    """
    planned = room.plan.exports
    check_labels([o.label for o in response.outcomes], [one.label for one in planned])
    room.record.passed(COUNT)
    told = []
    for one, outcome in zip(planned, response.outcomes, strict=True):
        try:
            told.append(_recovered(room, one, outcome, key, written))
        except CeremonyError as error:
            if error.failure is Failure.CANCELLED:
                # Nothing is wrong with the key: `ceremony resume` goes on with it.
                raise
            room.desk.error(error)
            room.record.refused(error)
            told.append(Told(one.label, "mismatch", error.message, LOST))
        room.desk.show(f"{told[-1].label}: {told[-1].status}: {told[-1].text}")
    return told


def _recovered(
    room: Room, planned: ExportKey, outcome: ExportOutcome, key: DecryptionKey, written: set[str]
) -> Told:
    if planned.label in written:
        return Told(planned.label, "done", f"written before: {', '.join(planned.to)}")
    if outcome.status != "done":
        text = printable(outcome.error, 300) or "the relay gives no reason"
        return Told(planned.label, outcome.status, text, TODO[outcome.status])
    expected = parse_hex_bytes(planned.public_key, "the expected public key")
    found = recover_secret_scalar(
        key,
        outcome.answer,
        expected,
        lambda tried, most: room.desk.progress(Working("combinations of shares", tried, most)),
    )
    room.record.passed(PUBLIC_KEY, OTHER_SHARES, subject=planned.label)
    for remark in found.remarks:
        room.desk.show(f"{planned.label}: {remark.why}")
        room.record.happened("remark", label=planned.label, text=remark.why)
    for bad in found.bad_signers:
        who = printable(bad.signer_id)
        room.desk.show(f"{planned.label}: bad share of {who}: {bad.why} ({OTHER_SHARES.id})")
        room.record.happened(
            "bad-share", control=OTHER_SHARES.id, label=planned.label, signer=who, text=bad.why
        )
    material = scalar_key(found.curve, found.secret_scalar)
    if until_it_works(room.desk, lambda: written_before(room, planned, material)):
        places = ", ".join(planned.to)
        return Told(planned.label, "done", f"recovered; an earlier attempt wrote {places}")
    options = OutOptions(
        passphrase=new_passphrase_at(room, f"the {planned.form} of {planned.label}")
        if "passphrase" in FORMS[planned.form].needs
        else None,
        recipients=planned.recipients,
        network=planned.network,
        shares=(planned.threshold, len(planned.to)) if planned.threshold else None,
        work=room.work,
    )
    outputs = write_form(planned.form, material, options, room.random)
    _write(room, planned, [file_content(planned.form, output) for output in outputs])
    written.add(planned.label)
    if not FORMS[planned.form].encrypted:
        room.desk.show(f"{planned.label}: this file is the key in the clear")
    if found.curve == ED25519.name:
        room.desk.show(f"{planned.label}: this is a scalar, not a seed; ordinary wallets fail")
    return Told(planned.label, "done", f"{planned.form}: {', '.join(planned.to)}")


def _write(room: Room, planned: ExportKey, contents: list[Secret]) -> None:
    """All files at once; SLIP-39 shares one by one, each to its own custodian's medium."""
    files = list(zip(planned.to, contents, strict=True))
    if planned.threshold is None:
        until_it_works(room.desk, lambda: room.write(files, "the exported key"))
    else:
        for number, share in enumerate(files, 1):
            room.desk.ask(
                f"share {number} of {len(files)} goes to {share[0]}: put that medium in, "
                "and press Enter:",
                str,
            )
            until_it_works(room.desk, partial(room.write, [share], f"share {number}"))
    room.record.happened("written", label=planned.label, form=planned.form, to=list(planned.to))
    room.record.passed(WRITTEN, subject=planned.label)
