"""Step 7 of an import: what Dfns made is what was sent, key by key."""

from collections.abc import Sequence

from ceremony.addresses.match import same_address
from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.message import ImportOutcome, ImportReceipt, WalletOutcome
from ceremony.offline.room import Room, Told
from ceremony.offline.sent import Sent
from ceremony.record.plan import Wallet

COUNT = Control("MSG-COUNT", "there is one outcome for each key asked about, under its label")
RECEIPT = Control("IMP-RECEIPT", "Dfns names the public key of the key that was sent")
RECEIPT_ADDRESS = Control(
    "IMP-RECEIPT-ADDRESS", "every wallet that Dfns made has the address that was expected"
)

OTHER_PROGRAM = "STOP: the relay's program is another one, or it was changed"

TODO = {
    "refused": "nothing was made: follow what Dfns or the relay says; make a plan for this key",
    "pending": "it waits for an approval in Dfns; then the relay asks again",
    "unknown": "it may have been made: the relay asks Dfns again; do not import it another way",
    "mismatch": "STOP: send nothing to it, and ask Dfns what it made",
}


def judge_receipt(room: Room, receipt: ImportReceipt, sent: Sequence[Sent]) -> list[Told]:
    """What became of each key, in the order of the request. Raises ``malformed``.

    A key that does not match is ``mismatch`` in its own line; the other keys go on.
    """
    check_labels([o.label for o in receipt.outcomes], [one.label for one in sent])
    room.record.passed(COUNT)
    told = []
    for one, outcome in zip(sent, receipt.outcomes, strict=True):
        try:
            told += _judged(one, outcome)
        except CeremonyError as error:
            room.desk.error(error)
            room.record.refused(error)
            told.append(Told(one.label, "mismatch", error.message, error.hint))
            continue
        if outcome.status == "done":
            room.record.passed(RECEIPT, RECEIPT_ADDRESS, subject=one.label)
    for line in told:
        room.desk.show(f"{line.label}: {line.status}: {line.text}")
    return told


def check_labels(found: Sequence[str], asked: Sequence[str]) -> None:
    """MSG-COUNT. Raises ``malformed``."""
    if list(found) != list(asked):
        raise COUNT.refusal(
            Failure.MALFORMED,
            f"the relay answers about {len(found)} keys that are not the {len(asked)} asked about",
            hint=OTHER_PROGRAM,
        )


def _judged(one: Sent, outcome: ImportOutcome) -> list[Told]:
    if outcome.status != "done":
        text = printable(outcome.error, 300) or "the relay gives no reason"
        return [Told(one.label, outcome.status, text, TODO[outcome.status])]
    if CURVES[one.curve].parse_public_key(outcome.public_key) != one.public_key:
        raise RECEIPT.refusal(
            Failure.PUBLIC_KEY,
            f"{one.label}: Dfns names the public key {outcome.public_key.hex()} where "
            f"{one.public_key.hex()} was sent",
            hint=TODO["mismatch"],
        )
    check_address(one.label, one.addresses(), outcome.address)
    made = f"wallet {outcome.wallet_id}, key {outcome.key_id}".removeprefix("wallet , ")
    told = [Told(one.label, "done", printable(f"{made} {outcome.address}".strip(), 300))]
    if len(outcome.wallets) != len(one.planned.wallets):
        raise COUNT.refusal(
            Failure.MALFORMED,
            f"{one.label}: the relay answers about {len(outcome.wallets)} wallets, asked are "
            f"{len(one.planned.wallets)}",
            hint=OTHER_PROGRAM,
        )
    for wanted, wallet in zip(one.planned.wallets, outcome.wallets, strict=True):
        told.append(_wallet(f"{one.label}, {wanted.network}", wanted, wallet))
    return told


def _wallet(label: str, wanted: Wallet, outcome: WalletOutcome) -> Told:
    if outcome.status != "done":
        text = printable(outcome.error, 300) or "the relay gives no reason"
        return Told(label, outcome.status, text, TODO[outcome.status])
    check_address(label, (wanted.expect,), outcome.address)
    return Told(label, "done", printable(f"wallet {outcome.wallet_id} {outcome.address}", 300))


def check_address(label: str, expected: Sequence[str], made: str) -> None:
    """IMP-RECEIPT-ADDRESS: one of these, where there are any. Raises ``address``."""
    if expected and not any(same_address(made, one) for one in expected):
        raise RECEIPT_ADDRESS.refusal(
            Failure.ADDRESS,
            f"{label}: Dfns made the address {printable(made, 120) or '(none)'} where "
            f"{expected[0]} was expected",
            hint=TODO["mismatch"],
        )
