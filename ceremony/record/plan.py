"""The plan of a ceremony: written days before, reviewed, hashed, and confirmed from paper.

A TOML file (docs/plan.md). These are its values, as ``ceremony.record.plan_file`` reads
them; nothing here is secret.
"""

from typing import Literal

import msgspec

from ceremony.message import Environment

Operation = Literal["import-wallets", "import-keys", "export-keys"]
Role = Literal["administrator", "witness", "custodian", "operator"]
Entry = Literal["typed", "file", "scanned"]

ROLES: dict[str, str] = {
    "administrator": "leads the ceremony and types on the laptop",
    "witness": "watches, compares and signs",
    "custodian": "brings a share, a passphrase or a source",
    "operator": "types on the online host",
}


class Dfns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the keys go to or come from.

    ``signers`` is the fingerprint of the signers, 64 hex digits, obtained on a second host
    and from Dfns. ``threshold`` is minSigners of each imported key.
    """

    api: str
    organisation: str
    signers: str
    cluster: str | None = None
    threshold: int = 3


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    role: Role


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One secret that is entered once; many keys may come from it.

    ``format`` is one of docs/keys-in.md, ``fireblocks-kit`` or ``new``. ``entry`` says how it
    reaches the laptop. ``file`` and ``rsa_key`` are the names that the files are expected
    under; people may name others. ``passphrase`` tells that the source has one.
    """

    name: str
    format: str
    entry: Entry = "typed"
    file: str | None = None
    passphrase: bool = False
    rsa_key: str | None = None
    custodian: str | None = None


class Wallet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wallet that Dfns makes with an imported key: POST /wallets.

    ``path`` derives it from a master key, without hardened levels.
    """

    network: str
    expect: str
    name: str | None = None
    path: str | None = None


class ImportKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key that goes in. ``expect`` is its address or public key."""

    label: str
    source: str
    expect: str | None = None
    path: str | None = None
    curve: str | None = None
    protocol: str | None = None
    network: str | None = None
    name: str | None = None
    key_id: str | None = None
    master_key: bool = False
    wallets: tuple[Wallet, ...] = ()


class ExportKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key that comes out: ``key`` or ``wallet`` is its id in Dfns.

    ``to`` names the file of the form, or one file for each SLIP-39 share.
    """

    label: str
    public_key: str
    form: str
    to: tuple[str, ...]
    key: str | None = None
    wallet: str | None = None
    curve: str | None = None
    network: str | None = None
    recipients: tuple[str, ...] = ()
    threshold: int | None = None


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the plan allows of the laptop that the environment gate would refuse."""

    root_keeps_data: bool = False


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole plan. ``digest`` is the SHA-256 of the file that it was read from."""

    title: str
    environment: Environment
    operation: Operation
    dfns: Dfns
    people: tuple[Person, ...]
    sources: tuple[Source, ...] = ()
    imports: tuple[ImportKey, ...] = ()
    exports: tuple[ExportKey, ...] = ()
    machine: Machine = Machine()
    state: str = "export.state"
    people_entropy: bool = False
    digest: bytes = b""

    @property
    def is_export(self) -> bool:
        return self.operation == "export-keys"

    def source(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)
