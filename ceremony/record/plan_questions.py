"""What a careful person would ask about a plan that has no mistake."""

import re
from collections.abc import Iterator

from ceremony.keys.usual_paths import usual_paths
from ceremony.record.plan import Plan

TEST_NETWORK = re.compile(
    r"Testnet|Sepolia|Devnet|Goerli|Holesky|Hoodi|Signet|Fuji|Amoy|Nile|Apothem|Preprod|Paseo|"
    r"Westend|Coston|Alfajores|Mordor|Atlantic|Bepolia|Ghostnet|Shadownet|Cardona|Moderato"
)


def is_test_network(name: str) -> bool:
    return TEST_NETWORK.search(name) is not None


def questions(plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Index of the key, its field, and the question."""
    networks = [key.network for key in plan.imports if key.network]
    networks += [wallet.network for key in plan.imports for wallet in key.wallets]
    tests = {name for name in networks if is_test_network(name)}
    if tests and len(tests) < len(set(networks)):
        yield 0, "", "test networks and main networks are mixed in one plan: is this meant?"
    if tests and plan.environment == "production":
        yield 0, "", f"{', '.join(sorted(tests))} in production: are these keys worth a ceremony?"
    seen: dict[str, str] = {}
    for index, key in enumerate(plan.imports):
        if key.expect and key.expect.lower() in seen:
            other = seen[key.expect.lower()]
            yield index, "expect", f"{other} has this address too: is one of them a slip?"
        if key.expect:
            seen[key.expect.lower()] = key.label
        yield from _path(index, plan)
    if len({key.name or key.label for key in plan.imports}) < len(plan.imports):
        yield 0, "", "two keys have the same name in Dfns: can people tell them apart?"
    for index, export in enumerate(plan.exports):
        if export.form in ("hex", "wif", "qr", "ed25519-scalar", "ed25519-expanded"):
            yield index, "form", f"{export.form} is the key in the clear: where will it be kept?"
    if len({person.name for person in plan.people}) < len(plan.people):
        yield 0, "", "one person has two roles: who watches whom?"


def _path(index: int, plan: Plan) -> Iterator[tuple[int, str, str]]:
    key = plan.imports[index]
    source = plan.source(key.source)
    if key.path is None or key.network is None or source.format.startswith("fireblocks"):
        return
    usual = [path.path for path in usual_paths(key.network)]
    if usual and not any(_alike(key.path, path) for path in usual):
        yield index, "path", f"this path is unusual for {key.network} (usual: {usual[0]})"


def _alike(path: str, usual: str) -> bool:
    """The same purpose and coin: the numbers of account and address are free."""
    levels = [re.sub("[hH]", "'", level) for level in path.split("/")]
    return levels[:3] == usual.split("/")[:3]
