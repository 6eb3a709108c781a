"""The laptop's half of a ceremony in this process: people scripted, the relay's messages made."""

import base64
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from ceremony.desk.again import PUT_RIGHT
from ceremony.desk.scripted import ScriptedDesk
from ceremony.desk.words import WORDS_ASKED
from ceremony.dfns.signers import SignersInfo, parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import read_key
from ceremony.keys.material import KeyMaterial
from ceremony.machine import Problem
from ceremony.media.port import Tell
from ceremony.message import (
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Message,
    Signers,
    WalletOutcome,
    decode_message,
    digest,
    digest_words,
    encode_message,
)
from ceremony.message.codec import kind_of
from ceremony.offline.room import Room
from ceremony.record.plan import Plan
from ceremony.record.plan_file import parse_plan
from ceremony.record.transcript import Record
from ceremony.secret import Secret
from tests.support.papers import picked
from tests.support.self_tests import LITTLE, QUICK

SECRET = "1f" * 32
API, ORGANISATION = "https://api.dfns.io", "or-test"
ADDRESS = "0xA88B710FAfFF68e3D7BB4B3DD72c358B5bDb9a18"

Reply = Callable[[list[bytes]], bytes]
"""A message of the relay, made from what the laptop has sent."""


def signers_answer(count: int = 5) -> bytes:
    entries = [
        {
            "signerId": base64.b64encode(secrets.token_bytes(32)).decode(),
            "encryptionKey": DecryptionKey.generate(secrets.token_bytes).encryption_key.text,
        }
        for _ in range(count)
    ]
    return json.dumps({"clusters": [{"clusterId": "cl-1", "signers": entries}]}).encode()


@dataclass
class FakeMedium:
    """Gives the replies in their order; at the end somebody stops the ceremony."""

    replies: list[Reply]
    sent: list[bytes] = field(default_factory=list)

    def send(self, message: bytes, tell: Tell) -> None:
        self.sent.append(message)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        for reply in self.replies:
            data = reply(self.sent)
            if digest(data) not in known:
                return data
        raise CeremonyError(Failure.CANCELLED, "nothing more comes", hint="the test is over")


@dataclass
class Laptop:
    """A plan, its signers, and everything in the room. ``answer`` may answer otherwise."""

    plan: Plan
    answer: bytes
    replies: list[Reply] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    files: dict[str, Secret] = field(default_factory=dict)
    random: Callable[[int], bytes] = secrets.token_bytes

    def __post_init__(self) -> None:
        self.desk = ScriptedDesk(self._answered, self._entered)
        self.medium = FakeMedium(self.replies)
        self.record = Record(lambda _: None, lambda: datetime.now(UTC))

    @property
    def signers(self) -> SignersInfo:
        return parse_signers(self.answer)

    @property
    def room(self) -> Room:
        return Room(
            desk=self.desk,
            medium=self.medium,
            plan=self.plan,
            machine=lambda: self.problems,
            random=self.random,
            record=self.record,
            enter=lambda room, source, keys: [self.key() for _ in keys],
            write=self._write,
            read=lambda name: self.files[name],
            exists=lambda name: name in self.files,
            scan=lambda prompt: Secret(b""),
            self_tests=QUICK,
            work=LITTLE,
        )

    @staticmethod
    def key() -> KeyMaterial:
        return read_key("hex", Secret(SECRET.encode()), curve="secp256k1")[0]

    def _write(self, files: Sequence[tuple[str, Secret]], subject: str) -> None:
        self.files |= dict(files)

    def _answered(self, question: str) -> str:
        for start, text in self.typed.items():
            if question.startswith(start):
                return text
        if found := WORDS_ASKED.fullmatch(question):
            digests = {
                "the plan's digest": self.plan.digest,
                "the signers' fingerprint": self.signers.fingerprint(),
                "the request's digest": digest(self.requests[-1]) if self.requests else b"",
            }
            words = digest_words(digests[found[2]])
            return picked(words, found[1])
        if "present?" in question:
            return "all"
        if "wait for the relay" in question:
            return "later"
        if "made by this laptop" in question:
            return "chosen"
        if question == PUT_RIGHT:
            raise CeremonyError(Failure.CANCELLED, "the people stopped", hint="nothing")
        raise AssertionError(f"nobody answers: {question}")

    def _entered(self, prompt: str) -> Secret:
        return Secret(b"correct horse battery staple")

    @property
    def requests(self) -> list[bytes]:
        return [data for data in self.medium.sent if "request" in kind_of(decode_message(data))]

    @property
    def refused_by(self) -> list[str]:
        """The controls that were told on the desk."""
        return [error.control.id for error in self.desk.errors if error.control]


def plan_text(pin: str, keys: str = "", **changes: str) -> str:
    values = {
        "environment": "production",
        "operation": "import-wallets",
        "api": API,
        "organisation": ORGANISATION,
    } | changes
    return f"""
format = 1
title = "A test"
environment = "{values["environment"]}"
operation = "{values["operation"]}"
[dfns]
api = "{values["api"]}"
organisation = "{values["organisation"]}"
signers = "{pin}"
[[people]]
name = "Ada"
role = "administrator"
[[people]]
name = "Bob"
role = "operator"
[[people]]
name = "Cyd"
role = "witness"
[[sources]]
name = "hex"
format = "hex"
{keys or ONE_KEY}
"""


ONE_KEY = f"""
[[keys]]
label = "one"
source = "hex"
network = "Ethereum"
expect = "{ADDRESS}"
"""


def importing(keys: str = "", **changes: str) -> Laptop:
    """A laptop whose relay answers rightly: signers, then a receipt."""
    answer = signers_answer()
    pin = parse_signers(answer).fingerprint().hex()
    plan = parse_plan(plan_text(pin, keys, **changes).encode())
    laptop = Laptop(plan, answer)
    laptop.replies += [signers_reply(laptop), receipt_reply()]
    return laptop


def signers_reply(laptop: Laptop, **changes: object) -> Reply:
    message = Signers(
        environment=laptop.plan.environment,
        ceremony=b"",
        sequence=0,
        answers=b"",
        answer=laptop.answer,
        cluster_id=None,
        api_url=laptop.plan.dfns.api,
        organisation=laptop.plan.dfns.organisation,
        time="2026-01-01T00:00:00+00:00",
        nonce=bytes(16),
    )
    data = encode_message(msgspec.structs.replace(message, **changes))
    return lambda _: data


def receipt_reply(change: Callable[[ImportReceipt], Message] = lambda r: r) -> Reply:
    """The receipt of a relay for which all went well, or what a change makes of it."""

    def reply(sent: list[bytes]) -> bytes:
        requests = [d for d in sent if isinstance(decode_message(d), ImportRequest)]
        if not requests:
            return encode_message(_early())
        request = decode_message(requests[-1])
        assert isinstance(request, ImportRequest)
        outcomes = tuple(
            ImportOutcome(
                key.label,
                "done",
                wallet_id="wa-1" if key.body.network else "",
                key_id="key-1",
                public_key=key.public_key,
                address=key.address,
                wallets=tuple(WalletOutcome("done", "wa-2", w.address) for w in key.wallets),
            )
            for key in request.keys
        )
        receipt = ImportReceipt(
            environment=request.environment,
            ceremony=request.ceremony,
            sequence=request.sequence + 1,
            answers=digest(requests[-1]),
            outcomes=outcomes,
        )
        return encode_message(change(receipt))

    return reply


def _early() -> ImportReceipt:
    """A receipt of another ceremony, which a relay may have on its screen still."""
    return ImportReceipt(
        environment="production",
        ceremony=b"o" * 16,
        sequence=2,
        answers=b"d" * 32,
        outcomes=(ImportOutcome("x", "refused", error="x"),),
    )
