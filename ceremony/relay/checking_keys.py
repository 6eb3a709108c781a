"""The keys of a plan against what Dfns holds: there already, missing, or another one."""

from collections.abc import Iterator, Sequence

from ceremony.addresses import NETWORKS, every_address
from ceremony.addresses.match import PUBLIC_KEY
from ceremony.dfns import wire
from ceremony.dfns.bodies import Key, Wallet
from ceremony.errors import CeremonyError
from ceremony.record.plan import ExportKey, Plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.exporting import key_of_wallet
from ceremony.relay.findings import Finding, failed, no, unknown, yes
from ceremony.relay.holdings import ARCHIVED, name_of


class Index:
    """Everything by which a plan may expect a key that Dfns holds.

    ``place`` gives the id of the wallet or key with an address or public key; an address in
    other capitals is found too, because this looks for what may be the same key.
    """

    def __init__(self, wallets: Sequence[Wallet], keys: Sequence[Key]) -> None:
        self._found: dict[str, str] = {}
        held: list[Wallet | Key] = [*wallets, *keys]
        self.names = {one.name for one in held if one.name}
        for one in held:
            if isinstance(one, Wallet) and one.address:
                self._found.setdefault(_normal(one.address), one.id)
            if (name := name_of(one)) is None:
                continue
            self._found.setdefault(_coordinate(name.public_key.hex()), one.id)
            if len(name.public_key) == 33 or name.curve == "ed25519":
                for _, found in every_address(name.curve, name.public_key):
                    for address in found:
                        self._found.setdefault(_normal(address.text), one.id)

    def place(self, expected: str) -> str | None:
        found = self._found.get(_normal(expected))
        if found is None and (hexadecimal := PUBLIC_KEY.fullmatch(expected.strip())):
            found = self._found.get(_coordinate(hexadecimal[2]))
        return found


def check_imports(plan: Plan, wallets: Sequence[Wallet], keys: Sequence[Key]) -> Iterator[Finding]:
    """What of the plan exists, by address, public key and name; and its networks."""
    index = Index(wallets, keys)
    held = 0
    for key in plan.imports:
        expected = [(key.label, key.expect)]
        expected += [(f"{key.label}, {w.network}", w.expect) for w in key.wallets]
        for label, text in expected:
            if text and (where := index.place(text)):
                held += 1
                yield no(f"{label}: Dfns holds {text} already: {where}")
    if not held:
        yield yes("Dfns holds none of the addresses and public keys that the plan expects")
    if any(key.expect is None for key in plan.imports):
        yield unknown("keys that are made on the laptop: nobody knows them yet")
    planned = [key.name or key.label for key in plan.imports]
    planned += [wallet.name for key in plan.imports for wallet in key.wallets if wallet.name]
    taken = sorted(set(planned) & index.names)
    for name in taken:
        yield no(f"the name {name} exists at Dfns already: people could not tell the two apart")
    if not taken:
        yield yes("the names of the plan are new at Dfns")
    yield from _networks(plan)


def _networks(plan: Plan) -> Iterator[Finding]:
    named = {key.network for key in plan.imports if key.network}
    named |= {wallet.network for key in plan.imports for wallet in key.wallets}
    if known := sorted(named & set(NETWORKS)):
        yield yes(f"networks of Dfns' API, as far as this program knows: {', '.join(known)}")
    for network in sorted(named - set(NETWORKS)):
        yield unknown(f"whether Dfns takes the network {network}: this program does not know it")


def check_exports(api: DfnsApi, plan: Plan) -> Iterator[Finding]:
    """Each key or wallet: that it is there, is the expected one, and is not exported."""
    for export in plan.exports:
        try:
            yield from _export(api, export)
        except CeremonyError as error:
            yield failed(f"{export.label}", error)


def _export(api: DfnsApi, export: ExportKey) -> Iterator[Finding]:
    key_id = export.key or key_of_wallet(api, export.wallet or "")
    key = wire.decode(api.key(key_id), Key, f"key {key_id}")
    whose = f"{export.label}: key {key_id}"
    name = name_of(key)
    given = PUBLIC_KEY.fullmatch(export.public_key.strip())
    if name is None or given is None:
        yield unknown(f"{whose}: its public key {key.public_key} cannot be compared")
    elif _coordinate(name.public_key.hex()) != _coordinate(given[2]):
        yield no(f"{whose} has the public key {key.public_key}, another one than planned")
    else:
        yield yes(f"{whose} is there, with the expected public key")
    if key.status == ARCHIVED:
        yield no(f"{whose} was deleted")
    if key.exported:
        yield no(f"{whose} was exported before: {key.date_exported or 'no date'}")


def _normal(address: str) -> str:
    """One form for all writings of an address: no prefix, no capitals, no leading zeros."""
    text = address.strip().lower().rpartition(":")[2].translate({43: 45, 47: 95})
    return "0x" + text[2:].lstrip("0") if text.startswith("0x") else text


def _coordinate(hexadecimal: str) -> str:
    """The x of a public key, which every way of writing it has."""
    text = hexadecimal.lower()
    return text[2:66] if len(text) in (66, 130) else text
