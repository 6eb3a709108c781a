"""Ask for an exported key, and recover it from the signers' shares."""

from dataclasses import dataclass

from ceremony.curves import CURVES, Curve
from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportBody, Scheme
from ceremony.dfns.export_answer import ExportAnswer, Remark, read_export_answer
from ceremony.dfns.export_shares import (
    BadEntries,
    BadSigner,
    Share,
    check_others,
    open_entry,
    read_shares,
)
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS, SCHEMES, check_scheme
from ceremony.dfns.share_search import Progress, Tally, search
from ceremony.ecies import DecryptionKey, EncryptionKey
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.secret import Secret
from ceremony.text import parse_hex_bytes

PUBLIC_KEY = Control(
    "EXP-PUBLIC-KEY",
    "the key of the expected public key is given out wherever the shares allow it, and no other",
)

NAMED = 4
"""Bad shares that one error line names."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The exported key: 32 bytes, big-endian; its public key is the expected one.

    ``remarks`` are what the answer says of itself and is not so: it decided nothing.
    """

    curve: str
    protocol: str
    secret_scalar: Secret
    public_key: bytes
    bad_signers: tuple[BadSigner, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """What one curve made of the entries."""

    curve: Curve
    expected: bytes
    shares: list[Share]
    bad: BadEntries
    tally: Tally


def export_body(encryption_key: EncryptionKey) -> ExportBody:
    """The body of POST /keys/{keyId}/export, offering every scheme we can recover."""
    schemes = tuple(Scheme(protocol, curve) for protocol, curve in SCHEMES)
    return ExportBody(encryption_key.encoded, schemes)


def build_key_export_request(encryption_key: EncryptionKey) -> bytes:
    """The JSON of ``export_body``."""
    return wire.encode(export_body(encryption_key))


def untold(tried: int, most: int) -> None:
    """No report of progress."""


def recover_secret_scalar(
    decryption_key: DecryptionKey,
    response: bytes,
    public_key: bytes,
    progress: Progress = untold,
) -> Recovered:
    """The key whose public key is ``public_key``, from the answer of the export call.

    EXP-PUBLIC-KEY: the expected public key decides, and nothing else. Every entry that
    opens is a candidate, whatever the answer says of itself and whoever the entry claims
    to be from; what is wrong with the answer is told in the result, not raised, as long
    as the key can be had: Dfns has retired it by now. An exception of ``progress`` ends
    the search.

    Raises ``malformed``, ``decrypt`` (no share opens), ``public-key`` (the response is
    for another key) or ``not-enough-shares``.
    """
    curves = _curves_of(public_key)
    answer = read_export_answer(response)
    opened = [open_entry(decryption_key, entry) for entry in answer.entries]
    min_signers = answer.said.get("minSigners")
    stated = min_signers if isinstance(min_signers, int) else None
    attempts = []
    for curve, expected in curves:
        shares, bad = read_shares(curve, opened)
        candidates = tuple(dict.fromkeys(share.pair for share in shares))
        found, tally = search(curve, candidates, stated, expected, progress)
        if found is not None:
            bad |= check_others(curve, shares, found)
            return Recovered(
                curve.name,
                _protocol(answer, curve),
                found.secret_scalar,
                expected,
                tuple(bad[position] for position in sorted(bad)),
                (*answer.remarks, *_remarks(answer, curve, expected)),
            )
        attempts.append(_Attempt(curve, expected, shares, bad, tally))
    raise _refusal(answer, max(attempts, key=lambda attempt: len(attempt.shares)))


def _curves_of(public_key: bytes) -> list[tuple[Curve, bytes]]:
    """The curves that the key is a point of: mostly one, and the compressed forms."""
    found = []
    for curve in CURVES.values():
        try:
            found.append((curve, curve.parse_public_key(public_key)))
        except CeremonyError:
            continue
    if not found:
        raise CeremonyError(
            Failure.MALFORMED,
            "the expected public key is not a point of secp256k1, stark or ed25519",
            hint="compare it with your records: it was cut or mistyped",
        )
    return found


def _protocol(answer: ExportAnswer, curve: Curve) -> str:
    """The one that the answer names, if it is one of this curve; else the usual one."""
    try:
        protocol, named = check_scheme(*_named_scheme(answer))
    except CeremonyError:
        return DEFAULT_PROTOCOLS[curve.name]
    return protocol if named is curve else DEFAULT_PROTOCOLS[curve.name]


def _named_scheme(answer: ExportAnswer) -> tuple[str, str]:
    protocol, curve = answer.said.get("protocol"), answer.said.get("curve")
    if not isinstance(protocol, str) or not isinstance(curve, str):
        raise wire.malformed("the response does not name a protocol and a curve")
    return protocol, curve


def _remarks(answer: ExportAnswer, curve: Curve, expected: bytes) -> list[Remark]:
    """What the answer says of itself and is not so."""
    remarks = []
    try:
        _check_public_key(answer, curve, expected)
    except CeremonyError as error:
        remarks.append(Remark(error.failure, error.message))
    try:
        _, named = check_scheme(*_named_scheme(answer))
        if named is not curve:
            why = f"the response names the curve {named.name}, the key is on {curve.name}"
            remarks.append(Remark(Failure.CURVE, why))
    except CeremonyError as error:
        remarks.append(Remark(error.failure, error.message))
    min_signers = answer.said.get("minSigners")
    if not isinstance(min_signers, int) or min_signers < 2:
        remarks.append(Remark(Failure.MALFORMED, "the response's minSigners is not possible"))
    return remarks


def _check_public_key(answer: ExportAnswer, curve: Curve, expected: bytes) -> None:
    """Raises ``malformed``, or ``public-key`` if the answer names another key."""
    subject, text = "the response's public key", answer.said.get("publicKey")
    if not isinstance(text, str):
        raise wire.malformed(f"{subject} is missing")
    try:
        named = curve.parse_public_key(parse_hex_bytes(text, subject))
    except CeremonyError as error:
        raise wire.malformed(f"{subject}: {error.message}") from None
    if named != expected:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            f"the response is for the key {named.hex()}, expected was {expected.hex()}",
            hint="compare the public key with the one on paper, and ask for the right export",
        )


def _refusal(answer: ExportAnswer, attempt: _Attempt) -> CeremonyError:
    """Why the key could not be had, with the numbers of the search."""
    bad = [attempt.bad[at] for at in sorted(attempt.bad)]
    if bad and not attempt.shares and all(b.failure is Failure.DECRYPT for b in bad):
        return PUBLIC_KEY.refusal(
            Failure.DECRYPT,
            f"none of the {answer.count:,} shares opens with this decryption key",
            hint="the response answers another export request: find the state that belongs to it",
        )
    tally = attempt.tally
    numbers = (
        f"{answer.count:,} entries, {len(attempt.shares):,} readable shares, "
        f"{tally.candidates:,} different ones, {tally.tries:,} combinations computed"
        + ("" if tally.complete else ", not all of those that there are")
    )
    try:
        _check_public_key(answer, attempt.curve, attempt.expected)
    except CeremonyError as error:
        if error.failure is Failure.PUBLIC_KEY:
            return PUBLIC_KEY.refusal(
                error.failure, f"{error.message} ({numbers})", hint=error.hint
            )
    named = "".join(f"; {b.signer_id}: {b.why}" for b in bad[:NAMED])
    more = f"; and {len(bad) - NAMED} more" if len(bad) > NAMED else ""
    return PUBLIC_KEY.refusal(
        Failure.NOT_ENOUGH_SHARES,
        f"no set of shares gives the expected key ({numbers}){named}{more}",
        hint="keep the state and the response, and ask Dfns for the missing shares",
    )
