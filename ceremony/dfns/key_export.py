"""Ask for an exported key, and recover it from the signers' shares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ceremony.curves import Curve
from ceremony.dfns import wire
from ceremony.dfns.bodies import ExportBody, Scheme
from ceremony.dfns.scheme import SCHEMES, check_scheme
from ceremony.dfns.signers import MAX_SIGNERS
from ceremony.ecies import DecryptionKey, EncryptionKey, decrypt
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.secret import Secret
from ceremony.sharing import recombine, value_at
from ceremony.text import parse_base64, parse_hex_bytes

MAX_NAMED = 4
"""Signers that an error names."""


@dataclass(frozen=True, slots=True)
class BadSigner:
    """A signer whose share did not serve, and why."""

    signer_id: str
    failure: Failure
    why: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """The exported key: 32 bytes, big-endian; its public key is the expected one."""

    curve: str
    protocol: str
    secret_scalar: Secret
    public_key: bytes
    bad_signers: tuple[BadSigner, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Share:
    signer_id: str
    index: int
    secret_share: Secret


def build_key_export_request(encryption_key: EncryptionKey) -> bytes:
    """The body of POST /keys/{keyId}/export, offering every scheme we can recover."""
    schemes = tuple(Scheme(protocol, curve) for protocol, curve in SCHEMES)
    return wire.encode(ExportBody(encryption_key.encoded, schemes))


def recover_secret_scalar(
    decryption_key: DecryptionKey, response: bytes, public_key: bytes
) -> Recovered:
    """The key whose public key is ``public_key``, from the answer of the export call.

    Nothing in the response is believed that the expected public key does not prove:
    a subset of shares that gives it decides, whatever minSigners says, and each
    other share is checked against that subset. Bad shares are named in the result,
    not raised, as long as the key can be had: Dfns has retired it by now.

    Raises ``malformed``, ``scheme``, ``public-key`` (the response is for another
    key), ``decrypt`` (no share opens) or ``not-enough-shares``.
    """
    answer = wire.decode(response, wire.ExportAnswer, "the export response")
    protocol, curve = check_scheme(answer.protocol, answer.curve)
    if answer.min_signers < 2:
        raise wire.malformed(f"the export response has minSigners {answer.min_signers}")
    if len(answer.encrypted_key_shares) > MAX_SIGNERS:
        raise wire.malformed(f"the export response has more than {MAX_SIGNERS} shares")
    expected = _public_key(curve, public_key, "the expected public key")
    check_public_key(curve, answer.public_key, expected)
    shares, bad = _open_shares(decryption_key, curve, answer.encrypted_key_shares)
    if bad and not shares and all(b.failure is Failure.DECRYPT for b in bad):
        raise CeremonyError(
            Failure.DECRYPT,
            f"none of the {len(bad)} shares opens with this decryption key",
            hint="the response answers another export request: find the state that belongs to it",
        )
    found = _search(curve, shares, answer.min_signers, expected)
    if found is None:
        named = "".join(f"; {b.signer_id}: {b.why}" for b in bad[:MAX_NAMED])
        named += f" and {len(bad) - MAX_NAMED} more" if len(bad) > MAX_NAMED else ""
        raise CeremonyError(
            Failure.NOT_ENOUGH_SHARES,
            f"no subset of the {len(shares)} readable shares gives the expected key{named}",
            hint="keep the state and the response, and ask Dfns for the missing shares",
        )
    secret_scalar, subset = found
    bad += _check_others(curve, shares, subset)
    order = [printable(entry.signer_id) for entry in answer.encrypted_key_shares]
    bad.sort(key=lambda b: order.index(b.signer_id))
    return Recovered(curve.name, protocol, secret_scalar, expected, tuple(bad))


def check_public_key(curve: Curve, named_hex: str, expected: bytes) -> None:
    """EXP-PUBLIC-KEY: the response is for the expected key. Raises ``public-key``."""
    subject = "the response's public key"
    named = _public_key(curve, parse_hex_bytes(named_hex, subject), subject)
    if named != expected:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            f"the response is for the key {named.hex()}, expected was {expected.hex()}",
            hint="compare the public key with the one on paper, and ask for the right export",
        )


def _public_key(curve: Curve, encoded: bytes, subject: str) -> bytes:
    try:
        return curve.parse_public_key(encoded)
    except CeremonyError as error:
        raise wire.malformed(f"{subject}: {error.message}") from None


def _open_shares(
    decryption_key: DecryptionKey, curve: Curve, entries: Sequence[wire.ReceivedShare]
) -> tuple[list[_Share], list[BadSigner]]:
    shares: list[_Share] = []
    bad: list[BadSigner] = []
    for entry in entries:
        signer_id = printable(entry.signer_id)
        try:
            if any(entry.signer_id == earlier.signer_id for earlier in shares):
                raise CeremonyError(Failure.DUPLICATE, "this signer answered twice", hint="")
            ciphertext = parse_base64(entry.encrypted_key_share, "the share")
            shares.append(_read_share(curve, entry.signer_id, decrypt(decryption_key, ciphertext)))
        except CeremonyError as error:
            bad.append(BadSigner(signer_id, error.failure, error.message))
    return shares, bad


def _read_share(curve: Curve, signer_id: str, plaintext: Secret) -> _Share:
    share = wire.decode_share(plaintext, wire.ExportShare, "the share")
    index = wire.read_scalar(share.index, curve, "the index of the share")
    secret_share = wire.read_scalar(share.secret_share, curve, "the share")
    return _Share(signer_id, int.from_bytes(index.reveal(), "big"), secret_share)


def _search(
    curve: Curve, shares: list[_Share], min_signers: int, expected: bytes
) -> tuple[Secret, tuple[_Share, ...]] | None:
    """The first subset that gives the expected key; sizes from minSigners, then all.

    A set larger than the true threshold gives the key as well, so the smallest
    size that works is not assumed: only the public key decides.
    """
    sizes = sorted(range(2, len(shares) + 1), key=lambda size: (size != min_signers, size))
    for size in sizes:
        for subset in _with_different_indexes(combinations(shares, size)):
            found = recombine(curve, [(s.index, s.secret_share) for s in subset])
            if found is not None and curve.base_multiply(found).compressed == expected:
                return found, subset
    return None


def _with_different_indexes(subsets: Iterator[tuple[_Share, ...]]) -> Iterator[tuple[_Share, ...]]:
    return (s for s in subsets if len({share.index for share in s}) == len(s))


def _check_others(
    curve: Curve, shares: list[_Share], subset: tuple[_Share, ...]
) -> list[BadSigner]:
    """EXP-OTHER-SHARES: each share beyond the subset lies on the subset's polynomial."""
    bad = []
    indexes = {share.index for share in subset}
    points = [(s.index, s.secret_share) for s in subset]
    for share in shares:
        if share in subset:
            continue
        if share.index in indexes:
            why = "another signer's share has this index"
            bad.append(BadSigner(share.signer_id, Failure.INDEX, why))
            continue
        if value_at(curve, points, share.index) != int.from_bytes(
            share.secret_share.reveal(), "big"
        ):
            why = "the share does not fit the others"
            bad.append(BadSigner(share.signer_id, Failure.INCONSISTENT, why))
        else:
            indexes.add(share.index)
    return bad
