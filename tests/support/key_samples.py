"""A published key in every format, as its owner would hand it to a command, and what it is."""

import base64
import json
from dataclasses import dataclass, field

from ceremony.curves import CURVES, ed25519_seed_scalar
from ceremony.secret import Secret
from tests.support.keystores import WORD, written
from tests.support.kit_files import archive_of, kit_named
from tests.support.vector_files import cases
from tests.support.wrong_inputs import (
    BALANCE,
    CARDANO,
    CARDANO_PATHS,
    EDSK,
    ELECTRUM,
    FORMATS,
    LEDGER_PATHS,
    MNEMONIC,
    NEAR,
    SUBSTRATE,
    TON,
    K,
)


@dataclass(frozen=True)
class Sample:
    """``key`` is the scalar in hex, or the RFC 8032 seed where ``seed`` says so."""

    source: bytes
    curve: str
    key: str
    network: str
    address: str
    options: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    seed: bool = False
    needs_expected: bool = False

    @property
    def scalar(self) -> Secret:
        value = Secret(bytes.fromhex(self.key))
        return ed25519_seed_scalar(value) if self.seed else value

    @property
    def public_key(self) -> str:
        return CURVES[self.curve].base_multiply(self.scalar).compressed.hex()

    @property
    def hidden(self) -> set[str]:
        """Every way to write the secret that must never be shown, in small letters."""
        scalar, key = self.scalar.reveal(), bytes.fromhex(self.key)
        shown = {scalar.hex(), scalar[::-1].hex(), key.hex()}
        for data in (scalar, key, self.source):
            text = base64.b64encode(data).decode().lower()
            shown |= {text, text.rstrip("=")}
        for content in (self.source, *self.files.values()):
            lines = content.decode("utf-8", "ignore").splitlines()
            shown |= {line.strip().lower() for line in lines if len(line.strip()) > 16}
        return {text for text in shown if len(text) > 16 and not text.startswith("-----")}


def vector(file: str, name: str) -> dict[str, str]:
    (found,) = [c.values[0] for c in cases(file, 1) if c.id == name]
    return found  # type: ignore[no-any-return]


ABOUT = b"abandon " * 11 + b"about"
ZPRV = (
    b"zprvAdG4iTXWBoARxkkzNpNh8r6Qag3irQB8PzEMkAFeTRXxHpbF9z4QgEvBRmfvqWvGp42t42nvgGpNgYSJA9iefm1"
    b"yYNZKEm7z6qUWCroSQnE"
)
BIP84_KEY = "4604b4b710fe91f584fff084e1a9159fe4f8408fff380596a604948474ce4fa3"
BIP84_ADDRESS = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"
ETH_SEED = vector("keys/stark.json", "EIP-2645 path, index 0")
ETH_KEY = vector("keys/stark.json", "key grinding")
SEP5 = "4d691bc19b44a1383b1a0a130aaca3e05c3c1a371dbe45930ef9b761f7a74691"
SHARES_SEED = vector("keys/slip39.json", "43. Extendable basic sharing 2-of-3 (128 bits)")
SHARES_KEY = vector("keys/slip39.json", "45. Extendable basic sharing 2-of-3 (256 bits)")
RSA_PASSPHRASE = kit_named("RSA key with a passphrase")
KIT_CASE = kit_named("CMP keys")
ECDSA, EDDSA = KIT_CASE["keys"]
TREZOR = ("--passphrase-file", "words")


def derived(key: dict[str, object], path: str) -> str:
    (found,) = [d for d in key["derived"] if d["path"] == path]  # type: ignore[attr-defined]
    return str(found["secret_scalar"])


def kit_files(case: dict[str, str]) -> dict[str, bytes]:
    return {"rsa.pem": case["rsa_key_pem"].encode(), "mobile": case["mobile_passphrase"].encode()}


WALLET = "m/44/60/7/0/0"
SOL_WALLET = "m/44/501/12/0/0"

OPENSSH = vector("keys/openssh.json", "encrypted")
CARDANO_ADDRESS = "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8"  # CIP-19

SAMPLES: dict[str, Sample] = {
    "hex": Sample(
        K.encode(), "secp256k1", K, "Ethereum", "0xe471a8d4E306eEFA74ba35DF7500a4512AeB542C",
        ("--curve", "secp256k1"),
    ),
    "ed25519-scalar": Sample(
        b"0x0" + K[1:].upper().encode(), "ed25519", "0" + K[1:], "Solana",
        "4M2oBnHTafLLiW7pVU7PvqEtdeZZWVabJH4gs537Leeq",
    ),
    "bip39": Sample(
        ABOUT, "secp256k1", BIP84_KEY, "Bitcoin", BIP84_ADDRESS,
        ("--curve", "secp256k1", "--path", "m/84'/0'/0'/0/0"),
    ),
    "xprv": Sample(
        ZPRV, "secp256k1", BIP84_KEY, "Bitcoin", BIP84_ADDRESS, ("--path", "0/0"),
    ),
    "wif": Sample(
        b"KyZpNDKnfs94vbrwhJneDi77V6jF64PWPF8x5cdJb8ifgg2DUc9d", "secp256k1", BIP84_KEY,
        "Bitcoin", BIP84_ADDRESS,
    ),
    "keystore-v3": Sample(
        json.dumps(written(), indent=1).encode(), "secp256k1",
        "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d",
        "Ethereum", "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b",
        TREZOR, {"words": WORD},
    ),
    "solana": Sample(
        FORMATS["solana"].right.encode(), "ed25519",
        bytes(json.loads(FORMATS["solana"].right))[:32].hex(),
        "Solana",
        "24PNhTaNtomHhoy3fTRaMhAFCRj4uHqhZEEoWrKDbR5p", seed=True,
    ),
    "pem": Sample(
        vector("keys/openssl.json", "pkcs8 (PBKDF2, AES)")["text"].encode(), "secp256k1",
        "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d",
        "Bitcoin", "1LoVGDgRs9hTfTNJNuXKSpywcbdvwRXpmK",
        TREZOR, {"words": b"correct horse"},
    ),
    "der": Sample(
        base64.b64decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC"),
        "ed25519", "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842",
        "Solana",
        "2jWMEZexp78CX9HyTF1U8c5h96dbm9XVBcCEJ8pDypmn", seed=True,
    ),
    "stellar": Sample(
        b"SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN", "ed25519", SEP5,
        "Stellar", "GDRXE2BQUC3AZNPVFSCEZ76NJ3WWL25FYFK6RGZGIEKWE4SOOHSUJUJ6", seed=True,
    ),
    "tezos": Sample(
        EDSK.encode(), "ed25519",
        "ebc10f4db5067371765cea392ee836bfffbf345f588d2477f102f20382245210", "Tezos",
        "tz1b9kV41KV9N3sp69ycLdSoZ2Ak8jXwtNPv", seed=True,
    ),
    "sui": Sample(
        b"suiprivkey1qzwant3kaegmjy4qxex93s0jzvemekkjmyv3r2sjwgnv2y479pgsywhveae", "ed25519",
        "9dd9ae36ee51b912a0364c58c1f21333bcdad2d91911aa127226c512be285102",
        "Sui", "0x90f3e6d73b5730f16974f4df1d3441394ebae62186baf83608599f226455afa7", seed=True,
    ),
    "near": Sample(
        NEAR.encode(), "ed25519",
        "3725ca22a18ec92e8c91bd95ff8bd966026c8214525abbae7bb7b597a951a7d3", "Near",
        "8dcc038db73ae67aad8b3c7f68821945462ed42506d3d0090182c21907e9f30c", seed=True,
    ),
    "algorand": Sample(
        b"abandon " * 24 + b"invest", "ed25519", "00" * 32, "Algorand",
        "HNVCPPGOW2SC2YVDVDICU3YNONSTEFLXDXREHJR2YBEKDC2Z3IUZSC6YGI", seed=True,
    ),
    "xrp": Sample(
        b"snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "secp256k1",
        "1acaaedece405b2a958212629e16f2eb46b153eee94cdd350fdeff52795525b7",
        "XrpLedger", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    ),
    "aptos": Sample(
        b"ed25519-priv-0xc5338cd251c22daa8c9c9cc94f498cc8a5c7e1d2e75287a5dda91096fe64efa5",
        "ed25519", "c5338cd251c22daa8c9c9cc94f498cc8a5c7e1d2e75287a5dda91096fe64efa5",
        "Aptos", "0x978c213990c4833df71548df7ce49d54c759d6b6d932de22b24d56060b7af2aa", seed=True,
    ),
    "stark": Sample(
        b"0x" + ETH_SEED["secret"][1:].encode(), "stark", ETH_SEED["secret"], "Starknet",
        "0x02d2bbdc1adaf887b0027cdde2113cfd81c60493aa6dc15d7887ddf1a82bc831",
    ),
    "stark-from-eth-seed": Sample(
        ETH_SEED["text"].encode(), "stark", ETH_SEED["secret"], "Starknet",
        "0x02d2bbdc1adaf887b0027cdde2113cfd81c60493aa6dc15d7887ddf1a82bc831",
        ("--path", ETH_SEED["paths"][0]),
    ),
    "stark-from-eth-key": Sample(
        ETH_KEY["text"].encode(), "stark", ETH_KEY["secret"], "Starknet",
        "0x042582cfcb098a503562acd1325922799c9cebdf9249c26a41bd04007997f2eb",
    ),
    "fireblocks-xprv": Sample(
        str(ECDSA["extended_key"]).encode(), "secp256k1", derived(ECDSA, WALLET), "Ethereum",
        "0x2F029a0ef9276D6B6D4346Ecd25C7422D2aB7050",
        ("--path", WALLET),
    ),
    "fireblocks-fprv": Sample(
        str(EDDSA["extended_key"]).encode(), "ed25519", derived(EDDSA, SOL_WALLET), "Solana",
        "37AiNiJHxCjBxLsNJWdr68pKJtTN7xAqdmeQ1jLWbn8e",
        ("--path", SOL_WALLET),
    ),
    "slip39-seed": Sample(
        "\n".join(SHARES_SEED["shares"]).encode(), "secp256k1",
        "774db4200490f6bb12723f0cee9d5d18195de1f520ebb0ea1e72477f1840d6c2", "Ethereum",
        "0x796AED48f9e63C754Bf49039615e7504730824A6",
        ("--curve", "secp256k1", "--path", "m", *TREZOR), {"words": b"TREZOR\n"},
    ),
    "slip39-key": Sample(
        "\n\n".join(SHARES_KEY["shares"]).encode(), "secp256k1", SHARES_KEY["master_secret"],
        "Ethereum",
        "0x945EC30B3eDB346928535E34c996a301C401ef60",
        ("--curve", "secp256k1", *TREZOR), {"words": b"TREZOR\r\n"},
    ),
    "fireblocks-kit": Sample(
        archive_of(KIT_CASE), "ed25519", derived(EDDSA, SOL_WALLET), "Solana",
        "37AiNiJHxCjBxLsNJWdr68pKJtTN7xAqdmeQ1jLWbn8e",
        (
            *("--curve", "ed25519", "--path", SOL_WALLET),
            *("--rsa-key", "rsa.pem", "--passphrase-file", "mobile"),
        ),
        kit_files(KIT_CASE),
    ),
    "electrum": Sample(
        ELECTRUM.encode(), "secp256k1",
        "4a64cf7064dadb68d37b1ba71936d3e1aa73cc7aee4c760ab00295777a5a0b36",
        "Bitcoin", "bc1q4794m2uuw9jmjszmplfj4wvvr5j272fpnx2cse",
        ("--path", "m/0'/0/0"),
    ),
    "cardano": Sample(
        CARDANO.encode(), "ed25519",
        "05d257058ca0f53cefa1aa5460470f36cbb0598f11787b803d4d75a55b678f4c",
        "Cardano", "addr1vyv7qlaucathxkwkc503ujw0rv9lfj2rkj96feyst2rs9eqmvfvmx",
        ("--path", CARDANO_PATHS[0]),
    ),
    "cardano-trezor": Sample(
        BALANCE.encode(), "ed25519",
        "04def7b26e18c528c154e86469058cb889a5f635d82dd14d9ac9d29c365c81a4",
        "Cardano", "addr1v8qch787x834kstfkuh6g5q0axyt8jxdwem5cwt8t8tnjhs5cpxx5",
        ("--path", CARDANO_PATHS[0]),
    ),
    "cardano-ledger": Sample(
        CARDANO.encode(), "ed25519",
        "032a7fccfd8299b9518d33f1c836c4f7052437fc536f4a95177ade328bd2c8dc",
        "Cardano", "addr1v9qzju328cqu996azej3mpztjq899gfcja082q7c43sm76ce8hkca",
        ("--path", CARDANO_PATHS[0]),
    ),
    "substrate": Sample(
        SUBSTRATE.encode(), "ed25519",
        "fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e",
        "Polkadot", "12BbPT9bvP65G9KuGFETYjA43qE2u8H8CxADz4L11yyB28ui",
        ("--curve", "ed25519"), seed=True,
    ),
    "substrate-ledger": Sample(
        BALANCE.encode(), "ed25519",
        "30632e7aeb99abc46aa8cccd9b132485b9506dc622ebefa203900a61cee23d53",
        "Polkadot", "13mnGKhvjvwuo6fkELLE7oauj79sodUV64XJF3eoPbHhMbp",
        ("--path", LEDGER_PATHS[0]), seed=True,
    ),
    "ton": Sample(
        TON.encode(), "ed25519",
        "9d659a6c2234db7f6e4f977e6e8653b9f5946d557163f31034011375d8f3f97d",
        "Ton", "EQAYZ-rchbaHK4IUkCvcyl3V8spcAnO8IBRCNvS3are-CeFV",
        (), seed=True,
    ),
    "solana-keygen": Sample(
        MNEMONIC.encode(), "ed25519",
        "878386efb78845b3355bd15ea4d39ef97d179cb712b77d5c12b6be415fffeffe",
        "Solana", "EPcM3RcpE9DnDxuJiFLHMf6jfxAW3QT5yCjwRDNeH8SV",
        (), seed=True,
    ),
    "solana-seed": Sample(
        FORMATS["solana-seed"].right.encode(), "ed25519",
        "ae2f9a10cac1ce71c7be3585a9af1f38de358abde0d875ad0a95352d49fbedf6", "Solana",
        "24PNhTaNtomHhoy3fTRaMhAFCRj4uHqhZEEoWrKDbR5p", seed=True, needs_expected=True,
    ),
    "near-seed": Sample(
        FORMATS["near-seed"].right.encode(), "ed25519",
        "8cef96f48a8356a845ae5b7df9603638f533802442abbd1a0fa421317a329885", "Near",
        "02840d82cdf7e0fb3585a44099a8f06b9104b2516d68f2cb31e0dbd40a8b99ed", seed=True,
        needs_expected=True,
    ),
    "ed25519-pair": Sample(
        FORMATS["ed25519-pair"].right.encode(), "ed25519",
        "72236d29f791808743e7b246c68e36bdae326e8804eb8753f690c9868352cb48", "Algorand",
        "MGH642GJYYBJFJBF4YBRRPBGMBR7LCEBQAEHRJKYCWFY725DKWIELQAY4E", seed=True,
    ),
    "ed25519-expanded": Sample(
        FORMATS["ed25519-expanded"].right.encode(), "ed25519",
        "0ea4e173d3ba3c79588d7655e1412d61d6f9022561f8195e950bcb685ad8f017", "Cardano",
        CARDANO_ADDRESS, needs_expected=True,
    ),
    "slip10-xprv": Sample(
        FORMATS["slip10-xprv"].right.encode(), "ed25519",
        "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2", "Solana",
        "2hMz2f8WbLw5m2icKR2WVrcizvnguw8xaAnXjaeohuHQ", ("--path", "1h"), seed=True,
        needs_expected=True,
    ),
    "sui-keystore": Sample(
        FORMATS["sui-keystore"].right.encode(), "secp256k1",
        "46f25259a252948a6b4fc7aef1d14c4ca5c8e1eeb75708f57c9402ee79aca9cd", "Sui",
        "0x928acaa2f20a5827e3c598fdac99b52768693570cd892246ec1133618b532e44",
    ),
    "cardano-skey": Sample(
        json.dumps(json.loads(vector("keys/cardano-skey.json", "ext")["text"]), indent=4).encode(),
        "ed25519", "0ea4e173d3ba3c79588d7655e1412d61d6f9022561f8195e950bcb685ad8f017", "Cardano",
        CARDANO_ADDRESS,
    ),
    "der-hex": Sample(
        FORMATS["der-hex"].right.encode(), "ed25519",
        "db484b828e64b2d8f12ce3c0a0e93a0b8cce7af1bb8f39c97732394482538e10", "Hedera",
        "302a300506032b6570032100e0c8ec2758a5879ffac226a13c0c516b799e72e35141a0dd828f94d37988a4b7",
        seed=True,
    ),
    "jwk": Sample(
        FORMATS["jwk"].right.encode(), "ed25519",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "Stellar",
        "GDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVHUR", seed=True,
    ),
    "openssh": Sample(
        OPENSSH["text"].encode(), "ed25519",
        "3d7a17bfd613acd54660dfd66711b538d5a20ff3900481c73db2104ec439142f", "Solana",
        "KqG8YPnDgqnyUb8oZUBfgBt676S2aommCV9EwHtuJWJ", TREZOR,
        {"words": OPENSSH["passphrase"].encode()}, seed=True,
    ),
    "bip38": Sample(
        FORMATS["bip38"].right.encode(), "secp256k1",
        "cbf4b9f70470856bb4f40f80b87edb90865997ffee6df315ab166d713af433a5", "Bitcoin",
        "164MQi977u9GUteHr4EPH27VkkdxmfCvGW", TREZOR, {"words": b"TestingOneTwoThree\n"},
    ),
    "electrum-wif": Sample(
        FORMATS["electrum-wif"].right.encode(), "secp256k1",
        "55c69314724412d712cba40aee65f2d90cf307857c815e27e34472d3aeb7c7e4", "Bitcoin",
        "bc1qqmpt7u5e9hfznljta5gnvhyvfd2kdd0r90hwue",
    ),
    "descriptor": Sample(
        FORMATS["descriptor"].right.encode(), "secp256k1",
        "7129182f850dfbd18b7edf402b4fe9ec6d7a5f867b63f812c6f8b70f2e5a5b4b", "Bitcoin",
        "bc1qxf4jyj0r5fw4m3sfxhcyfm5rt5ysh2zej5q0n2", ("--path", "0"),
    ),
}  # fmt: skip
