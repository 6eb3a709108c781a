"""What people bring in place of a private key, known by its looks and called by its name.

Public keys and addresses, keys in forms that are not read here, and other files. Nothing
here decides what a key is: it says what is wrong where nothing could be read.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import base58

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.source import BITCOIN_ALPHABET, MAX_SOURCE_SIZE, MAX_WORD_SIZE, XRP_ALPHABET
from ceremony.secret import Secret

NO_KEY = "no private key follows from it: find the key, or words, that belong to it"
OPEN = "open it with the program that made it, and export the key from there"
LOTUS = b'{"Type":'


@dataclass(frozen=True, slots=True)
class Kind:
    """``what`` it is, as the end of "this is ...", and what to do about it."""

    what: str
    hint: str
    public: bool = False


def _public(what: str) -> Kind:
    return Kind(what, NO_KEY, public=True)


ADDRESS = _public("an address")
PUBLIC_KEY = _public("a public key")

SHAPES: tuple[tuple[bytes, Kind], ...] = (
    # Public: addresses and keys, by how they are written.
    (rb"(0x)?[0-9a-fA-F]{40}", _public("an address of 20 bytes, as Ethereum's are")),
    (rb"(0x)?(0[23][0-9a-fA-F]{64}|04[0-9a-fA-F]{128})", _public("a public key of secp256k1")),
    (rb"(0x)?(302a300506032b6570032100[0-9a-f]{64}|302d300706052b8104000a032200.*"
     rb"|30[0-9a-f]{2}301006072a8648ce3d02.*)", _public("a public key in the hex digits of DER")),
    (rb"(bc|tb|bcrt|ltc|tltc)1[0-9a-z]{38,60}|(BC|TB|LTC)1[0-9A-Z]{38,60}", ADDRESS),
    (rb"(bitcoincash:|bchtest:)?[qp][0-9a-z]{41}", ADDRESS),
    (rb"(cosmos|osmo|celestia|inj|sei|kava|axelar|dydx|stars|juno|terra|akash)1[0-9a-z]{38,58}",
     ADDRESS),
    (rb"(addr|stake)(_test)?1[0-9a-z]{50,110}", _public("a Cardano address")),
    (rb"(addr|stake)(_x)?_?vk1[0-9a-z]{50,120}", PUBLIC_KEY),
    (rb"G[A-Z2-7]{55}|M[A-Z2-7]{68}", _public("a Stellar account")),
    (rb"[EUk0]Q[A-Za-z0-9_-]{46}", _public("a TON address")),
    (rb"[A-Z2-7]{58}", _public("an Algorand address")),
    (rb"(edpk|sppk|p2pk)[1-9A-HJ-NP-Za-km-z]{50,51}", _public("a Tezos public key")),
    (rb"(tz[1-4]|KT1)[1-9A-HJ-NP-Za-km-z]{33}", _public("a Tezos address")),
    (rb"(ed25519|secp256k1)-pub-0x[0-9a-fA-F]+", _public("an Aptos public key")),
    (rb"[0-9]+\.[0-9]+\.[0-9]{1,12}(-[a-z]{5})?", _public("a Hedera account")),
    (rb"npub1[0-9a-z]{58}", _public("a Nostr public key")),
    (rb"([xyzYZtuvUV]pub|Ltub|Mtub|ttub|dgub)[1-9A-HJ-NP-Za-km-z]{100,110}",
     _public("an extended public key")),
    (rb"(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+) AAAA.*", _public("an SSH public key")),
    (rb"age1[0-9a-z]{58}", _public("an age recipient")),
    (rb"-----BEGIN ((EC |RSA )?PUBLIC KEY|PGP PUBLIC KEY BLOCK)-----.*",
     _public("a public key in PEM")),
    (rb"-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----.*", _public("a certificate")),
    # Private, in forms that are not read here.
    (rb"-----BEGIN PGP (PRIVATE KEY BLOCK|MESSAGE).*",
     Kind("an OpenPGP file", "gpg --decrypt opens a message; its own keys are not read")),
    (rb"PuTTY-User-Key-File-.*",
     Kind("a PuTTY key", "PuTTYgen exports it for OpenSSH, and then its format is openssh")),
    (rb"-----BEGIN TENDERMINT PRIVATE KEY-----.*",
     Kind("an armoured Cosmos key", "keys export NAME --unarmored-hex --unsafe writes hex")),
    (rb"-----BEGIN AGE ENCRYPTED FILE-----.*|age-encryption\.org/v1.*",
     Kind("an age file", "age --decrypt opens it; what comes out is read")),
    (rb"AGE-SECRET-KEY-1[0-9A-Z]{58}",
     Kind("an age identity", "it opens an age file, and is not a key of a wallet")),
    (rb"QklFM[0-9A-Za-z+/=\s]+",
     Kind("an encrypted Electrum wallet", "in Electrum: Wallet, Private keys, Export")),
    (rb"(edesk|spesk|p2esk)[1-9A-HJ-NP-Za-km-z]{80,90}",
     Kind("an encrypted Tezos key", "octez-client show address NAME --show-secret opens it")),
    (rb"nsec1[0-9a-z]{58}",
     Kind("a Nostr private key", "if a wallet of Dfns shall have it, give its 64 hex digits")),
    (rb"(root|acct|addr|stake|policy)_?x?sk1[0-9a-z]{50,220}|xprv1[0-9a-z]{100,200}"
     rb"|ed25519(e|bip32)?_sk1[0-9a-z]{50,220}",
     Kind("a Cardano signing key in bech32",
          "cardano-cli key convert-cardano-address-key writes it as .skey")),
    (rb"PVT_(K1|R1|WA)_[1-9A-HJ-NP-Za-km-z]{48,60}", Kind("an EOS private key", OPEN)),
    (rb"PrivateKey-[1-9A-HJ-NP-Za-km-z]{48,54}",
     Kind("an Avalanche private key", "the wallet shows the same key as 64 hex digits")),
    (rb"secret-extended-key-(main|test)1[0-9a-z]+",
     Kind("a Zcash spending key", "Dfns keeps no such key")),
    (rb"passphrase[1-9A-HJ-NP-Za-km-z]{62}",
     Kind("a BIP-38 intermediate code", "the key itself begins with 6P")),
    (rb"cfrm38[1-9A-HJ-NP-Za-km-z]{69}",
     Kind("a BIP-38 confirmation code", "the key itself begins with 6P")),
)  # fmt: skip

MEMBERS: tuple[tuple[tuple[bytes, ...], Kind], ...] = (
    ((b'"cborHex"', b'VerificationKey'), _public("a Cardano verification key")),
    ((b'"crypto"', b'"checksum"', b'"function"'),
     Kind("an EIP-2335 keystore, with the BLS key of a validator", "Dfns keeps no BLS keys")),
    ((b'"encoded"', b'"encoding"'),
     Kind("a Polkadot-JS account file", "it holds an sr25519 key in most cases, which Dfns does "
          "not keep; an ed25519 one is needed in a form of its own")),
    ((b'"seed_version"',),
     Kind("an Electrum wallet file", "in Electrum: Wallet, Private keys, Export")),
    ((b'"pbkdf2_iterations"',), Kind("a Blockchain.com wallet backup", OPEN)),
    ((b'"data"', b'"iv"', b'"salt"'),
     Kind("a MetaMask vault", "in MetaMask: account details, show private key")),
    ((b'"descriptors"', b'"desc"'),
     Kind("the whole answer of listdescriptors", "give one desc of it: the format descriptor")),
    ((b'"keys"', b'"kty"'),
     Kind("a set of JSON Web Keys", "give the one key that is meant: the format jwk")),
    ((b'"encryptedKeyShares"',),
     Kind("a request or an answer of Dfns with encrypted shares",
          "ceremony api recombine reads an export; a key file holds the key itself")),
    ((b'"clusters"',), Kind("the answer of GET /signers", "give it with --signers")),
)  # fmt: skip
"""Names that stand in JSON objects of a kind: all of them, in any order."""

LOTUS_KEY = Kind(
    "a key that Lotus exported",
    "it is JSON in hex; the PrivateKey of a secp256k1 one is base64 of what hex reads",
)

PATTERNS = [(re.compile(shape, re.DOTALL), kind) for shape, kind in SHAPES]

BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xfe", Kind("text in UTF-16", "save it as plain text")),
    (b"\xfe\xff", Kind("text in UTF-16", "save it as plain text")),
    (b"\xfe\xed\xfe\xed",
     Kind("a Java key store", "keytool -importkeystore and openssl pkcs12 -nodes give PEM")),
    (b"\xce\xce\xce\xce",
     Kind("a Java key store", "keytool -importkeystore and openssl pkcs12 -nodes give PEM")),
    (b"SQLite format 3\0",
     Kind("a database, such as Bitcoin Core's wallet.dat",
          "bitcoin-cli listdescriptors true shows the keys")),
    (b"dfns-ceremony export state 1\n",
     Kind("the state of an export", "ceremony api recombine reads it, with --state")),
    (b"\x1f\x8b", Kind("a compressed file", "give what is in it")),
    (b"%PDF", Kind("a PDF document", "give the key as a text file")),
    (b"\x89PNG", Kind("a picture", "give the key as a text file")),
    (b"\xff\xd8\xff", Kind("a picture", "give the key as a text file")),
    (bytes.fromhex("302a300506032b6570"), _public("a public key in DER")),
    (bytes.fromhex("302d300706052b8104000a"), _public("a public key in DER")),
    (bytes.fromhex("3056301006072a8648ce3d"), _public("a public key in DER")),
    (bytes.fromhex("3036301006072a8648ce3d"), _public("a public key in DER")),
)  # fmt: skip

PKCS12 = re.compile(rb"\x30(\x82..|\x80|\x83...)\x02\x01\x03\x30", re.DOTALL)
"""RFC 7292, section 4: PFX, version 3."""

BERKELEY_DB = bytes.fromhex("62310500")
"""At the byte 12: the B-tree's magic, little-endian, of wallet.dat before descriptors."""

OPENPGP_SECRET = (0x94, 0x95, 0x97, 0xC5)
"""RFC 9580, section 4.2: the head of a secret key packet, in the old form and the new."""

SS58_SIZE, SS58_PREFIX = 35, b"SS58PRE"


def recognise(source: Secret) -> Kind | None:
    """What a source is that is not a private key in a format read here, or None."""
    value = source.reveal()
    if len(value) > MAX_SOURCE_SIZE:
        return None
    for beginning, kind in BEGINNINGS:
        if value.startswith(beginning):
            return kind
    if PKCS12.match(value):
        return Kind("a PKCS#12 file", "openssl pkcs12 -nodes writes the key in it as PEM")
    if value[12:16] == BERKELEY_DB:
        return Kind("a wallet.dat of Bitcoin Core", "bitcoin-cli dumpprivkey shows its keys")
    if value[:1] and value[0] in OPENPGP_SECRET and b"\x04" in value[2:8]:
        return Kind("an OpenPGP key", "keys of OpenPGP are not read")
    text = value.strip()
    for pattern, kind in PATTERNS:
        if pattern.fullmatch(text):
            return kind
    if text.startswith(b"{"):
        for members, kind in MEMBERS:
            if all(member in text for member in members):
                return kind
    if len(text) <= MAX_WORD_SIZE and re.fullmatch(rb"7b22[0-9a-f]+", text) and not len(text) % 2:
        decoded = bytes.fromhex(text.decode())
        if decoded.startswith(LOTUS):
            return LOTUS_KEY
    return _checked_address(text)


def recognised_error(source: Secret, subject: str) -> CeremonyError | None:
    """The refusal of what ``recognise`` knows. Its class is ``type``."""
    kind = recognise(source)
    if kind is None:
        return None
    return CeremonyError(Failure.TYPE, f"{subject} is {kind.what}", hint=kind.hint)


def _checked_address(text: bytes) -> Kind | None:
    """Addresses in base58 whose checksum is right: nothing else is as sure of itself."""
    if not 25 <= len(text) <= 60:
        return None
    decoders: tuple[tuple[bytes, Callable[[bytes], bool]], ...] = (
        (BITCOIN_ALPHABET, _is_base58check), (XRP_ALPHABET, _is_base58check),
        (BITCOIN_ALPHABET, _is_ss58),
    )  # fmt: skip
    for alphabet, holds in decoders:
        if all(character in alphabet for character in text):
            content = base58.b58decode(text, alphabet)
            if holds(content):
                return ADDRESS
    return None


def _is_base58check(content: bytes) -> bool:
    body, checksum = content[:-4], content[-4:]
    twice = hashlib.sha256(hashlib.sha256(body).digest()).digest()
    return len(body) == 21 and twice[:4] == checksum


def _is_ss58(content: bytes) -> bool:
    checksum = hashlib.blake2b(SS58_PREFIX + content[:-2]).digest()[:2]
    return len(content) == SS58_SIZE and checksum == content[-2:]
