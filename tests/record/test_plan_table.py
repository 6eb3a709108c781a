"""A custodian's table as plan lines: any order and case of columns, mistakes with their line."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.record.plan import Operation, Source
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import MAX_PLAN
from ceremony.record.plan_table import TableOptions, TableRead, table_lines
from ceremony.record.plan_text import quoted, source_text
from tests.support.plans import findings, plan_of

ETH = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
SOL = "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"
TABLE = (
    "Label,NETWORK,Derivation Path,Address,Owner,Name\n"
    f'one,Ethereum,m/44\'/60\'/0\'/0/0,{ETH},Ops,"Desk ""A"", \\"\n'
    "\n"
    f"two,Solana,m/44'/501'/0'/0',{SOL},,\n"
)
SEED = source_text(Source("seed", "bip39"))


def read(text: str | bytes, operation: Operation = "import-wallets") -> TableRead:
    data = text if isinstance(text, bytes) else text.encode()
    return table_lines(data, TableOptions("seed", operation))


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\"Desk \"\"A\"\", \\\"", '"Desk ""A"";, \\"').replace(",", ";")
        .replace(";; \\", ", \\").encode(),
    ],
    ids=["plain", "mark", "crlf", "semicolons"],
)  # fmt: skip
def test_a_table_is_a_plan(data: bytes) -> None:
    found = read(data)
    assert found.mistakes == ()
    assert found.left_out == ("Owner",)
    text = example_plan("import-wallets", head_only=True) + SEED + found.text
    assert findings(text).mistakes == ()
    one, two = plan_of(text).imports
    assert (one.label, one.network, one.path, one.expect) == (
        "one", "Ethereum", "m/44'/60'/0'/0/0", ETH
    )  # fmt: skip
    assert one.name is not None
    assert one.name.startswith('Desk "A"')
    assert one.name.endswith("\\")
    assert (two.label, two.expect, two.name) == ("two", SOL, None)


def test_a_row_for_import_keys_is_a_key_and_its_wallet() -> None:
    text = f"label,network,path,address\none,Ethereum,m/44'/60'/0'/0/0,{ETH}\n"
    found = read(text, "import-keys")
    plan = plan_of(example_plan("import-keys", head_only=True) + SEED + found.text)
    (key,) = plan.imports
    assert (key.network, key.curve, key.expect) == (None, "secp256k1", ETH)
    assert [(w.network, w.expect) for w in key.wallets] == [("Ethereum", ETH)]


def test_a_row_for_import_keys_without_a_network_is_a_key() -> None:
    key = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
    text = f"label,curve,path,public key,protocol\none,secp256k1,m/0,{key},FROST_BITCOIN\n"
    found = read(text, "import-keys")
    (one,) = plan_of(example_plan("import-keys", head_only=True) + SEED + found.text).imports
    assert (one.curve, one.expect, one.protocol, one.wallets) == (
        "secp256k1", key, "FROST_BITCOIN", ()
    )  # fmt: skip


def test_a_network_of_two_curves_leaves_the_curve_to_the_table() -> None:
    address = "tz1QR1eWBZ2wNup8rqRhPYwa2BDyKL7cwBbs"
    text = f"label,network,address\none,Tezos,{address}\n"
    assert "curve" not in read(text, "import-keys").text
    with_curve = f"label,network,address,curve\none,Tezos,{address},ed25519\n"
    assert 'curve = "ed25519"' in read(with_curve, "import-keys").text


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 0, "the table is empty"),
        ("\n\n", 0, "the table is empty"),
        ("label,address\n", 1, "0 rows, a plan 1 to 1000"),
        ("network,address\nEthereum,x\n", 1, "no column is called label"),
        ("label,network\na,Ethereum\n", 1, "no column is called address or expect or"),
        ("label,Label,address\na,b,c\n", 1, "two columns are the label"),
        ("label,address,expect\na,b,c\n", 1, "two columns are the expect"),
        (f"label,network,address\na,Ethereum,{ETH},more\n", 2, "has 4 cells, the first line 3"),
        ("label,network,address\na,Ethereum\n", 2, "has 2 cells, the first line 3"),
        (f"label,network,address\na/b,Ethereum,{ETH}\n", 2, "a label has 1 to 64"),
        (f"label,network,address\n,Ethereum,{ETH}\n", 2, "a label has 1 to 64"),
        (f"label,network,address\na,Ethereum,{ETH}\n\na,Ethereum,{ETH}\n", 4, "there twice"),
        ("label,network,address\na,Ethereum,\n", 2, "there is no address"),
        (f"label,network,address\na,,{ETH}\n", 2, "there is no network"),
        (f"label,address\na,{ETH}\n", 2, "there is no network"),
        (f"label,network,address\na,ETH,{ETH}\n", 2, "there is no network ETH"),
        (f"label,network,address\na,Solana,{ETH}\n", 2, "not an address of Solana"),
        (f'label,network,address\n"a\nb",Ethereum,{ETH}\nc,X,{ETH}\n', 2, "a label has"),
        (f'label,network,address\n"a\nb",Ethereum,{ETH}\nc,X,{ETH}\n', 4, "there is no network X"),
        (f'label,network,address\n"a"b,Ethereum,{ETH}\n', 2, "this is not CSV"),
        (f'label,network,address\n"a,Ethereum,{ETH}\n', 2, "this is not CSV"),
        (f"label,network,address\na{'b' * 200_000},Ethereum,{ETH}\n", 2, "this is not CSV"),
        (b"label,network,address\na,b,c\n\xff\n", 3, "not UTF-8"),
        (b"x" * (MAX_PLAN + 1), 0, "the table is larger than"),
        ("label,address\n" + "a,b\n" * 1001, 1, "1001 rows"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str | bytes, line: int, says: str) -> None:
    found = read(text)
    assert found.text == ""
    assert [m.line for m in found.mistakes if says in m.text] == [line], found.mistakes


def test_every_mistake_is_told() -> None:
    found = read(f"label,network,address\na/,X,{ETH}\nb,Ethereum,\nc,Solana,{ETH}\n")
    assert [mistake.line for mistake in found.mistakes] == [2, 2, 3, 4]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_is_written_so_that_it_reads_back(text: str) -> None:
    written = f"name = {quoted(text)}\n"
    assert written.isascii()
    assert written.count("\n") == 1
    assert tomllib.loads(written) == {"name": text}


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_mistake(data: bytes) -> None:
    found = read(data)
    assert bool(found.text) is not bool(found.mistakes)
