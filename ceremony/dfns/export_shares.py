"""The entries of an export's answer as shares: opened, read, and judged once the key is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from ceremony.curves import Curve, scalar_bytes
from ceremony.dfns import wire
from ceremony.dfns.export_answer import Entry
from ceremony.dfns.share_search import Found
from ceremony.ecies import DecryptionKey, decrypt
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.secret import Secret
from ceremony.sharing import value_at


@dataclass(frozen=True, slots=True)
class BadSigner:
    """A signer whose share did not serve, and why.

    ``signer_id`` is what the answer claims, or the entry's position where that is not an
    id; it can be shown as it is.
    """

    signer_id: str
    failure: Failure
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class OpenedEntry:
    """An entry, and its plaintext or why there is none."""

    entry: Entry
    plaintext: Secret | CeremonyError


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """A share that could be read; whether it is a good one is not known yet."""

    entry: Entry
    index: int
    secret_share: Secret

    @property
    def pair(self) -> tuple[int, int]:
        return self.index, int.from_bytes(self.secret_share.reveal(), "big")


BadEntries = dict[int, BadSigner]
"""By the position in the answer."""


def open_entry(decryption_key: DecryptionKey, entry: Entry) -> OpenedEntry:
    """Raises nothing: an entry that does not open must not cost the others."""
    try:
        if entry.ciphertext is None:
            raise wire.malformed("the share is not base64")
        return OpenedEntry(entry, decrypt(decryption_key, entry.ciphertext))
    except CeremonyError as error:
        return OpenedEntry(entry, error)


def read_shares(curve: Curve, opened: Sequence[OpenedEntry]) -> tuple[list[Share], BadEntries]:
    """The shares of ``curve``, and the other entries by their position."""
    shares: list[Share] = []
    bad: BadEntries = {}
    for one in opened:
        try:
            if isinstance(one.plaintext, CeremonyError):
                raise one.plaintext
            shares.append(read_share(curve, one.entry, one.plaintext))
        except CeremonyError as error:
            bad[one.entry.position] = BadSigner(one.entry.name, error.failure, error.message)
    return shares, bad


def read_share(curve: Curve, entry: Entry, plaintext: Secret) -> Share:
    """Raises ``version``, ``curve`` or ``malformed``."""
    share = wire.decode_share(plaintext, wire.ExportShare, "the share")
    index = wire.read_scalar(share.index, curve, "the index of the share")
    secret_share = wire.read_scalar(share.secret_share, curve, "the share")
    return Share(entry, int.from_bytes(index.reveal(), "big"), secret_share)


OTHER_SHARES = Control(
    "EXP-OTHER-SHARES", "each share beyond the needed ones is checked, and named if it is bad"
)


def check_others(curve: Curve, shares: Sequence[Share], found: Found) -> BadEntries:
    """EXP-OTHER-SHARES: each share lies on the polynomial that gave the key, and once."""
    points = [(index, scalar_bytes(value)) for index, value in found.shares]
    owners: dict[int, Share] = {}
    for share in shares:
        if share.index not in owners and share.pair[1] == value_at(curve, points, share.index):
            owners[share.index] = share
    known = [share.entry.signer_id for share in owners.values()]
    bad: BadEntries = {}
    for share in shares:
        if owners.get(share.index) is share:
            continue
        failure, why = Failure.INCONSISTENT, "the share does not fit the others"
        if isinstance(share.entry.signer_id, str) and share.entry.signer_id in known:
            failure, why = Failure.DUPLICATE, "this signer answered twice"
        elif share.index in owners:
            failure, why = Failure.INDEX, "another signer's share has this index"
        bad[share.entry.position] = BadSigner(share.entry.name, failure, why)
    return bad
