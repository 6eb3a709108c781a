"""A set of SLIP-39 shares, entered by their custodians one after the other.

Source: SLIP-0039, https://github.com/satoshilabs/slips/blob/master/slip-0039.md.
"""

from dataclasses import dataclass
from typing import Self, final

from shamir_mnemonic import (  # type: ignore[import-untyped]
    EncryptedMasterSecret,
    MnemonicError,
    Share,
    recover_ems,
)
from shamir_mnemonic.shamir import ShareGroup  # type: ignore[import-untyped]

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.slip39.share import check_together, parse_share
from ceremony.secret import Secret


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """One group: its number from 1, the shares entered, and how many it needs.

    ``needed`` is None until the group's first share, which says it.
    """

    number: int
    entered: int
    needed: int | None

    @property
    def complete(self) -> bool:
        return self.needed is not None and self.entered >= self.needed


@dataclass(frozen=True, slots=True)
class ShareStatus:
    """How far a set is; no groups and None before the first share."""

    groups: tuple[GroupStatus, ...] = ()
    groups_needed: int | None = None

    @property
    def complete(self) -> bool:
        done = sum(group.complete for group in self.groups)
        return self.groups_needed is not None and done >= self.groups_needed


@final
class ShareSet:
    """The shares entered so far. It never changes: ``add`` gives the next one.

    Each share has a right checksum, all belong to one set, none is in it twice.
    """

    __slots__ = ("_shares",)

    def __init__(self) -> None:
        self._shares: tuple[Share, ...] = ()

    def __repr__(self) -> str:
        return f"ShareSet(of {len(self._shares)})"

    def add(self, text: Secret) -> Self:
        """The set with one more share, its words separated by white space.

        Raises ``key`` (not the words of a share), ``checksum``, ``malformed``,
        ``shares`` (of another set), ``duplicate`` and ``index`` (there already, or
        another one with its number). Messages count from 1 in the order of entry.
        """
        number = len(self._shares) + 1
        share = parse_share(text, f"share {number}")
        for other_number, other in enumerate(self._shares, 1):
            check_together(share, other, number, other_number)
        more = type(self)()
        more._shares = (*self._shares, share)
        return more

    def status(self) -> ShareStatus:
        if not self._shares:
            return ShareStatus()
        groups = []
        for index in range(self._shares[0].group_count):
            members = self._members(index)
            needed = members[0].member_threshold if members else None
            groups.append(GroupStatus(index + 1, len(members), needed))
        return ShareStatus(tuple(groups), self._shares[0].group_threshold)

    def recover(self, passphrase: Secret | None = None) -> Secret:
        """The master secret, 16 bytes or more, from enough shares; from all that are there.

        A wrong passphrase (printable ASCII) gives another secret: the standard has no
        check against it, an address has. Raises ``not-enough-shares``, ``inconsistent``
        (a share has a right checksum and yet does not fit) and ``passphrase``.
        """
        check_passphrase(passphrase)
        encrypted = self._encrypted()
        return Secret(encrypted.decrypt(b"" if passphrase is None else passphrase.reveal()))

    def _members(self, group_index: int) -> list[Share]:
        return [share for share in self._shares if share.group_index == group_index]

    def _encrypted(self) -> EncryptedMasterSecret:
        status = self.status()
        if not status.complete:
            raise _not_enough(status)
        complete = [
            (self._members(group.number - 1), group.needed or 0)
            for group in status.groups
            if group.complete
        ]
        # The threshold is enough; all that is beyond it must say the same. Each window
        # of neighbours has all but one share in common with the next, and the secret:
        # as many points as the polynomial needs. So when all windows agree, all shares
        # lie on it.
        chosen = [members[:needed] for members, needed in complete]
        threshold = status.groups_needed or 0
        found = set()
        for place, (members, needed) in enumerate(complete):
            others = [group for at, group in enumerate(chosen) if at != place][: threshold - 1]
            for start in range(len(members) - needed + 1):
                found.add(_recover([members[start : start + needed], *others]))
        if len(found) != 1:
            raise _inconsistent()
        return found.pop()


def check_passphrase(passphrase: Secret | None) -> None:
    """SLIP-39, "Passphrase": printable ASCII, codes 32 to 126. Raises ``passphrase``."""
    if passphrase is not None and not all(32 <= code <= 126 for code in passphrase.reveal()):
        raise CeremonyError(
            Failure.PASSPHRASE,
            "a SLIP-39 passphrase has only printable ASCII characters, this one has others",
            hint="no umlauts, no line break at the end: wallets refuse them too",
        )


def _recover(groups: list[list[Share]]) -> EncryptedMasterSecret:
    by_index = {}
    for members in groups:
        group = ShareGroup()
        for share in members:
            group.add(share)
        by_index[members[0].group_index] = group
    try:
        return recover_ems(by_index)
    except MnemonicError:
        raise _inconsistent() from None


def _not_enough(status: ShareStatus) -> CeremonyError:
    counts = [
        f"group {group.number}: {group.entered} of {group.needed}"
        for group in status.groups
        if group.needed is not None
    ]
    needed = "" if status.groups_needed is None else f", {status.groups_needed} group(s) needed"
    return CeremonyError(
        Failure.NOT_ENOUGH_SHARES,
        f"not enough shares: {'; '.join(counts) or 'none entered'}{needed}",
        hint="enter more shares",
    )


def _inconsistent() -> CeremonyError:
    return CeremonyError(
        Failure.INCONSISTENT,
        "the shares are of one set and yet do not fit together",
        hint="one was changed and given a new checksum: try with other shares",
    )
