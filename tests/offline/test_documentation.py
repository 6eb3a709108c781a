"""The pages on keys and addresses: their tables are the registries', their examples work."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import VerifyKey

from ceremony.addresses import NETWORKS, every_address
from ceremony.curves import CURVES
from ceremony.keys.format_table import FORMATS
from ceremony.keys.forms import FORMS
from ceremony.keys.forms.expanded import expanded_key
from ceremony.keys.material import scalar_key
from ceremony.secret import Secret
from tests.support.expanded_signer import sign_expanded
from tests.support.fake_cluster import Cluster, export_response
from tests.support.invoking import Ceremony
from tests.support.key_samples import KIT_CASE, SAMPLES
from tests.support.kit_files import archive_of
from tests.support.wrong_inputs import FORMATS as RIGHT

PROJECT = Path(__file__).parents[2]
PAGES = ("keys-in", "keys-out", "addresses", "plan")
SCALAR = Secret(bytes.fromhex("0123456789abcdef" * 4))


def page(name: str) -> str:
    return (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def table(name: str, part: str = "") -> list[list[str]]:
    """The cells of the rows that begin with a name in code, below the heading ``part``."""
    text = page(name).partition(part)[2] if part else page(name)
    lines = re.split(r"\n## ", text)[0].splitlines() if part else text.splitlines()
    rows = [re.split(r"(?<!\\)\| ", line)[1:] for line in lines if line.startswith("| `")]
    return [[cell.strip(" |") for cell in row] for row in rows]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_forms_are_those_of_the_registry() -> None:
    rows = {codes(row[0])[0]: row for row in table("keys-out")}
    assert list(rows) == list(FORMS)
    for name, (_, curves, encrypted, example, users) in rows.items():
        assert set(curves.split(", ")) == set(FORMS[name].curves)
        assert (encrypted == "no") is not FORMS[name].encrypted
        assert f"--format {name}" in example
        for read in codes(users.partition("Here: ")[2]):
            assert read in FORMATS


@pytest.mark.parametrize(
    ("part", "has_address"),
    [("## Networks with an address\n", True), ("## Networks without one\n", False)],
)
def test_the_networks_are_those_of_the_registry(part: str, has_address: bool) -> None:
    text = page("addresses")
    shown = {}
    for names, curve, types, example in table("addresses", part):
        plain = [re.sub(r"\*\*|[¹²³⁴]", "", kind) for kind in types.split("; ")]
        shown[curve, frozenset(codes(names))] = (plain, codes(example))
    expected = {}
    for curve in CURVES:
        (key,) = re.findall(rf"^- {curve}: `([0-9a-f]+)`", text, re.MULTILINE)
        for networks, found in every_address(curve, bytes.fromhex(key)):
            if networks[0].has_address is has_address:
                names = frozenset(network.name for network in networks)
                expected[curve, names] = ([a.type for a in found], [found[0].text])
    assert shown == expected
    assert {n for _, names in shown for n in names} == {
        name for name, network in NETWORKS.items() if network.has_address is has_address
    }


def test_the_signer_in_the_page_signs() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", page("keys-out"), re.MULTILINE | re.DOTALL)
    signer: dict[str, Any] = {}
    exec(code, signer)  # noqa: S102
    for number in (1, 2, int.from_bytes(SCALAR.reveal(), "big")):
        key = scalar_key("ed25519", Secret(number.to_bytes(32, "big")))
        signature = signer["sign"](expanded_key(key).reveal(), b"a message")
        assert signature == sign_expanded(expanded_key(key).reveal(), b"a message")
        VerifyKey(key.public_key).verify(b"a message", signature)


def test_the_choices_of_dfns_are_marked_with_their_source() -> None:
    marks = set(re.findall(r"\*\*([^*]+)\*\*([¹²³⁴])", page("addresses")))
    assert {kind.split()[0] for kind, _ in marks} == {"P2WPKH", "P2TR", "Enterprise", "v4R2"}
    for number, mark in enumerate("¹²³⁴", 1):
        assert [kind for kind, used in marks if used == mark]
        assert re.search(rf"^{number}\. Dfns' choice", page("addresses"), re.MULTILINE)


@pytest.mark.parametrize("name", [*RIGHT])
def test_the_examples_in_the_table_of_formats_are_read(ceremony: Ceremony, name: str) -> None:
    (row,) = [row for row in table("keys-in") if codes(row[0]) == [name]]
    example, *paths = codes(row[2])
    Path("source").write_text(RIGHT["solana"].right if name == "solana" else example)
    curve = ("--curve", FORMATS[name].curves[0]) if "curve" in FORMATS[name].needs else ()
    given = [*curve, *(word for path in paths for word in ("--path", path))]
    if "passphrase" in FORMATS[name].needs:
        Path("words").write_bytes(RIGHT[name].options["passphrase"])
        given += ["--passphrase-file", "words"]
    if SAMPLES[name].needs_expected:
        given += ["--expect", SAMPLES[name].address]
    found = ceremony.does("inspect", "--format", name, "--key-file", "source", *given, "--json")
    assert len(json.loads(found.out)["keys"]) == 1


def blocks(name: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(sh|console)\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL)


def prepare(folder: Path) -> dict[str, str]:
    """What the pages take as given, and ``ceremony`` in the path."""
    os.umask(0o077)
    program = folder / "bin" / "ceremony"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "from tests.support.invoking import main\nsys.exit(main(sys.argv[1:]))\n"
    )
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    variables = {"PATH": path, "PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "ignore"}
    cluster = Cluster()
    variables["FINGERPRINT"] = cluster.fingerprint
    for name in ("passphrase", "new-passphrase"):
        Path(name).write_text(f"words of the {name}\n")
    Path("kit.zip").write_bytes(archive_of(KIT_CASE))
    Path("rsa.pem").write_text(KIT_CASE["rsa_key_pem"])
    Path("recovery").write_text(KIT_CASE["mobile_passphrase"])
    return variables


@pytest.mark.parametrize("name", PAGES)
def test_the_examples_work(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block, one after the other in one folder; where output is shown, it is this."""
    monkeypatch.chdir(tmp_path)
    variables = prepare(tmp_path)
    if name == "keys-out":
        request = ["api", "export-request", "--state", "state", "--passphrase-file", "passphrase"]
        subprocess.run(["ceremony", *request, "--out", "export.json"], env=variables, check=True)
        response = export_response("secp256k1", "CGGMP21", SCALAR, Path("export.json"))
        Path("response.json").write_text(json.dumps(response))
        variables["PUBLIC_KEY"] = response["publicKey"]
    assert blocks(name)
    for kind, block in blocks(name):
        script, shown = (block, None) if kind == "sh" else commands(block)
        mode = "set -e\n" if kind == "sh" else ""
        typed = f"exec 2>&1\n{mode}{script}"
        done = subprocess.run(["bash"], input=typed, env=variables, capture_output=True, text=True)
        assert shown is None or done.stdout == shown
        assert kind == "console" or done.returncode == 0, done.stdout


def commands(block: str) -> tuple[str, str]:
    """What is typed in a console block, and what is shown besides it."""
    typed: list[str] = []
    shown: list[str] = []
    ending = ""
    more = False
    for line in block.splitlines():
        if ending:
            typed.append(line)
            ending = "" if line == ending else ending
        elif more or line.startswith("$ "):
            typed.append(line if more else line[2:])
            more = line.endswith("\\")
            ending = "END" if line.endswith("<<'END'") else ""
        else:
            shown.append(line)
    return "\n".join(typed) + "\n", "".join(f"{line}\n" for line in shown)
