"""`ceremony plan ...` as people type it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.message import digest, digest_words
from ceremony.offline import cli_plan
from ceremony.record.plan import Operation
from ceremony.record.plan_example import example_plan
from ceremony.record.printing import pdf_writer
from tests.support.invoking import Ceremony
from tests.support.kit_files import archive_of, kit_named

OPERATIONS: tuple[Operation, ...] = ("import-wallets", "import-keys", "export-keys")


def test_the_operations_are_those_of_a_plan() -> None:
    assert cli_plan.OPERATIONS == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_new_writes_an_example_that_check_accepts(ceremony: Ceremony, operation: str) -> None:
    ceremony.does("plan", "new", "--operation", operation, "--out", "plan.toml")
    shown = ceremony.does("plan", "new", "--operation", operation).out
    assert Path("plan.toml").read_text() == shown
    checked = ceremony.does("plan", "check", "plan.toml").out.splitlines()
    assert [line.split(":")[0] for line in checked[:2]] == ["  question", "  question"]
    keys = shown.count("\n[[keys]]")
    assert checked[-1] == f"  no mistakes, {keys} keys, 2 questions"
    refused = ceremony.refuses("plan", "new", "--operation", operation, "--out", "plan.toml")
    assert "exists" in refused.err


def test_new_takes_the_three_operations_only(ceremony: Ceremony) -> None:
    assert ceremony.run("plan", "new", "--operation", "import").status == 2
    assert ceremony.run("plan", "new").status == 2
    assert ceremony.run("plan").status == 2


def test_check_tells_mistakes_first_and_ends_with_1(ceremony: Ceremony) -> None:
    text = example_plan("import-wallets")
    text = text.replace('network = "Bitcoin"', 'network = "Bitcion"').replace(
        "# threshold = 3", "threshold = 1"
    )
    Path("plan.toml").write_text(text)
    outcome = ceremony.run("plan", "check", "plan.toml")
    assert outcome.status == 1
    shown = [line.strip().split(":")[0] for line in outcome.out.splitlines() if line[2] != " "]
    assert shown == ["mistake", "mistake", "question", "question"]
    line = text[: text.index("Bitcion")].count("\n") + 1
    assert f"mistake: line {line}: there is no network Bitcion: did you mean Bitcoin" in outcome.out
    assert outcome.err.startswith("ceremony: error: the plan has 2 mistakes\n")
    assert "no mistakes" not in outcome.out


def test_check_of_what_cannot_be_read(ceremony: Ceremony) -> None:
    Path("plan.toml").write_bytes(b"title = \xff\n")
    outcome = ceremony.run("plan", "check", "plan.toml")
    assert outcome.status == 1
    assert outcome.out == "  mistake: line 1: the plan is not UTF-8 text (save it as plain UTF-8)\n"
    assert "the plan has 1 mistake\n" in outcome.err
    ceremony.refuses("plan", "check", "missing.toml")


def test_a_long_mistake_is_told_whole(ceremony: Ceremony) -> None:
    text = example_plan("import-keys").replace('curve = "secp256k1"', "master_key = true", 1)
    Path("plan.toml").write_text(text.replace("[[keys]]", "[[keys]]\nlabell = 1", 1))
    out = ceremony.run("plan", "check", "plan.toml").out
    assert all(len(line) <= 100 for line in out.splitlines())
    assert "\N{HORIZONTAL ELLIPSIS}" not in out


def test_digest_shows_hex_and_numbered_words(ceremony: Ceremony) -> None:
    Path("plan.toml").write_text(example_plan("export-keys"))
    value = digest(Path("plan.toml").read_bytes())
    shown = " ".join(ceremony.does("plan", "digest", "plan.toml").out.split())
    assert value.hex() in shown.replace(" ", "")
    assert " ".join(f"{n} {word}" for n, word in enumerate(digest_words(value), 1)) in shown
    ceremony.refuses("plan", "digest", "missing.toml")


@pytest.mark.parametrize("name", ["script.html", "script.PDF"])
def test_print_writes_the_script(ceremony: Ceremony, name: str) -> None:
    Path("plan.toml").write_text(example_plan("import-keys"))
    told = ceremony.does("plan", "print", "plan.toml", "--out", name).out
    assert f"PRODUCTION: the script for 2 keys is in {name}" in told
    assert "has 2 questions about the plan" in told
    begin = b"%PDF-" if name.endswith("PDF") else b"<!DOCTYPE html>"
    assert Path(name).read_bytes().startswith(begin)
    ceremony.refuses("plan", "print", "plan.toml", "--out", name)


def test_print_refuses_other_endings_and_plans_with_mistakes(ceremony: Ceremony) -> None:
    Path("plan.toml").write_text(example_plan("import-keys"))
    for name in ("script", "script.txt", ".html"):
        refused = ceremony.refuses("plan", "print", "plan.toml", "--out", name)
        assert refused.status == 2
        assert "end it with .html or .pdf" in refused.err
    Path("wrong.toml").write_text(
        example_plan("import-keys").replace("# threshold = 3", "threshold = 1")
    )
    assert "1 mistake" in ceremony.refuses("plan", "print", "wrong.toml", "--out", "a.html").err
    Path("form.toml").write_text("format = 1\n")
    assert "mistakes" in ceremony.refuses("plan", "print", "form.toml", "--out", "a.html").err


def test_pdf_without_its_package() -> None:
    with pytest.raises(CeremonyError, match="PDF needs the package fpdf2") as caught:
        pdf_writer("ceremony.record.there_is_no_such_module")
    assert caught.value.failure is Failure.CONFIGURATION
    assert "write .html" in caught.value.hint


def test_the_package_for_pdf_is_loaded_for_pdf_only(ceremony: Ceremony) -> None:
    """The laptop does not have it."""
    Path("plan.toml").write_text(example_plan("import-keys"))
    code = (
        "import sys\nfrom ceremony.offline import cli, plans\n"
        "status = cli.main(['plan', 'print', 'plan.toml', '--out', 's.html'])\n"
        "print(status, 'fpdf' in sys.modules, 'PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "0 False False", done.stderr


def test_from_kit_and_from_table_make_a_plan(ceremony: Ceremony) -> None:
    Path("kit.zip").write_bytes(archive_of(kit_named("CMP keys")))
    head = ceremony.does("plan", "new", "--operation", "import-wallets", "--head").out
    given = [
        "--network",
        "Ethereum",
        "--network",
        "Solana",
        "--accounts",
        "0-2",
        "--indices",
        "0,5",
    ]
    kit = ceremony.does("plan", "from-kit", "kit.zip", "--source", "vault", *given).out
    ceremony.does("plan", "from-kit", "kit.zip", "--source", "vault", *given, "--out", "kit.toml")
    assert Path("kit.toml").read_text() == kit
    Path("vaults.csv").write_text(
        "label,network,path,address,owner\n"
        "cold,Ethereum,m/44'/60'/0'/0/0,0x9858EfFD232B4033E47d90003D41EC34EcaEda94,ops\n"
    )
    table = ceremony.does("plan", "from-table", "vaults.csv", "--source", "seed").out
    assert table.endswith(
        "# Columns that were left out, since a plan has no field for them: owner\n"
    )
    seed = '\n[[sources]]\nname = "seed"\nformat = "bip39"\n'
    Path("plan.toml").write_text(head + kit + seed + table)
    assert "no mistakes, 13 keys" in ceremony.does("plan", "check", "plan.toml").out


def test_from_kit_of_keys(ceremony: Ceremony) -> None:
    Path("my kit.zip").write_bytes(archive_of(kit_named("CMP keys")))
    given = ["--network", "Tezos", "--curve", "ed25519", "--operation", "import-keys"]
    shown = ceremony.does(
        "plan", "from-kit", "my kit.zip", "--source", "v", "--rsa-key", "key.pem", *given
    ).out
    assert 'file = "my kit.zip"\nrsa_key = "key.pem"\n' in shown
    assert 'curve = "ed25519"' in shown
    assert '[[keys.wallets]]\nnetwork = "Tezos"' in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ("from-kit", "missing.zip", "--source", "v", "--network", "Ethereum"),
        ("from-kit", "kit.zip", "--source", "v", "--network", "Etherium"),
        ("from-kit", "kit.zip", "--source", "v", "--network", "Ethereum", "--accounts", "9-1"),
        ("from-kit", "plain.txt", "--source", "v", "--network", "Ethereum"),
        ("from-table", "missing.csv", "--source", "seed"),
    ],
)
def test_what_is_refused(ceremony: Ceremony, arguments: tuple[str, ...]) -> None:
    Path("kit.zip").write_bytes(archive_of(kit_named("CMP keys")))
    Path("plain.txt").write_text("a text")
    ceremony.refuses("plan", *arguments)


def test_a_table_with_mistakes(ceremony: Ceremony) -> None:
    Path("vaults.csv").write_text("label,network,address\na,X,b\nb,Ethereum,\n")
    outcome = ceremony.run("plan", "from-table", "vaults.csv", "--source", "seed", "--out", "a")
    assert outcome.status == 1
    told = [line[2:17] for line in outcome.out.splitlines() if line[2] != " "]
    assert told == ["mistake: line 2", "mistake: line 3"]
    assert "the table has 2 mistakes" in outcome.err
    assert not Path("a").exists()


def test_400_wallets_are_checked_and_printed(ceremony: Ceremony) -> None:
    Path("kit.zip").write_bytes(archive_of(kit_named("CMP keys")))
    head = ceremony.does("plan", "new", "--operation", "import-wallets", "--head").out
    given = ["--source", "vault", "--network", "Ethereum", "--accounts", "0-399"]
    lines = ceremony.does("plan", "from-kit", "kit.zip", *given).out
    Path("plan.toml").write_text(head + lines)
    assert "no mistakes, 400 keys" in ceremony.does("plan", "check", "plan.toml").out
    for name in ("script.html", "script.pdf"):
        ceremony.does("plan", "print", "plan.toml", "--out", name)
    assert Path("script.pdf").read_bytes().startswith(b"%PDF-")
    page = Path("script.html").read_text()
    labels = re.findall('^label = "(.*)"$', Path("plan.toml").read_text(), re.MULTILINE)
    assert len(labels) == 400
    assert all(label in page for label in labels)
