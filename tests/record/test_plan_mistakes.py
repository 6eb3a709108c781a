"""Every mistake of a plan that can be read: its line, and what is said of it."""

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.record.plan import Operation
from ceremony.record.plan_check import check_plan
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_expected import unfit
from ceremony.record.plan_imports import check_path
from tests.support.plans import changed, findings, line_of, plan_of

WALLETS: Operation = "import-wallets"
KEYS: Operation = "import-keys"
EXPORTS: Operation = "export-keys"

SIGNERS = "0123456789abcdef" * 4
ETH = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
MASTER = (
    'curve = "secp256k1"\n\n# Its public key',
    'curve = "secp256k1"\nmaster_key = true\n\n# Its public key',
)


@pytest.mark.parametrize("operation", [WALLETS, KEYS, EXPORTS])
def test_the_examples_have_none(operation: Operation) -> None:
    assert findings(example_plan(operation)).mistakes == ()


HEAD = [
    ("https://api.dfns.io", "https://api.dfns.io/", "api =", "api is https:// and a host"),
    ("https://api.dfns.io", "https://API.dfns.io", "api =", "api is https:// and a host"),
    ("https://api.dfns.io", "http://api.dfns.io", "api =", "api is https:// and a host"),
    ("https://api.dfns.io", "http://127.0.0.1:8000", "api =", "not for production"),
    ('organisation = "or-', 'organisation = "o r-', 'organisation = "o', "not an organisation's"),
    (SIGNERS, SIGNERS[1:], "signers =", "64 small hex digits"),
    (SIGNERS, SIGNERS.upper(), "signers =", "64 small hex digits"),
    ("# threshold = 3", "threshold = 1", "threshold = 1", "from 2 to the number"),
    ("# threshold = 3", "threshold = 21", "threshold = 21", "from 2 to the number"),
    ('# cluster = "..."', 'cluster = "a b"', "cluster =", "not a cluster's id"),
    ('title = "Treasury wallets into Dfns"', 'title = ""', "title =", "1 to 100 printable"),
    ("wallets into Dfns", "w" * 100, "title =", "1 to 100 printable"),
    ("wallets into Dfns", r"\u202e", "title =", "1 to 100 printable"),
    ('name = "Bob Example"', 'name = " "', 'name = " "', "a person's name has"),
    ('role = "operator"', 'role = "witness"', "[[people]]", "nobody is the operator"),
    ('role = "administrator"', 'role = "witness"', "[[people]]", "nobody is the administrator"),
    ('role = "witness"', 'role = "custodian"', "[[people]]", "nobody is the witness"),
    ('role = "custodian"', 'role = "operator"', "[[people]]", "2 people are the operator"),
]
SOURCES = [
    ('format = "bip39"', 'format = "bip40"', 'format = "bip40"', "format bip40 is not known"),
    ('name = "vault"', 'name = "seed"', 'name = "seed"\nformat = "fire', "another source has"),
    ('name = "vault"', 'name = "other"', 'name = "other"', "no key comes from this source"),
    ('name = "vault"', r'name = "a\u0007"', 'name = "a', "a source's name has"),
    ('rsa_key = "rsa.pem"\n', "", 'format = "fireblocks-kit"', "names its file and its rsa_key"),
    ("# passphrase = false", 'rsa_key = "r"', "rsa_key", "only a recovery kit has an rsa_key"),
    ('# file = "..."', 'file = "f"', 'file = "f"', 'a source with a file has `entry = "file"`'),
    ('"bip39"', '"keystore-v3"', 'format = "keystore-v3"', "needs `passphrase = true`"),
    ('custodian = "Dora', 'custodian = "Dorian', "Dorian", "nobody in the plan is called Dorian"),
]
IMPORTS = [
    ('label = "treasury-btc"', 'label = "treasury-eth"', 'label = "treasury-eth"\nsource',
     "label treasury-eth is there twice"),
    ('label = "treasury-btc"', 'label = "a/b"', 'label = "a/b"', "a label has 1 to 64"),
    ('label = "treasury-btc"', 'label = ""', 'label = ""', "a label has 1 to 64"),
    ('source = "seed"\npath = "m/84', 'source = "sed"\npath = "m/84', 'source = "sed"',
     "there is no source sed"),
    ('network = "Bitcoin"\n', "", '[[keys]]\nlabel = "treasury-btc', "has no network"),
    ('network = "Bitcoin"', 'network = "Bitcoins"', '"Bitcoins"', "did you mean Bitcoin"),
    ("# curve = ", 'curve = "ed25519" # ', 'curve = "ed25519"', "the network leave secp256k1"),
    ("# protocol = ", 'protocol = "FROST" # ', 'protocol = "FROST"', "keys of FROST on secp256k1"),
    ('network = "Bitcoin"', 'network = "Tezos"', '[[keys]]\nlabel = "treasury-btc',
     "needs a curve: secp256k1, ed25519"),
    ('network = "Bitcoin"', 'network = "Starknet"', '[[keys]]\nlabel = "treasury-btc',
     "needs a curve: none fits"),
    (f'expect = "{ETH}"\n', "", "[[keys]]\n# What", "has no expect"),
    (ETH, ETH.replace("9858E", "9858e"), "expect = ", "not as EIP-55"),
    (ETH, ETH[:-1], "expect = ", "not an address of Ethereum"),
    (ETH, "a b", "expect = ", "and no spaces"),
    (ETH, "02" + "00" * 32, "expect = ", "not a public key of secp256k1"),
    ("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyv",
     'expect = "bc1', "not an address of Bitcoin"),
    ('path = "m/84\'/0\'/0\'/0/0"\n', "", '[[keys]]\nlabel = "treasury-btc', "has no path, and b"),
    ("m/84'/0'/0'/0/0", "m/84'/0''/0", 'path = "m/84', "is not a number below 2^31"),
    ("m/44/501/7/0/0", "m/44'/501'/7'", 'path = "m/44\'/501', "and Fireblocks hardens none"),
    ("m/44/501/7/0/0", "m/44/501/7", 'path = "m/44/501', "not one of a Fireblocks wallet"),
    ("# name = ", 'name = "Trésor" # ', "name = \"Tr", "printable ASCII"),
    ('# key_id = "', 'key_id = "x', 'key_id = "x', "a UUID in small letters"),
    ('# name = "T', 'key_id = "ab89c3a5-36fa-4ac8-b1ff-58700195ca84"\n# name = "T', 'key_id = "ab',
     "only a key of a recovery kit has a key_id"),
    ("# name = ", "master_key = true\n# name = ", "master_key", "a wallet cannot be a master"),
    ('\n[[keys]]\nlabel = "treasury-btc"',
     '\n[[keys.wallets]]\nnetwork = "Ethereum"\nexpect = "'
     f'{ETH}"\n[[keys]]\nlabel = "treasury-btc"', "[[keys]]\n# What", "made of keys, not of wal"),
]  # fmt: skip


def test_one_key_is_imported_once() -> None:
    bitcoin = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
    text = changed(
        WALLETS, ("m/84'/0'/0'/0/0", "m/44h/60H/0'/0/0"), ('"Bitcoin"', '"Polygon"'), (bitcoin, ETH)
    )
    second = text.rindex('path = "m/44h/60H')
    (found,) = findings(text).mistakes
    assert found.line == text[:second].count("\n") + 1
    assert "this is the same key as treasury-eth" in found.text


@pytest.mark.parametrize(("old", "new", "where", "says"), HEAD + SOURCES + IMPORTS)
def test_a_mistake_in_an_import_of_wallets(old: str, new: str, where: str, says: str) -> None:
    one_mistake(changed(WALLETS, (old, new)), where, says)


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("# path = ", 'network = "Ethereum"\n# path = ', 'network = "Eth', "a key has no network"),
        ('# path = "m', 'path = "m', 'path = "m', "the format hex takes no path"),
        ('curve = "ed25519"\n', 'curve = "ed25519"\nexpect = "00"\n', 'expect = "00"',
         "nobody can expect a key that is made here"),
        ('curve = "ed25519"\n', "", '[[keys]]\nlabel = "new-sol', "needs a curve: secp256k1, st"),
        ('format = "new"', 'format = "new"\nfile = "f"', 'format = "new"', "has no file, no entry"),
        ('format = "new"', 'format = "new"\npassphrase = true', 'format = "new"', "has no file"),
        ("# passphrase = false", "passphrase = true", "passphrase = true", "hex has no passphrase"),
        ('network = "Ethereum"\nexpect = "0x2B', 'network = "Solana"\nexpect = "0x2B',
         'network = "Solana"', "Solana has no keys on secp256k1"),
        ('network = "Ethereum"\nexpect = "0x2B', 'network = "Etherium"\nexpect = "0x2B',
         'network = "Etherium"', "did you mean Ethereum"),
        ("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", "0x2B", 'expect = "0x2B"\nname',
         "not an address of Ethereum"),
        ('name = "Cold on Ethereum"', 'name = ""', 'name = ""', "printable ASCII"),
        ('name = "Cold on Ethereum"', 'path = "m/0"', 'path = "m/0"', "only a master key has"),
        (*MASTER, "master_key", "a master key names at least one derived wallet"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_import_of_keys(old: str, new: str, where: str, says: str) -> None:
    text = changed(KEYS, (old, new))
    (found,) = [m for m in findings(text).mistakes if says in m.text]
    assert found.line == line_of(text, where)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("m/0'/1", "without hardened levels"),
        ("m", "without hardened levels"),
        ("0/1", "without hardened levels"),
        ("m/01", "without hardened levels"),
        ("m/2147483648", "a number below 2^31"),
    ],
)
def test_the_path_of_a_derived_wallet(path: str, says: str) -> None:
    derived = ('name = "Cold on Ethereum"', f'path = "{path}"')
    text = changed(KEYS, MASTER, derived)
    one_mistake(text, f'path = "{path}"', says)
    assert findings(changed(KEYS, MASTER, (derived[0], 'path = "m/0/1"'))).mistakes == ()


def test_a_wallet_of_a_master_key_has_a_path() -> None:
    second = '\n[[keys.wallets]]\nnetwork = "Polygon"\nexpect = "' + ETH + '"\n'
    text = changed(
        KEYS, MASTER, ('name = "Cold on Ethereum"', 'path = "m/0/1"\n' + second)
    )  # fmt: skip
    one_mistake(text, '[[keys.wallets]]\nnetwork = "Polygon"', "a wallet of a master key has a p")


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ('key = "key-', 'wallet = "wa-1"\nkey = "key-', "[[keys]]", "a key or a wallet, one of"),
        ('key = "key-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"', "", "[[keys]]", "a key or a wallet, one of"),
        ('key = "key-', 'key = "k ey-', 'key = "k ', "not the id of a key"),
        ('wallet = "wa-xxxxx', 'wallet = "w a-x', 'wallet = "w ', "not the id of a wallet"),
        ('"02c6047f', '"zzc6047f', "public_key = ", "is not hex"),
        ('"02c6047f', '"02c6047', "public_key = ", "an odd number"),
        ('"02c6047f', '"05c6047f', "public_key = ", "not a public key of any curve"),
        ('# curve = "secp256k1"', 'curve = "ed25519"', "public_key = ",
         "not a public key of ed25519"),
        ('# curve = "secp256k1"', 'curve = "p256"', 'curve = "p256"', "the curve is one of"),
        ('# network = "Bitcoin"', 'network = "Bitcoins"', 'network = "B', "did you mean Bitcoin"),
        ('form = "age"', 'form = "gae"', 'form = "gae"', "form gae is not known"),
        ('form = "age"', 'form = "hex"', 'form = "hex"', "takes no recipient"),
        ('recipients = ["age1', '# recipients = ["age1', 'form = "age"', "needs a recipient"),
        ('["age1ql', '["age1qm', 'form = "age"', "recipient 1 is not an age recipient"),
        ('form = "age"', 'form = "ed25519-scalar"', 'form = "ed25519-s', "holds keys of ed25519"),
        ("threshold = 2", "threshold = 1", 'form = "slip39"', "1 of 3 shares is not possible"),
        ("threshold = 2", "threshold = 4", 'form = "slip39"', "4 of 3 shares is not possible"),
        ("threshold = 2\n", "", 'to = ["/media', "to names one file"),
        ('["treasury.age"]', "[]", "to = []", "to names one file"),
        ('["treasury.age"]', '[""]', 'to = [""]', "a file has a name"),
        ('["treasury.age"]', '["a/"]', 'to = ["a/"]', "a file has a name"),
        ('["treasury.age"]', '["export.state"]', 'to = ["exp', "file of the sealed state already"),
        ("/media/two/", "/media/one/", 'to = ["/media/one/', "a file of reserve already"),
        ('# state = "export.state"', 'state = "a/b"', "state = ", "a file's name, without a fol"),
        ('# state = "export.state"', 'state = ".."', "state = ", "a file's name, without a fol"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_export(old: str, new: str, where: str, says: str) -> None:
    text = changed(EXPORTS, (old, new))
    found = [m for m in findings(text).mistakes if says in m.text]
    assert [m.line for m in found] == [line_of(text, where)], findings(text).mistakes


def test_an_export_has_no_sources() -> None:
    text = example_plan(EXPORTS) + '\n[[sources]]\nname = "a"\nformat = "hex"\n'
    one_mistake(text, "[[sources]]", "an export has no sources")


def test_a_stark_key_is_exported_in_forms_that_hold_it() -> None:
    stark = "030759ca09377679ecd535a81e83039658bf40959283187c654c5416f439403cf5"
    key = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
    assert findings(changed(EXPORTS, (key, stark))).mistakes == ()
    text = changed(
        EXPORTS, (key, stark), ('form = "age"', 'form = "pkcs8"'), ("recipients = [", "# [")
    )
    one_mistake(text, 'form = "pkcs8"', "holds keys of secp256k1")


def test_paths_of_formats() -> None:
    """An xprv that is not a master key has a path without m; ed25519 is hardened throughout."""
    xprv = ('format = "bip39"', 'format = "xprv"')
    assert findings(changed(WALLETS, xprv, ("m/84'/0'/0'/0/0", "0/0"))).mistakes == ()
    text = changed(WALLETS, xprv, ("m/84'/0'/0'/0/0", "0/x"))
    one_mistake(text, 'path = "0/x"', "is not a number")
    solana = ('source = "vault"\n', 'source = "seed"\n')
    text = changed(WALLETS, solana, ("m/44/501/7/0/0", "m/44'/501'/0"))
    found = [m for m in findings(text).mistakes if "every level of a path is hardened" in m.text]
    assert [m.line for m in found] == [line_of(text, "m/44'/501'/0")]


@pytest.mark.parametrize(
    ("source_format", "curve", "path", "says"),
    [
        ("slip39-seed", "secp256k1", "m/44h/0H/0'/0/5", ""),
        ("stark-from-eth-seed", "stark", "m/44'/9004'/0'/0/0", ""),
        ("stark-from-eth-seed", "stark", "44'/9004'", "does not begin with m/"),
        ("slip10-xprv", "ed25519", "0'/1'", ""),
        ("slip10-xprv", "ed25519", "m/0'/1", "every level of a path is hardened"),
        ("xprv", "secp256k1", "m", ""),
        ("substrate", "ed25519", "//polkadot//0", ""),
        ("substrate", "ed25519", "/soft", "has a soft junction"),
        ("cardano", "ed25519", "m/1852'/1815'/0'/0/0", ""),
        ("descriptor", "secp256k1", "7", ""),
        ("fireblocks-fprv", "ed25519", "m/44'/501'", "Fireblocks hardens none"),
    ],
)
def test_the_paths_of_a_format(source_format: str, curve: str, path: str, says: str) -> None:
    if not says:
        check_path(path, source_format, curve)
        return
    with pytest.raises(CeremonyError, match=says) as caught:
        check_path(path, source_format, curve)
    assert caught.value.failure is Failure.PATH


def test_a_format_that_can_do_without_a_path() -> None:
    text = changed(KEYS, ('format = "hex"', 'format = "substrate"'))
    assert findings(text).mistakes == ()
    assert findings(text.replace("# path = \"m/44'/60'/0'/0/0\"", 'path = "//0"')).mistakes == ()


def test_mistakes_come_in_the_order_of_their_lines() -> None:
    text = changed(
        WALLETS,
        (SIGNERS, "00"),
        ('network = "Bitcoin"', 'network = "X"'),
        ('role = "operator"', 'role = "witness"'),
    )
    lines = [mistake.line for mistake in findings(text).mistakes]
    assert len(lines) == 3
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("network", "curve", "fits", "does_not"),
    [
        ("Bitcoin", "secp256k1",
         ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
          "BC1QCR8TE4KR609GCAWUTMRZA0J4XV80JY8Z306FYU",
          "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"),
         ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
          "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", ETH)),
        ("Solana", "ed25519", ("HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk",), (ETH,)),
        ("Tron", "secp256k1", ("TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL",),
         ("TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeM",)),
        ("XrpLedger", "secp256k1", ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",),
         ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi",)),
        ("Sui", "ed25519", ("0x" + "ab" * 32, "0x1"), ("0x" + "ab" * 33 + "a",)),
        ("Hedera", "ed25519", ("0.0.1234",), ("0.0. 1",)),
        ("Starknet", "stark", ("0x0123", "02" + "11" * 32), ("05" + "11" * 32,)),
        (None, "ed25519", ("ab" * 32,), ("02" + "ab" * 32,)),
        (None, "", ("02" + "ab" * 32,), ("",)),
    ],
)  # fmt: skip
def test_what_an_address_of_a_network_can_be(
    network: str | None, curve: str, fits: tuple[str, ...], does_not: tuple[str, ...]
) -> None:
    assert [text for text in fits if unfit(text, network, curve)] == []
    assert [text for text in does_not if not unfit(text, network, curve)] == []


def test_a_text_without_lines_still_tells_the_mistakes() -> None:
    """What is checked is the plan; the text only tells where."""
    plan = plan_of(changed(WALLETS, (SIGNERS, "00")))
    assert [m.line for m in check_plan(plan, "").mistakes] == [0]


def one_mistake(text: str, where: str, says: str) -> None:
    found = findings(text).mistakes
    assert [m.line for m in found if says in m.text] == [line_of(text, where)], found
