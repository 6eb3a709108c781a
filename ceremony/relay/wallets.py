"""Wallets made of an imported key: POST /wallets, each once, each with the expected address."""

import hashlib
from collections.abc import Sequence

import msgspec

from ceremony.addresses.match import same_address
from ceremony.dfns import wire
from ceremony.dfns.bodies import DeriveFrom, KeyToUse, NewWallet, Wallet
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.message import WalletOutcome, WantedWallet
from ceremony.relay.schema import Job
from ceremony.relay.session import DECIDED_AGAIN, Departure, Session, of_one_key

WALLET_ADDRESS = Control(
    "RLY-WALLET-ADDRESS", "no further wallet is made of a key once one has another address"
)


def make_wallets(
    session: Session, request: bytes, key_id: str, wanted: Sequence[WantedWallet]
) -> tuple[WalletOutcome, ...]:
    """What became of each, in order. After one with another address no more are made."""
    outcomes: list[WalletOutcome] = []
    for wallet in wanted:
        if any(outcome.status != "done" for outcome in outcomes):
            error = f"not made, because of the wallet before it ({WALLET_ADDRESS.id})"
            outcomes.append(WalletOutcome("refused", error=error))
            continue
        try:
            outcomes.append(_made(session, request, key_id, wallet))
        except CeremonyError as error:
            refusal = of_one_key(error)
            unknown = refusal.failure is Failure.UNKNOWN_OUTCOME
            outcomes.append(WalletOutcome("unknown" if unknown else "refused", error=refusal.named))
    return tuple(outcomes)


def _made(session: Session, request: bytes, key_id: str, wanted: WantedWallet) -> WalletOutcome:
    """Found in Dfns by network and address, else posted. Raises ``unknown-outcome``."""
    if found := _found(session, wanted):
        return _judged(found, wanted)
    body = _body(key_id, wanted)
    encoded = wire.encode(body)
    subject = f"wallet {wanted.network} {wanted.path or ''} of {key_id}"
    job = Job(request, "wallet", subject, hashlib.sha256(encoded).digest())
    post = session.journal.post(job)
    if post is not None and post.state == "posting":
        lines = [
            f"a wallet on {printable(wanted.network)} of key {printable(key_id)} was posted, no "
            "answer came, and Dfns lists no wallet with its address: posted again, there may be two"
        ]
        if not session.ask_again(lines):
            raise DECIDED_AGAIN.refusal(
                Failure.UNKNOWN_OUTCOME,
                f"it is not known whether Dfns made the wallet on {printable(wanted.network)}",
                hint="run the relay again: it asks Dfns first",
            )
    departure = Departure(
        lambda user_action: session.journal.begin(job, session.seal.close(user_action))
    )
    try:
        with departure.told():
            answer = session.api.create_wallet(msgspec.to_builtins(body), departure)
    except CeremonyError as error:
        if departure.left and error.failure is not Failure.UNKNOWN_OUTCOME:
            session.journal.finish(job, "refused", answer=None, error=error.message)
        raise
    session.journal.finish(job, "done", answer=answer)
    judged = _judged(wire.decode(answer, Wallet, "the answer to POST /wallets"), wanted)
    if judged.status == "done":
        session.journal.passed(request, WALLET_ADDRESS, subject=subject)
    return judged


def _found(session: Session, wanted: WantedWallet) -> Wallet | None:
    return next(
        (
            wallet
            for wallet in session.api.wallets()
            if wallet.network == wanted.network
            and wallet.status != "Archived"
            and same_address(wallet.address or "", wanted.address)
        ),
        None,
    )


def _judged(wallet: Wallet, wanted: WantedWallet) -> WalletOutcome:
    """RLY-WALLET-ADDRESS: another address is loud, and ends the wallets of this key."""
    address = wallet.address or ""
    if same_address(address, wanted.address):
        return WalletOutcome("done", wallet.id, address)
    return WalletOutcome(
        "mismatch",
        wallet.id,
        address,
        f"{WALLET_ADDRESS.id}: Dfns made the address {printable(address, 120) or '(none)'} where "
        f"{printable(wanted.address, 120)} was expected",
    )


def _body(key_id: str, wanted: WantedWallet) -> NewWallet:
    if wanted.path is None:
        return NewWallet(wanted.network, KeyToUse(id=key_id), wanted.name)
    derived = DeriveFrom(key_id, wanted.path)
    return NewWallet(wanted.network, KeyToUse(derive_from=derived), wanted.name)
