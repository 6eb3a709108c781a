"""What the sandbox remembers: keys, wallets and signatures, and how the API shows them.

The fields are those of the API reference (keys, wallets, signatures); a field that
Dfns leaves out when it has no value is left out here too. Nothing is ever on disk.
"""

import base64
import binascii
from dataclasses import dataclass, field

from ceremony.sandbox.api_error import bad_request, not_found
from ceremony.sandbox.cluster import HeldKey
from ceremony.sandbox.signing import SCHEMES

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
"""Items of a page (Dfns, "List wallets": default 50, from 1 to 500)."""


@dataclass(slots=True, eq=False)
class KeyRecord:
    """A key, its shares, and since when it is out of Dfns' hands."""

    key_id: str
    held: HeldKey
    date_created: str
    store_id: str
    name: str | None = None
    master_key: bool = False
    date_exported: str | None = None
    date_deleted: str | None = None
    derived_from: tuple[str, str] | None = None
    """The id of the master key and the path, if the key was derived."""

    @property
    def scheme(self) -> str:
        return SCHEMES[self.held.protocol]

    @property
    def public_key(self) -> str:
        return self.held.public_key.compressed.hex()

    def json(self) -> dict[str, object]:
        exported, derived = self.date_exported, self.derived_from
        return {
            "id": self.key_id,
            "scheme": self.scheme,
            "curve": self.held.curve.name,
            "publicKey": self.public_key,
            **({"masterKey": True} if self.master_key else {}),
            **({"derivedFrom": {"keyId": derived[0], "path": derived[1]}} if derived else {}),
            **({"name": self.name} if self.name is not None else {}),
            "status": "Archived" if self.date_deleted else "Active",
            "custodial": True,
            "dateCreated": self.date_created,
            **({"imported": True} if derived is None else {}),
            **({"exported": True, "dateExported": exported} if exported else {}),
            **({"dateDeleted": self.date_deleted} if self.date_deleted else {}),
        }

    def store(self) -> dict[str, object]:
        """Where the key material is: a derived key is that of its master key, and a path."""
        if self.derived_from is None:
            return {"id": self.store_id, "kind": "Mpc", "keyId": self.key_id}
        master, path = self.derived_from
        return {"id": self.store_id, "kind": "Mpc", "keyId": master, "derivationPath": path}


@dataclass(slots=True, eq=False)
class WalletRecord:
    """A key on a network, with its address where one follows from the public key."""

    wallet_id: str
    network: str
    key: KeyRecord
    date_created: str
    address: str | None = None
    name: str | None = None
    external_id: str | None = None
    tags: tuple[str, ...] = ()
    status: str = "Active"
    date_deleted: str | None = None

    def json(self) -> dict[str, object]:
        return {
            "id": self.wallet_id,
            "network": self.network,
            **({"address": self.address} if self.address is not None else {}),
            "signingKey": {
                "id": self.key.key_id,
                "scheme": self.key.scheme,
                "curve": self.key.held.curve.name,
                "publicKey": self.key.public_key,
            },
            "status": self.status,
            "dateCreated": self.date_created,
            **({"dateDeleted": self.date_deleted} if self.date_deleted else {}),
            **({"name": self.name} if self.name is not None else {}),
            "custodial": True,
            **({"externalId": self.external_id} if self.external_id is not None else {}),
            "tags": list(self.tags),
        }


@dataclass(slots=True, eq=False)
class SignatureRecord:
    """A request for a signature. ``pending`` reads still find it undecided."""

    answer: dict[str, object]
    outcome: dict[str, object]
    pending: int = 0

    def json(self) -> dict[str, object]:
        return {**self.answer, "status": "Pending"} if self.pending else self.decided()

    def read(self) -> dict[str, object]:
        shown = self.json()
        self.pending = max(0, self.pending - 1)
        return shown

    def decided(self) -> dict[str, object]:
        return {**self.answer, **self.outcome}


@dataclass(slots=True)
class Records:
    """Everything of one organisation, in the order in which it came."""

    org_id: str = ""
    keys: dict[str, KeyRecord] = field(default_factory=dict)
    wallets: dict[str, WalletRecord] = field(default_factory=dict)
    signatures: dict[str, dict[str, SignatureRecord]] = field(default_factory=dict)

    def key(self, key_id: str) -> KeyRecord:
        """Raises 404."""
        if key_id not in self.keys:
            raise not_found("key", key_id, self.org_id)
        return self.keys[key_id]

    def wallet(self, wallet_id: str) -> WalletRecord:
        """Raises 404."""
        if wallet_id not in self.wallets:
            raise not_found("wallet", wallet_id, self.org_id)
        return self.wallets[wallet_id]

    def signatures_named(self, external_id: str) -> list[SignatureRecord]:
        """The requests for signatures with this external id, of whichever key."""
        made = [record for of_key in self.signatures.values() for record in of_key.values()]
        return [record for record in made if record.answer.get("externalId") == external_id]

    def key_details(self, key: KeyRecord) -> dict[str, object]:
        """A key as GET /keys/{id} shows it: with its wallets and its store."""
        wallets = [w for w in self.wallets.values() if w.key is key]
        return {
            **key.json(),
            "wallets": [{"id": w.wallet_id, "network": w.network} for w in wallets],
            "store": key.store(),
        }


def page(items: list[dict[str, object]], query: dict[str, str]) -> dict[str, object]:
    """One page: ?limit= items from ?paginationToken= on. Raises 400."""
    limit_text = query.get("limit", str(DEFAULT_LIMIT))
    if not limit_text.isascii() or not limit_text.isdigit() or len(limit_text) > 4:
        raise bad_request("limit must be a number")
    if not 1 <= (limit := int(limit_text)) <= MAX_LIMIT:
        raise bad_request(f"limit must be from 1 to {MAX_LIMIT}")
    token = query.get("paginationToken")
    start = 0 if token is None else _start(token)
    answer: dict[str, object] = {"items": items[start : start + limit]}
    if start + limit < len(items):
        answer["nextPageToken"] = base64.b64encode(b"from %d" % (start + limit)).decode("ascii")
    return answer


def _start(token: str) -> int:
    try:
        word, number = base64.b64decode(token, validate=True).split(b" ")
        if word == b"from" and number.isdigit() and len(number) < 10:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise bad_request("paginationToken is not valid")
