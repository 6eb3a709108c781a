"""`ceremony-relay check`: one line for each finding, and nothing at Dfns is changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ceremony.addresses import addresses
from ceremony.dfns.signers import parse_signers
from ceremony.message import digest_words
from ceremony.record.plan_file import parse_plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.checking import findings
from ceremony.relay.cli import main
from ceremony.sandbox.credential import KINDS
from tests.support.ceremony_world import CeremonyWorld
from tests.support.laptop import plan_text
from tests.support.relay_world import URL, World

FREE = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"


def import_key(expect: str, label: str = "one", more: str = "") -> str:
    return (
        f'[[keys]]\nlabel = "{label}"\nsource = "hex"\nnetwork = "Ethereum"\n'
        f'expect = "{expect}"\n{more}\n'
    )


def export_key(key: dict[str, Any], by: str = "key", label: str = "one") -> str:
    public_key = key["publicKey"] if by == "key" else key["signingKey"]["publicKey"]
    return (
        f'[[keys]]\nlabel = "{label}"\n{by} = "{key["id"]}"\npublic_key = "{public_key}"\n'
        'form = "hex"\nto = ["one.txt"]\n'
    )


def plan_of(world: World, keys: str = "", **changes: str) -> bytes:
    values = {
        "environment": "rehearsal",
        "api": URL,
        "organisation": world.configuration.organisation,
        "pin": parse_signers(world.client.send("GET", "/signers").content).fingerprint().hex(),
    } | changes
    text = plan_text(values.pop("pin"), keys or import_key(FREE), **values)
    if changes.get("operation") == "export-keys":
        text = text.replace('[[sources]]\nname = "hex"\nformat = "hex"\n', "")
    return text.encode()


def found(world: World, keys: str = "", fault: str = "", **changes: str) -> list[str]:
    plan = parse_plan(plan_of(world, keys, **changes))
    if fault:
        world.client.sandbox.faults.add(fault)
    with DfnsApi(world.configuration, world.wire) as api:
        return [str(finding) for finding in findings(api, world.configuration, plan)]


def problems(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("problem: ")]


def test_a_plan_without_problems_and_nothing_is_changed(world: World) -> None:
    lines = found(world)
    assert problems(lines) == []
    text = "\n".join(lines)
    for part in (
        "ok: token and credential",
        "ok: the organisation is or-",
        f"ok: the API address is {URL}",
        "ok: GET /signers",
        "ok: GET /wallets",
        "ok: GET /keys",
        "ok: the threshold is 3, of 5 signers",
        "ok: networks of Dfns' API, as far as this program knows: Ethereum",
        "ok: the names of the plan are new",
        "cannot be told: Wallets:Create and Keys:Import cannot be tried",
        "from another host",
    ):
        assert part in text
    assert world.wire.posts() == []
    assert world.wallets == world.keys == []
    assert [c for c, _ in world.wire.calls if c.startswith("POST")] == [
        "POST /auth/action/init",
        "POST /auth/action",
    ]


def test_the_words_are_never_shown(world: World) -> None:
    """A plan is not its own witness, and this host is not a second one."""
    signers = parse_signers(world.client.send("GET", "/signers").content)
    for lines in (found(world), found(world, pin="ab" * 32)):
        words = digest_words(signers.fingerprint())
        text = "\n".join(lines)
        assert " ".join(words[:2]) not in text
        assert signers.fingerprint().hex() not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"api": "https://api.dfns.io"}, "the API address of this configuration is http"),
        ({"organisation": "or-other"}, "the organisation of this configuration is or-"),
        ({"environment": "production"}, "the environment of this configuration is rehearsal"),
        ({"pin": "ab" * 32}, "the signers that this host sees are not those of the plan"),
    ],
)
def test_another_place_than_planned(world: World, changes: dict[str, str], said: str) -> None:
    (problem,) = problems(found(world, **changes))
    assert said in problem


def test_a_threshold_above_the_number_of_signers(world: World) -> None:
    text = plan_of(world).replace(b"[[people]]", b"[[people]]", 1).decode()
    text = text.replace("signers = ", "threshold = 6\nsigners = ", 1)
    with DfnsApi(world.configuration, world.wire) as api:
        lines = [str(f) for f in findings(api, world.configuration, parse_plan(text.encode()))]
    assert problems(lines) == ["problem: the threshold is 6, of 5 signers"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("token-expired@init", "problem: token and credential"),
        ("token-expired@action", "problem: token and credential"),
        ("no-permission@signers", "problem: the signers: "),
        ("no-permission@read", "problem: GET /wallets (Wallets:Read)"),
        ("lost-request@signers", "cannot be told: the signers: "),
    ],
)
def test_what_dfns_refuses_is_told_and_the_rest_goes_on(
    world: World, fault: str, said: str
) -> None:
    lines = found(world, fault=fault)
    assert any(line.startswith(said) for line in lines), lines
    assert any("cannot be tried" in line for line in lines)


def test_a_wrong_credential(world: World) -> None:
    """The token is good, and the key is another one's."""
    world.client.private_key = KINDS["ed25519"]()
    (problem,) = problems(found(world))
    assert "token and credential" in problem


def test_lists_that_cannot_be_read_are_not_taken_for_empty(world: World) -> None:
    lines = found(world, fault="no-permission@read:always")
    assert any("whether Dfns holds keys of the plan already" in line for line in lines)
    assert not any("Dfns holds none" in line for line in lines)


@pytest.mark.parametrize("network", ["Ethereum", "Polygon", None])
@pytest.mark.parametrize("write", [str, str.lower, "public key"])
def test_a_key_that_exists_already(
    world: World, network: str | None, write: Callable[[str], str] | str
) -> None:
    """By its address on any network, or by its public key."""
    destination = {"network": network} if network else {}
    made, _ = world.client.import_key(**destination)
    public_key = (made["signingKey"] if network else made)["publicKey"]
    address = addresses("secp256k1", bytes.fromhex(public_key), "Ethereum")[0].text
    expect = public_key if isinstance(write, str) else write(address)
    (problem,) = problems(found(world, import_key(expect)))
    assert "one: Dfns holds" in problem


def test_a_wallet_to_make_that_exists_already(world: World) -> None:
    made, _ = world.client.import_key(network="Polygon")
    more = f'[[keys.wallets]]\nnetwork = "Polygon"\nexpect = "{made["address"]}"\n'
    (problem,) = problems(found(world, import_key(FREE, more=more)))
    assert problem.startswith("problem: one, Polygon: Dfns holds")
    assert made["id"] in problem


def test_a_name_that_exists_already(world: World) -> None:
    world.client.import_key(name="one")
    (problem,) = problems(found(world))
    assert "the name one exists at Dfns already" in problem


def test_a_network_that_nobody_here_knows(world: World) -> None:
    keys = import_key(FREE).replace('"Ethereum"', '"Cthulhu"')
    lines = found(world, keys)
    assert any(
        line.startswith("cannot be told: whether Dfns takes the network Cthulhu") for line in lines
    )
    assert problems(lines) == []


@pytest.mark.parametrize("by", ["key", "wallet"])
@pytest.mark.parametrize("curve", ["secp256k1", "stark", "ed25519"])
def test_keys_to_be_exported(world: World, by: str, curve: str) -> None:
    networks = {"secp256k1": "Ethereum", "stark": "Starknet", "ed25519": "Solana"}
    destination = {"network": networks[curve]} if by == "wallet" else {}
    key, _ = world.client.import_key(curve, **destination)
    lines = found(world, export_key(key, by), operation="export-keys")
    assert problems(lines) == []
    assert any("is there, with the expected public key" in line for line in lines)
    assert any("Keys:Export cannot be tried" in line for line in lines)


def test_keys_that_cannot_be_exported_as_planned(world: World) -> None:
    exported, _ = world.client.import_key()
    world.client.export(exported["id"])
    other, _ = world.client.import_key()
    keys = (
        export_key(exported, label="exported")
        + export_key(other | {"publicKey": exported["publicKey"]}, label="other")
        + export_key(other | {"id": "key-none"}, label="missing")
    )
    lines = problems(found(world, keys, operation="export-keys"))
    assert len(lines) == 3
    assert "exported: key" in lines[0]
    assert "was exported before" in lines[0]
    assert "another one than planned" in lines[1]
    assert lines[2].startswith("problem: missing: ")


def test_hostile_texts_are_shown_on_one_line(world: World) -> None:
    def hostile(request: httpx.Request) -> None:
        if request.url.path == "/signers":
            raise httpx.ConnectError("x\x1b[2J\n", request=request)

    world.wire.on_call = hostile
    assert all(line.isprintable() for line in found(world))


def test_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a real sandbox: 0 without problems, 1 with some, each finding a line."""
    world = CeremonyWorld.make(tmp_path)
    source = '[[sources]]\nname = "hex"\nformat = "hex"\n'
    plan = world.write_plan("import-wallets", source + import_key(FREE))
    command = ["--env", str(world.sandbox.env_file), "check", str(plan)]
    assert main(command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok: ", "cannot be told: ")) for line in lines)
    plan = world.write_plan("import-wallets", source + import_key(FREE), organisation="or-x")
    assert main(command) == 1
    output = capsys.readouterr()
    assert "problem: the organisation" in output.out
    assert output.err.splitlines()[0] == ("ceremony-relay: error: 1 problem of this plan at Dfns")
    world.sandbox.stop()
