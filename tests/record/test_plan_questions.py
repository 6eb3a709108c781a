"""What a careful person would ask, and where the question points."""

import pytest

from ceremony.record.plan import Operation
from ceremony.record.plan_example import EXAMPLE_ORGANISATION, EXAMPLE_SIGNERS, example_plan
from tests.support.plans import changed, findings, line_of

WALLETS: Operation = "import-wallets"
KEYS: Operation = "import-keys"
EXPORTS: Operation = "export-keys"
ETH = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
SOL = "Ea7xtAAqsG7dT5vCQwGK18NUMSJFwavDDphEfaF3Nfe1"
SECOND = '\n[[keys.wallets]]\nnetwork = "Ethereum"\nexpect = "'
OTHER = "0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69"


@pytest.mark.parametrize("operation", [WALLETS, KEYS, EXPORTS])
def test_an_example_asks_for_what_was_not_replaced(operation: Operation) -> None:
    text = example_plan(operation)
    asked = [(question.line, question.text) for question in findings(text).questions]
    assert [line for line, _ in asked] == [
        line_of(text, f'organisation = "{EXAMPLE_ORGANISATION}"'),
        line_of(text, f'signers = "{EXAMPLE_SIGNERS}"'),
    ]
    assert all("of the example" in text for _, text in asked)


def test_a_plan_of_ones_own_is_asked_nothing() -> None:
    text = changed(
        WALLETS, (EXAMPLE_SIGNERS, "ab" * 32), (EXAMPLE_ORGANISATION, "or-1a2b3-4c5d6-7e8f")
    )
    assert findings(text).questions == ()


@pytest.mark.parametrize(
    ("operation", "old", "new", "where", "asks"),
    [
        (WALLETS, 'environment = "production"', 'environment = "rehearsal"', 'environment = "r',
         "a relay takes such a host for production"),
        (WALLETS, "# [machine]", "[machine]\nroot_keeps_data = true\n#", "root_keeps_data = true",
         "who destroys it?"),
        (WALLETS, 'name = "Bob Example"', 'name = "Ada Example"',
         'name = "Ada Example"\nrole = "operator"', "Ada Example has two roles"),
        (WALLETS, 'rsa_key = "rsa.pem"\ncustodian = "Dora Example"', 'rsa_key = "rsa.pem"',
         '[[sources]]\nname = "vault"', "who brings the source vault?"),
        (WALLETS, 'network = "Bitcoin"\nexpect = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"',
         'network = "BitcoinTestnet4"\nexpect = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"',
         'network = "BitcoinTestnet4"', "test networks and main networks are mixed"),
        (WALLETS, 'network = "Bitcoin"\nexpect = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"',
         'network = "BitcoinTestnet4"\nexpect = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"',
         'network = "BitcoinTestnet4"', "BitcoinTestnet4 in production"),
        (WALLETS, "m/44'/60'/0'/0/0", "m/44'/61'/0'/0/0", "path = \"m/44'/61", "unusual for Ether"),
        (WALLETS, "m/44'/60'/0'/0/0", "m/44'/60'/0/0/0", "path = \"m/44'/60'/0/0", "unusual for"),
        (WALLETS, "m/44/501/7/0/0", "m/44/60/7/0/0", 'path = "m/44/60/7', "usually has 501"),
        (WALLETS, ETH, ETH.lower(), f'expect = "{ETH.lower()}', "has no capital letters"),
        (WALLETS, 'label = "treasury-btc"', 'label = "b"\nname = "treasury-eth"',
         '[[keys]]\nlabel = "b"', "another key is called treasury-eth in Dfns"),
        (WALLETS, "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
         "03d902f35f560e0470c63313c7369168d9d7df2d49bf295fd9fb7cb109ccee0494", "", ""),
        (KEYS, 'name = "Cold on Ethereum"',
         f'{SECOND}0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"', "[[keys]]\n# What",
         "2 wallets of one key on Ethereum"),
        (KEYS, 'label = "new-solana"', 'label = "new-solana"\nname = "cold-evm"',
         '[[keys]]\nlabel = "new-sol', "another key is called cold-evm"),
        (EXPORTS, "/media/two/reserve", "/media/one/two", 'to = ["/media/one', "into one folder"),
        (EXPORTS, 'wallet = "wa-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"',
         'key = "key-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"', 'key = "key-xxxxx-xxxxx-xxxxxxxxxxxxxxxx"\n'
         'public_key = "c9', "this key is exported twice"),
        (EXPORTS, "c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022",
         "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
         'public_key = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"\n'
         'form = "slip39"', "this key is exported twice"),
    ],
)  # fmt: skip
def test_a_question(operation: Operation, old: str, new: str, where: str, asks: str) -> None:
    text = changed(operation, (old, new))
    found = findings(text)
    if not asks:  # nothing more is asked than of the example
        assert len(found.questions) == 2
        return
    asked = [question for question in found.questions if asks in question.text]
    assert [question.line for question in asked] == [line_of(text, where)], found


def test_formats_with_paths_of_their_own() -> None:
    electrum = ('format = "bip39"', 'format = "electrum"')
    eth, btc = ("m/44'/60'/0'/0/0", "m/0/3"), ("m/84'/0'/0'/0/0", "m/84'/0'/0'/0/1")
    found = findings(changed(WALLETS, electrum, eth, btc))
    asked = [question.text for question in found.questions if "unusual" in question.text]
    assert asked == ["this path is unusual for Bitcoin (usual: m/0/0): is it right?"]


def test_a_form_in_the_clear() -> None:
    recipients = 'recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]'
    text = changed(EXPORTS, ('form = "age"', 'form = "hex"'), (recipients, ""))
    (asked,) = [q for q in findings(text).questions if "in the clear" in q.text]
    assert asked.line == line_of(text, 'form = "hex"')


def test_an_address_of_two_keys_is_asked_about_whatever_its_capitals() -> None:
    bitcoin = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
    text = changed(
        WALLETS,
        ("m/84'/0'/0'/0/0", "m/44'/60'/0'/0/1"),
        ('"Bitcoin"', '"Polygon"'),
        (bitcoin, ETH.lower()),
    )
    (asked,) = [q for q in findings(text).questions if "has this address too" in q.text]
    assert asked.text.startswith("treasury-eth ")
    assert asked.line == line_of(text, f'expect = "{ETH.lower()}')


def test_wallets_of_one_key_share_their_address() -> None:
    """A key has one address on all EVM networks: that is not a slip."""
    polygon = f'{SECOND}0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"'.replace("Ethereum", "Polygon")
    text = changed(KEYS, ('name = "Cold on Ethereum"', polygon))
    assert len(findings(text).questions) == 2


def test_a_plan_with_a_mistake_is_asked_about_too() -> None:
    text = changed(
        WALLETS, ('source = "seed"\npath = "m/84', 'source = "x"\npath = "m/84'), (ETH, ETH.lower())
    )
    found = findings(text)
    assert len(found.mistakes) == 1
    assert len(found.questions) == 3
