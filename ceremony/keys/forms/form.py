"""What the forms of an exported key share."""

from collections.abc import Callable
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial
from ceremony.passphrases import WORK, Work
from ceremony.secret import Random, Secret


@dataclass(frozen=True, slots=True)
class OutOptions:
    """What a form may need besides the key.

    ``shares`` is how many recover the key and how many are made; ``identity`` opens an
    age file again; ``work`` is what a guess of the passphrase costs.
    """

    passphrase: Secret | None = None
    recipients: tuple[str, ...] = ()
    network: str | None = None
    shares: tuple[int, int] | None = None
    identity: Secret | None = None
    work: Work = WORK

    @property
    def given(self) -> frozenset[str]:
        """The names of the options, as forms need them, that are there."""
        there = {
            "passphrase": self.passphrase is not None,
            "recipients": bool(self.recipients),
            "network": self.network is not None,
            "shares": self.shares is not None,
        }
        return frozenset(name for name, is_there in there.items() if is_there)


@dataclass(frozen=True, slots=True)
class Output:
    """One file: a name for it, its bytes, and whether they are the key in the clear."""

    name: str
    content: Secret
    clear: bool


Write = Callable[[KeyMaterial, OutOptions, Random], tuple[tuple[Output, ...], OutOptions]]
"""Gives the files, and the options with which they can be read."""

Read = Callable[[tuple[Output, ...], str, OutOptions], KeyMaterial]
"""The key in the files, for a curve."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. ``needs`` are the options that it requires, ``optional`` others it takes.

    ``checked`` is for people, where reading back proves less than the whole.
    """

    description: str
    curves: tuple[str, ...]
    encrypted: bool
    write: Write
    read: Read
    needs: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    checked: str = ""


def only(outputs: tuple[Output, ...]) -> Secret:
    """The content of the one file that most forms have. Raises ``usage``."""
    if len(outputs) != 1:
        raise CeremonyError(
            Failure.USAGE,
            f"this form is one file, and {len(outputs)} are given",
            hint="give exactly the file that was written",
        )
    return outputs[0].content
