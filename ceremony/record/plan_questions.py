"""What a careful person would ask about a plan that has no mistake."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from ceremony.errors import printable
from ceremony.keys.forms import FORMS
from ceremony.keys.usual_paths import format_paths, usual_paths
from ceremony.record.plan import ImportKey, Plan
from ceremony.record.plan_curves import NEW
from ceremony.record.plan_example import EXAMPLE_ORGANISATION, EXAMPLE_SIGNERS
from ceremony.record.plan_lines import Place

TEST_NETWORK = re.compile(
    r"Testnet|Sepolia|Devnet|Goerli|Holesky|Hoodi|Signet|Fuji|Amoy|Nile|Apothem|Preprod|Paseo|"
    r"Westend|Coston|Alfajores|Mordor|Atlantic|Bepolia|Ghostnet|Shadownet|Cardona|Moderato"
)

FIRST_LEVELS = 3
"""m, purpose and coin: the numbers below them are free."""

Asked = Iterator[tuple[Place, str]]


def is_test_network(name: str) -> bool:
    return TEST_NETWORK.search(name) is not None


def questions(plan: Plan) -> Asked:
    """Each with its place in the plan."""
    yield from _head(plan)
    yield from _people(plan)
    yield from _networks(plan)
    yield from _twice(plan)
    for index, key in enumerate(plan.imports):
        yield from _path(("keys", index, "path"), plan, key)
        if key.expect and re.fullmatch(r"0x[0-9a-f]{40}", key.expect):
            yield (
                ("keys", index, "expect"),
                "this address has no capital letters, so a changed character cannot be seen by "
                "its checksum: can it be had as EIP-55 writes it?",
            )
    yield from _exports(plan)


def _head(plan: Plan) -> Asked:
    if plan.dfns.signers == EXAMPLE_SIGNERS:
        yield (
            ("dfns", "signers"),
            "this is the fingerprint of the example: has it been obtained, on a second host and "
            "from Dfns?",
        )
    if plan.dfns.organisation == EXAMPLE_ORGANISATION:
        yield ("dfns", "organisation"), "this is the organisation of the example: which is yours?"
    if plan.environment == "rehearsal" and plan.dfns.api.startswith("https:"):
        yield (
            ("environment",),
            "a rehearsal with a host of https: a relay takes such a host for production; is this "
            "meant?",
        )
    if plan.machine.root_keeps_data:
        yield (
            ("machine", "root_keeps_data"),
            "the laptop's disk may keep what is written during the ceremony: who destroys it?",
        )


def _people(plan: Plan) -> Asked:
    names = [person.name for person in plan.people]
    for index, person in enumerate(plan.people):
        if person.name in names[:index]:
            yield (
                ("people", index, "name"),
                f"{printable(person.name)} has two roles: who watches whom?",
            )
    for index, source in enumerate(plan.sources):
        if source.custodian is None and source.format != NEW:
            yield ("sources", index), f"who brings the source {printable(source.name)}?"


def _networks(plan: Plan) -> Asked:
    networks: dict[str, Place] = {}
    for index, key in enumerate(plan.imports):
        if key.network:
            networks.setdefault(key.network, ("keys", index, "network"))
        for number, wallet in enumerate(key.wallets):
            networks.setdefault(wallet.network, ("keys", index, "wallets", number, "network"))
    tests = {name: place for name, place in networks.items() if is_test_network(name)}
    if not tests:
        return
    first = next(iter(tests.values()))
    if len(tests) < len(networks):
        yield first, "test networks and main networks are mixed in one plan: is this meant?"
    if plan.environment == "production":
        yield first, f"{', '.join(sorted(tests))} in production: are these keys worth a ceremony?"


def _twice(plan: Plan) -> Asked:
    """Addresses, names and ids that stand in a plan more than once."""
    seen: dict[str, str] = {}
    for index, key in enumerate(plan.imports):
        expected: list[tuple[Place, str]] = [(("keys", index, "expect"), key.expect or "")]
        for number, wallet in enumerate(key.wallets):
            # On all EVM networks a key has the same address: that is not a slip.
            expected.append((("keys", index, "wallets", number, "expect"), wallet.expect))
        for place, address in expected:
            if address and seen.setdefault(address.lower(), key.label) != key.label:
                other = printable(seen[address.lower()])
                yield place, f"{other} has this address too: is one of them a slip?"
        pairs = Counter((wallet.network, wallet.path) for wallet in key.wallets)
        for (network, path), count in pairs.items():
            if count > 1:
                what = f"{network} {path or ''}".strip()
                yield ("keys", index), f"{count} wallets of one key on {what}: is this meant?"
    names: set[str] = set()
    for index, key in enumerate(plan.imports):
        name = key.name or key.label
        if name in names:
            yield (
                ("keys", index),
                f"another key is called {printable(name)} in Dfns, too: can people tell them "
                "apart?",
            )
        names.add(name)
    for field in ("key", "wallet", "public_key"):
        ids: set[str] = set()
        for index, export in enumerate(plan.exports):
            value = getattr(export, field)
            if value is not None and value in ids:
                yield ("keys", index, field), "this key is exported twice: is this meant?"
            ids.add(value)


def _path(place: Place, plan: Plan, key: ImportKey) -> Asked:
    formats = [source.format for source in plan.sources if source.name == key.source]
    networks = [key.network] if key.network else [wallet.network for wallet in key.wallets]
    if key.path is None or key.master_key or not formats:
        return
    for network in networks:
        usual = [path.path for path in format_paths(formats[0]) or usual_paths(network)]
        if formats[0].startswith("fireblocks"):
            coins = {_coin(path) for path in usual}
            if coins and _coin(key.path) not in coins:
                expected = " or ".join(sorted(coins))
                yield (
                    place,
                    f"this path has the coin {_coin(key.path)}, and {network} usually has "
                    f"{expected}: is it the right vault wallet?",
                )
        elif usual and not any(_alike(key.path, path) for path in usual):
            yield place, f"this path is unusual for {network} (usual: {usual[0]}): is it right?"


def _exports(plan: Plan) -> Asked:
    for index, key in enumerate(plan.exports):
        if key.form in FORMS and not FORMS[key.form].encrypted:
            yield (
                ("keys", index, "form"),
                f"{key.form} is the key in the clear: where will it be kept?",
            )
        folders = {str(PurePosixPath(name).parent) for name in key.to}
        if len(key.to) > len(folders):
            yield (
                ("keys", index, "to"),
                "several shares go into one folder: does each custodian have a medium of his own?",
            )


def _coin(path: str) -> str:
    return [*path.split("/"), "", "", ""][2].rstrip("'hH")


def _alike(path: str, usual: str) -> bool:
    """The same purpose and coin, and the same levels hardened.

    The last level, if it is not hardened, is the number of an address: always free.
    """
    levels, others = (re.sub("[hH]", "'", text).split("/") for text in (path, usual))
    fixed = FIRST_LEVELS if usual.endswith("'") else min(FIRST_LEVELS, len(others) - 1)
    return levels[:fixed] == others[:fixed] and [level.endswith("'") for level in levels] == [
        level.endswith("'") for level in others
    ]
