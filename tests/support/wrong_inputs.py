"""For every format: a right text, and wrong ones that people really enter."""

import json
from dataclasses import dataclass, field
from typing import Any

import base58

from ceremony.errors import Failure
from tests.support.vector_files import cases

F = Failure


@dataclass
class Format:
    """A right text with its options, and wrong texts: name, text, class, other options."""

    right: str
    options: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[str, str | bytes, Failure, dict[str, Any]]] = field(default_factory=list)

    def refuses(self, name: str, text: str | bytes, failure: Failure, **options: Any) -> None:
        assert text != self.right or options
        self.wrong.append((name, text, failure, options))


def changed(text: str, place: int, to: str | None = None) -> str:
    """One character replaced: by ``to``, or by another one of the same kind."""
    old = text[place]
    new = to or ("3" if old != "3" and old.isdigit() else "b" if old.lower() != "b" else "c")
    if to is None and old.isupper():
        new = new.upper()
    place %= len(text)
    return text[:place] + new + text[place + 1 :]


def swapped(text: str, place: int) -> str:
    """Two neighbours exchanged, the first pair from ``place`` on that differs."""
    while text[place] == text[place + 1]:
        place += 1
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


CYRILLIC_A, FULL_WIDTH_1, ZERO_WIDTH = "\u0430", "\uff11", "\u200b"

K = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
"""RFC 6979, appendix A.2.5: a private key that everybody knows."""
ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
STARK_ORDER = "0800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f"
ED_ORDER = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"

FORMATS: dict[str, Format] = {}


def hex_like(name: str, right: str, prefix: str, order: str, **options: Any) -> Format:
    """What goes wrong with digits that have no checksum."""
    f = FORMATS[name] = Format(prefix + right, options)
    f.refuses("cut at the end", prefix + right[:-1], F.KEY)
    f.refuses("cut by a byte", prefix + right[:-2], F.KEY)
    f.refuses("a digit too many", prefix + right + "0", F.KEY)
    f.refuses("given twice", prefix + right + right, F.KEY)
    f.refuses("letter o for zero", prefix + changed(right, 9, "o"), F.KEY)
    f.refuses("Cyrillic a", prefix + changed(right, 9, CYRILLIC_A), F.KEY)
    f.refuses("full width digit", prefix + changed(right, 9, FULL_WIDTH_1), F.KEY)
    f.refuses("zero width space", prefix + right[:9] + ZERO_WIDTH + right[9:], F.KEY)
    f.refuses("white space inside", prefix + right[:9] + " " + right[9:], F.KEY)
    f.refuses("zero", prefix + "0" * 64, F.KEY)
    f.refuses("the order", prefix + order, F.KEY)
    f.refuses("empty", "", F.KEY)
    f.refuses("a sentence", "the key is in the safe", F.KEY)
    return f


f = hex_like("hex", K, "", ORDER, curve="secp256k1")
f.refuses("the 0x twice", "0x0x" + K, F.KEY)
f.refuses("no curve", K, F.USAGE, curve=None)
f.refuses("an unknown curve", K, F.SCHEME, curve="secp256r1")
f.refuses("a key above the order of stark", K, F.KEY, curve="stark")
f.refuses("a path", K, F.USAGE, paths=("m",))
f = hex_like("ed25519-scalar", "0" + K[1:], "", ED_ORDER)
f.refuses("a seed above the order", K, F.KEY)
f.refuses("another curve", "0" + K[1:], F.CURVE, curve="secp256k1")
f = hex_like("stark", "00" + K[2:], "0x", STARK_ORDER)
f.refuses("a secp256k1 key", K, F.KEY)
f.refuses("leading zeros left out", "0x" + K[4:], F.KEY)
f.wrong = [w for w in f.wrong if w[0] not in ("cut at the end", "a digit too many")]
f.refuses("another curve", "00" + K[2:], F.CURVE, curve="ed25519")
f = hex_like("stark-from-eth-key", K, "0x", ORDER)
f.refuses("another curve", K, F.CURVE, curve="secp256k1")

MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"

OLD_ELECTRUM = (
    "powerful random nobody notice nothing important anyway look away hidden message over"
)


def mnemonic_like(name: str, right: str, **options: Any) -> Format:
    f = FORMATS[name] = Format(right, options)
    words = right.split()

    def with_third(word: str) -> str:
        return " ".join([*words[:2], word, *words[3:]])

    f.refuses("two words swapped", " ".join([words[1], words[0], *words[2:]]), F.CHECKSUM)
    f.refuses("a word read as another", with_third("zebra"), F.CHECKSUM)
    f.refuses("a mistyped word", with_third(changed(words[2], 2)), F.KEY)
    f.refuses("a word of another language", with_third("gagnant"), F.KEY)
    f.refuses("a word left out", " ".join(words[1:]), F.KEY)
    f.refuses("a word too many", right + " zoo", F.KEY)
    f.refuses("words cut to three letters", " ".join(w[:3] for w in words), F.KEY)
    f.refuses("numbered", " ".join(f"{i}.{w}" for i, w in enumerate(words, 1)), F.KEY)
    f.refuses("without spaces", right.replace(" ", ""), F.KEY)
    look_alikes = str.maketrans("aeiou", "\u0430\u0435\u0456\u043e\u057d")
    f.refuses("look-alike letters", with_third(words[2].translate(look_alikes)), F.KEY)
    f.refuses("zero width space", with_third(words[2][:2] + ZERO_WIDTH + words[2][2:]), F.KEY)
    f.refuses("not UTF-8", right.encode() + b"\xff", F.KEY)
    f.refuses("hex", K, F.KEY)
    f.refuses("empty", " \n", F.KEY)
    return f


PATHS = ("m/44'/60'/0'/0/0",)
for f in (
    mnemonic_like("bip39", MNEMONIC, curve="secp256k1", paths=PATHS),
    mnemonic_like("stark-from-eth-seed", MNEMONIC, paths=("m/44'/9004'/0'/0/0",)),
):
    f.refuses("no path", MNEMONIC, F.PATH, paths=())
    f.refuses("a bad path", MNEMONIC, F.PATH, paths=("m/44'/x",))
    f.refuses("a path twice", MNEMONIC, F.DUPLICATE, paths=("m/0'", "m/0h"))
    f.refuses("a passphrase in Latin-1", MNEMONIC, F.PASSPHRASE, passphrase=b"\xe4")
f = FORMATS["bip39"]
f.refuses("no curve", MNEMONIC, F.USAGE, curve=None)
f.refuses("stark", MNEMONIC, F.CURVE, curve="stark")
f.refuses("ed25519 not hardened", MNEMONIC, F.PATH, curve="ed25519")
ALGORAND = (
    "advice pudding treat near rule blouse same whisper inner electric quit surface sunny "
    "dismiss leader blood seat clown cost exist hospital century reform able sponsor"
)
f = mnemonic_like("algorand", ALGORAND)
f.refuses("24 words of BIP-39", "abandon " * 23 + "art", F.TYPE)
f.refuses("an impossible word 24", "abandon " * 23 + "zoo abandon", F.KEY)
f.refuses("another curve", ALGORAND, F.CURVE, curve="secp256k1")

ELECTRUM = "wild father tree among universe such mobile favorite target dynamic credit identify"
CARDANO = (
    "eight country switch draw meat scout mystery blade tip drift useless good keep usage title"
)
CARDANO_PATHS = ("m/1852'/1815'/0'/0/0",)
BALANCE = (
    "balance exotic ranch knife glory slow tape favorite yard gym awake ill exist "
    "useless parent aim pig stay effort into square gasp credit butter"
)
LEDGER_PATHS = ("m/44'/354'/0'/0'/0'",)
SUBSTRATE = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
TON = (
    "hospital stove relief fringe tongue always charge angry urge sentence again match "
    "nerve inquiry senior coconut label tumble carry category beauty bean road solution"
)
f = mnemonic_like("electrum", ELECTRUM, paths=("m/0'/0/0",))
f.wrong = [w for w in f.wrong if w[0] != "a word too many"]
f.refuses("an Electrum seed of the old type", OLD_ELECTRUM, F.TYPE)
f.refuses("words of BIP-39", MNEMONIC, F.CHECKSUM)
f.refuses("no path", ELECTRUM, F.PATH, paths=())
for f in (
    mnemonic_like("cardano", CARDANO, paths=CARDANO_PATHS),
    mnemonic_like("cardano-trezor", BALANCE, paths=CARDANO_PATHS),
    mnemonic_like("cardano-ledger", CARDANO, paths=CARDANO_PATHS),
    mnemonic_like("substrate-ledger", BALANCE, paths=LEDGER_PATHS),
    mnemonic_like("substrate", SUBSTRATE, curve="ed25519"),
    mnemonic_like("solana-keygen", MNEMONIC),
):
    f.refuses("an Electrum seed", ELECTRUM, F.TYPE)
    f.refuses("words of TON", TON, F.TYPE)
    f.refuses("a passphrase in Latin-1", f.right, F.PASSPHRASE, passphrase=b"\xe4")
f = FORMATS["substrate"]
f.refuses("a soft junction", SUBSTRATE, F.PATH, paths=("//Alice/0",))
f.refuses("sr25519", SUBSTRATE, F.SCHEME, curve="sr25519")
f = FORMATS["substrate-ledger"]
f.refuses("a level not hardened", BALANCE, F.PATH, paths=("m/44'/354'/0'/0/0",))
f = mnemonic_like("ton", TON)
f.refuses("words of BIP-39", MNEMONIC, F.TYPE)
f.refuses("a passphrase where there is none", TON, F.PASSPHRASE, passphrase=b"x")
f.refuses("a path", TON, F.USAGE, paths=("m/44'/607'/0'",))


def text_like(name: str, right: str, **options: Any) -> Format:
    """What goes wrong with one word that has a checksum."""
    f = FORMATS[name] = Format(right, options)
    f.refuses("one character changed", changed(right, 17), F.CHECKSUM)
    f.refuses("the last one changed", changed(right, -1), F.CHECKSUM)
    f.refuses("two swapped", swapped(right, 15), F.CHECKSUM)
    f.refuses("white space inside", right[:20] + " " + right[20:], F.KEY)
    f.refuses("a line break inside", right[:20] + "\n" + right[20:], F.KEY)
    f.refuses("two keys", right + "\n" + right, F.KEY)
    f.refuses("Cyrillic a", changed(right, 20, CYRILLIC_A), F.KEY)
    f.refuses("full width digit", changed(right, 20, FULL_WIDTH_1), F.KEY)
    f.refuses("zero width space", right[:20] + ZERO_WIDTH + right[20:], F.KEY)
    f.refuses("a control character", right[:20] + "\x1b" + right[20:], F.KEY)
    f.refuses("empty", "", F.KEY)
    f.refuses("much too long", right * 100, F.KEY)
    return f


def check58(content: bytes) -> str:
    return base58.b58encode_check(content).decode()


XPRV = (
    "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2"
    "EU4pWcQDnRnrVA1xe8fs"
)
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TM"
    "g7usUDFdp6W1EGMcet8"
)
f = text_like("xprv", XPRV, paths=("0/0",))
whole = base58.b58decode_check(XPRV)
f.refuses("cut", XPRV[:-1], F.CHECKSUM)
f.refuses("an extended public key", XPUB, F.TYPE)
f.refuses("a right checksum over a version of nobody", check58(b"\1\2\3\4" + whole[4:]), F.TYPE)
f.refuses("a right checksum over too little", check58(whole[:-1]), F.KEY)
f.refuses("a WIF key", check58(b"\x80" + bytes(31) + b"\7\1"), F.KEY)
f.refuses("a zero key", check58(whole[:46] + bytes(32)), F.KEY)
f.refuses("depth 0 with a parent", check58(whole[:4] + b"\0" + whole[5:]), F.KEY)
f.refuses("a zero in base58", changed(XPRV, 30, "0"), F.KEY)
f.refuses("a path from the master key", XPRV, F.PATH, paths=("m/0",))
f.refuses("a path of nonsense", XPRV, F.PATH, paths=("0/",))
f.refuses("a test network", XPRV, F.NETWORK, network="BitcoinTestnet4")
f.refuses("a key for a test network", check58(bytes.fromhex("04358394") + whole[4:]), F.NETWORK,
          network="Bitcoin")  # fmt: skip
f.refuses("Dogecoin's for Litecoin", check58(bytes.fromhex("02fac398") + whole[4:]), F.NETWORK,
          network="Litecoin")  # fmt: skip
f.refuses("another curve", XPRV, F.CURVE, curve="ed25519")

WIF = "KyZpNDKnfs94vbrwhJneDi77V6jF64PWPF8x5cdJb8ifgg2DUc9d"
secret = base58.b58decode_check(WIF)[1:33]
f = text_like("wif", WIF, network="Bitcoin")
f.refuses("cut", WIF[:-1], F.CHECKSUM)
f.refuses("letter l", changed(WIF, 30, "l"), F.KEY)
f.refuses("Litecoin's for Bitcoin", check58(b"\xb0" + secret + b"\1"), F.NETWORK)
f.refuses("a test network's for Bitcoin", check58(b"\xef" + secret + b"\1"), F.NETWORK)
f.refuses("for a network without WIF", WIF, F.NETWORK, network="Ethereum")
f.refuses("an address", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", F.TYPE)
f.refuses("an xprv", XPRV, F.TYPE)
f.refuses("a flag of nobody", check58(b"\x80" + secret + b"\2"), F.KEY)
f.refuses("a byte too few", check58(b"\x80" + secret[1:]), F.KEY)
f.refuses("a zero key", check58(b"\x80" + bytes(32) + b"\1"), F.KEY)
f.refuses("nothing but a checksum", check58(b""), F.TYPE)
f.refuses("another curve", WIF, F.CURVE, curve="ed25519")

STELLAR = "SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN"
f = text_like("stellar", STELLAR)
f.refuses("cut", STELLAR[:-1], F.KEY)
f.refuses("a character too many", STELLAR + "A", F.KEY)
f.refuses("an account", "GDRXE2BQUC3AZNPVFSCEZ76NJ3WWL25FYFK6RGZGIEKWE4SOOHSUJUJ6", F.TYPE)
f.refuses("small letters", STELLAR.lower(), F.KEY)
f.refuses("a zero for an O", STELLAR.replace("O", "0", 1), F.KEY)
f.refuses("another curve", STELLAR, F.CURVE, curve="secp256k1")

EDSK = "edsk4TjJWEszkHKono7XMnepVqwi37FrpbVt1KCsifJeAGimxheShG"
PAIR = (
    "edskS8rh49SrQHQxMu5sVsyRXX3Kaodfgbk8qqtTFjxSg2tJbLEtbMnimfJzSz7TTZQeP7EMhZoegHbQWa548RcXJP9k"
    "n2J8P8"
)
f = text_like("tezos", EDSK)
pair = base58.b58decode_check(PAIR)
f.refuses("cut", EDSK[:-1], F.CHECKSUM)
f.refuses("the public key", "edpkuhmrbunxumoiVdQuxBZUPMmwkPt7yLtY5Qnua3VJVTLWr3vXXa", F.TYPE)
f.refuses("P-256", "p2sk2obfVMEuPUnadAConLWk7Tf4Dt3n4svSgJwrgpamRqJXvaYcg1", F.CURVE)
f.refuses("two halves of two keys", check58(pair[:-1] + bytes((pair[-1] ^ 1,))), F.PUBLIC_KEY)
f.refuses("an address", "tz1b9kV41KV9N3sp69ycLdSoZ2Ak8jXwtNPv", F.TYPE)
f.refuses("a WIF key", WIF, F.TYPE)
f.refuses("another curve", EDSK, F.CURVE, curve="secp256k1")

SUI = "suiprivkey1qzwant3kaegmjy4qxex93s0jzvemekkjmyv3r2sjwgnv2y479pgsywhveae"
f = text_like("sui", SUI)
f.wrong = [w for w in f.wrong if w[0] not in ("one character changed", "the last one changed")]
f.refuses("one character changed", changed(SUI, 30, "q"), F.CHECKSUM)
f.refuses("the last one changed", changed(SUI, -1, "q"), F.CHECKSUM)
f.refuses("cut", SUI[:-1], F.CHECKSUM)
f.refuses("letter b", changed(SUI, 30, "b"), F.KEY)
f.refuses("mixed capitals", changed(SUI, 30, "L"), F.KEY)
f.refuses("hex", "0x" + K, F.TYPE)
f.refuses("a Bitcoin address", "bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv", F.TYPE)
f.refuses("another prefix, right checksum", "suiprivkez1qqqsyrhqy2a", F.TYPE)
f.refuses("another curve", SUI, F.CURVE, curve="secp256k1")

XRP = "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"
f = text_like("xrp", XRP)
f.wrong = [w for w in f.wrong if w[0] != "one character changed"]
f.refuses("one character changed", changed(XRP, 15, "p"), F.CHECKSUM)
f.refuses("cut", XRP[:-1], F.CHECKSUM)
f.refuses("an address", "rU6K7V3Po4snVhBBaU29sesqs2qTQJWDw1", F.TYPE)
f.refuses("an ed25519 seed as secp256k1", "sEdSKaCy2JT7JaM7v95H9SxkhP9wS2r", F.CURVE,
          curve="secp256k1")  # fmt: skip
f.refuses("letter l", changed(XRP, 15, "l"), F.KEY)
f.refuses("stark", XRP, F.CURVE, curve="stark")
f.refuses("hex", K, F.KEY)
f.refuses("Bitcoin's alphabet", WIF, F.CHECKSUM)

NEAR = (
    "ed25519:26x56YPzPDro5t2smQfGcYAPy3j7R2jB2NUb7xKbAGK23B6x4WNQPh3twb6oDksFov5X8ts5CtntUNbpQpAK"
    "FdbR"
)
f = FORMATS["near"] = Format(NEAR)
f.refuses("one character changed", changed(NEAR, 30), F.PUBLIC_KEY)
f.refuses("the last one changed", changed(NEAR, -1), F.PUBLIC_KEY)
f.refuses("two swapped", swapped(NEAR, 25), F.PUBLIC_KEY)
f.refuses("cut", NEAR[:-2], F.KEY)
f.refuses("no curve", NEAR.partition(":")[2], F.TYPE)
f.refuses("another curve in front", "p256" + NEAR[7:], F.TYPE)
f.refuses("secp256k1 in front of a pair", "secp256k1" + NEAR[7:], F.TYPE)
f.refuses("white space after the colon", NEAR.replace(":", ": "), F.KEY)
f.refuses("Cyrillic a", changed(NEAR, 20, CYRILLIC_A), F.KEY)
f.refuses("zero width space", NEAR[:20] + ZERO_WIDTH + NEAR[20:], F.KEY)
f.refuses("a zero in base58", changed(NEAR, 20, "0"), F.KEY)
f.refuses("nothing after the colon", "ed25519:", F.KEY)
f.refuses("another curve asked for", NEAR, F.CURVE, curve="secp256k1")
f.refuses("empty", "", F.KEY)

numbers = [174, 47, 154, 16, 202, 193, 206, 113, 199, 190, 53, 133, 169, 175, 31, 56, 222, 53, 138,
           189, 224, 216, 117, 173, 10, 149, 53, 45, 73, 251, 237, 246, 15, 185, 186, 82, 177, 240,
           148, 69, 241, 227, 167, 80, 141, 89, 240, 121, 121, 35, 172, 247, 68, 251, 226, 218, 48,
           63, 176, 109, 168, 89, 238, 135]  # fmt: skip
SOLANA = base58.b58encode(bytes(numbers)).decode()
f = FORMATS["solana"] = Format(json.dumps(numbers))
f.refuses("one number changed", json.dumps([175, *numbers[1:]]), F.PUBLIC_KEY)
f.refuses("halves swapped", json.dumps(numbers[32:] + numbers[:32]), F.PUBLIC_KEY)
f.refuses("a number left out", json.dumps(numbers[:-1]), F.KEY)
f.refuses("the seed alone as an array", json.dumps(numbers[:32]), F.TYPE)
f.refuses("an address", "HctGZ25avWr7uaLk8k6AAmbDpex553RBUMXnu8hwyokQ", F.TYPE)
f.refuses("a number above 255", json.dumps([256, *numbers[1:]]), F.MALFORMED)
f.refuses("a negative number", json.dumps([-1, *numbers[1:]]), F.MALFORMED)
f.refuses("a text among them", json.dumps(["174", *numbers[1:]]), F.MALFORMED)
f.refuses("a true among them", json.dumps([True, *numbers[1:]]), F.MALFORMED)
f.refuses("not closed", json.dumps(numbers)[:-1], F.MALFORMED)
f.refuses("base58 with one changed", changed(SOLANA, 30), F.PUBLIC_KEY)
f.refuses("base58 cut", SOLANA[:-3], F.KEY)
f.refuses("base58 with a zero", changed(SOLANA, 30, "0"), F.KEY)
f.refuses("Cyrillic a", changed(SOLANA, 30, CYRILLIC_A), F.KEY)
f.refuses("white space inside", SOLANA[:30] + " " + SOLANA[30:], F.KEY)
f.refuses("another curve", SOLANA, F.CURVE, curve="secp256k1")
f.refuses("empty", "", F.KEY)

APTOS = "ed25519-priv-0x" + K
f = FORMATS["aptos"] = Format(APTOS)
f.refuses("no prefix", K, F.TYPE)
f.refuses("0x alone", "0x" + K, F.TYPE)
f.refuses("a public key", APTOS.replace("priv", "pub"), F.TYPE)
f.refuses("another curve in front", "secp256r1-priv-0x" + K, F.TYPE)
f.refuses("capitals in the prefix", APTOS.replace("priv", "PRIV"), F.TYPE)
f.refuses("cut", APTOS[:-1], F.KEY)
f.refuses("a digit too many", APTOS + "0", F.KEY)
f.refuses("letter o", changed(APTOS, 30, "o"), F.KEY)
f.refuses("Cyrillic a", changed(APTOS, 30, CYRILLIC_A), F.KEY)
f.refuses("white space", APTOS.replace("0x", "0x "), F.KEY)
f.refuses("zero for secp256k1", "secp256k1-priv-0x" + "0" * 64, F.KEY)
f.refuses("the order of secp256k1", "secp256k1-priv-0x" + ORDER, F.KEY)
f.refuses("another curve asked for", APTOS, F.CURVE, curve="secp256k1")
f.refuses("empty", "", F.KEY)


OPTIONS = ("curve", "paths", "network", "passphrase")


def given(case: dict[str, Any]) -> dict[str, Any]:
    """The options of a vector, as ``read_key`` takes them."""
    options = {name: case[name] for name in OPTIONS if name in case}
    if "paths" in options:
        options["paths"] = tuple(options["paths"])
    if "passphrase" in options:
        options["passphrase"] = options["passphrase"].encode()
    return options


def from_vectors(name: str, file: str, right: str) -> None:
    """A format whose right text, and the wrong ones, are vectors with sources of their own."""
    of_format = [p.values[0] for p in cases(file, 1) if p.values[0]["format"] == name]
    (found,) = [case for case in of_format if case["name"] == right]
    f = FORMATS[name] = Format(found["text"], given(found))
    for case in of_format:
        if "failure" in case:
            options = dict.fromkeys(f.options) | given(case)
            options["paths"] = options.get("paths") or ()
            f.refuses(case["name"], case["text"], F(case["failure"]), **options)


from_vectors("near-seed", "keys/near.json", "seed alone, cut from near-api-js' key")
from_vectors("solana-seed", "keys/solana.json", "Solana cookbook, base58 of 32")
from_vectors("der-hex", "keys/hedera.json", "published by Hedera's tests")
from_vectors("cardano-skey", "keys/cardano-skey.json", "payment")
from_vectors("sui-keystore", "keys/sui-keystore.json", "secp256k1")
from_vectors("ed25519-pair", "keys/ed25519-pair.json", "algosdk 1")
from_vectors("ed25519-expanded", "keys/ed25519-pair.json", "expanded key of pycardano")
from_vectors("jwk", "keys/jwk.json", "RFC 8037, appendix A.1")
from_vectors("bip38", "keys/bip38.json", "compression, 1")
f = FORMATS["bip38"]
other = {"network": "Ethereum", "passphrase": b"another one"}
f.refuses("a wrong passphrase and no network of its own", f.right, F.NETWORK, **other)
from_vectors("electrum-wif", "keys/electrum-wif.json", "p2wpkh")
from_vectors("slip10-xprv", "keys/slip10-xprv.json", "1h from m/0'")
from_vectors("descriptor", "keys/descriptor.json", "wpkh, ranged, key 0, with checksum")

seed = base58.b58decode(FORMATS["near-seed"].right.partition(":")[2])
f = FORMATS["near-seed"]
NEAR_SEED = f.right
f.refuses("no curve in front", NEAR_SEED.partition(":")[2], F.TYPE)
f.refuses("another curve in front", "p256" + NEAR_SEED[7:], F.TYPE)
f.refuses("a byte too many", "ed25519:" + base58.b58encode(seed + b"1").decode(), F.KEY)
f.refuses("white space after the colon", NEAR_SEED.replace(":", ": "), F.KEY)
f.refuses("Cyrillic a", changed(NEAR_SEED, 20, CYRILLIC_A), F.KEY)
f.refuses("zero width space", NEAR_SEED[:20] + ZERO_WIDTH + NEAR_SEED[20:], F.KEY)
f.refuses("another curve asked for", NEAR_SEED, F.CURVE, curve="secp256k1")
f.refuses("empty", "", F.KEY)
f = FORMATS["solana-seed"]
f.refuses("white space inside", f.right[:20] + " " + f.right[20:], F.KEY)
f.refuses("Cyrillic a", changed(f.right, 20, CYRILLIC_A), F.KEY)
f.refuses("a zero in base58", changed(f.right, 20, "0"), F.KEY)
f.refuses("another curve", f.right, F.CURVE, curve="secp256k1")
f = FORMATS["ed25519-expanded"]
f.refuses("white space inside", f.right[:20] + " " + f.right[20:], F.KEY)
f.refuses("a letter", changed(f.right, 20, "o"), F.KEY)
f.refuses("empty", "", F.KEY)
f.refuses("a path", f.right, F.USAGE, paths=("m",))
