"""A whole ceremony at the relay, in one process: a plain desk, a person, and a laptop's messages.

Everything that the relay writes is kept in ``out``: the desk's lines and its errors.
"""

import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

import httpx
import msgspec

from ceremony.desk.plain import PlainDesk
from ceremony.desk.words import WORDS_ASKED
from ceremony.dfns.bodies import ImportBody
from ceremony.dfns.key_export import export_body
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.media.port import Tell
from ceremony.message import (
    Closing,
    Conversation,
    Deliver,
    ExportItem,
    ExportRequest,
    ImportItem,
    ImportReceipt,
    ImportRequest,
    WantedWallet,
    decode_message,
    digest,
    digest_words,
    encode_message,
)
from ceremony.relay.api import DfnsApi
from ceremony.relay.ceremony import relay_ceremony
from ceremony.relay.pace import Pace
from ceremony.relay.room import RelayRoom
from ceremony.relay.running import keep
from ceremony.relay.sealing import Seal
from tests.support.papers import picked
from tests.support.relay_world import URL, World

CEREMONY = b"\x07" * 16
PLAN = b"\x08" * 32
MANY = 100

Changed = Callable[[str, bytes], bytes | tuple[int, bytes]]
"""Gives the body of an answer for a call (``GET /wallets``) and the true body, or with it a
status in place of the true one."""


class ChangedWire(httpx.BaseTransport):
    """Carries answers to the relay, changed on the way."""

    def __init__(self, inner: httpx.BaseTransport, change: Changed) -> None:
        self._inner, self._change = inner, change

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        path = re.sub(r"/(wa|key)-[^/]+", r"/\1", request.url.path)
        changed = self._change(f"{request.method} {path}", answer.read())
        status, body = changed if isinstance(changed, tuple) else (answer.status_code, changed)
        headers = {"content-type": "application/json"}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


class Operator(io.TextIOBase):
    """Reads the last question on the screen and answers it as a careful person does."""

    def __init__(self, out: io.StringIO, request: Callable[[], bytes]) -> None:
        self._out, self._request = out, request

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        questions = [line for line in self._out.getvalue().split("\n") if line.startswith("? ")]
        assert len(questions) < MANY, f"asked again and again: {questions[-1]}"
        question = questions[-1].removeprefix("? ")
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(digest(self._request()))
            return picked(words, found[1]) + "\n"
        if question.startswith("compare with "):
            return "same\n"
        if question.startswith("type again or later"):
            return "later\n"
        return "leave\n"


@dataclass
class Laptop:
    """A laptop that sends what a plan has: a wallet, a master key with a wallet, an export.

    ``change`` may replace each message before it leaves. As a medium it ends the ceremony
    when it has nothing more to say.
    """

    world: World
    change: Callable[[str, bytes], bytes] = lambda _, data: data
    sent: list[bytes] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._next = self._messages()

    def send(self, message: bytes, tell: Tell) -> None:
        self.received.append(message)

    def receive(self, kinds: Collection[str], known: Collection[bytes], tell: Tell) -> bytes:
        data = next(self._next, None)
        if data is None:
            raise CeremonyError(Failure.CANCELLED, "nothing more comes", hint="")
        self.sent.append(data)
        return data

    def _messages(self) -> Iterator[bytes]:
        world, conversation = self.world, Conversation("rehearsal", CEREMONY)
        signers = decode_message(self.received[-1])
        conversation = conversation.accept(self.received[-1], type(signers))[1]
        request = encode_message(self._import(conversation))
        yield self.change("import-request", request)
        conversation = conversation.sent(request)
        if len(self.received) > 1:
            conversation = conversation.accept(self.received[-1], ImportReceipt)[1]
        deliver = Deliver(
            **conversation.header(), name="transcript.jsonl", type="transcript", data=b"{}\n"
        )
        yield self.change("deliver", encode_message(deliver))
        other = Conversation("rehearsal", b"\x09" * 16)
        key_id = world.client.import_key()[0]["id"]
        body = export_body(DecryptionKey.generate(system_random).encryption_key)
        export = ExportRequest(
            **other.header(),
            plan=PLAN,
            api_url=URL,
            organisation=world.client.sandbox.access.org_id,
            keys=(ExportItem("key 1", body, "02" * 33, key_id=key_id),),
        )
        request = encode_message(export)
        yield self.change("export-request", request)
        other = other.sent(request)
        if (answer := decode_message(self.received[-1])).ceremony == other.ceremony:
            other = other.accept(self.received[-1], type(answer))[1]
        closing = Closing(**other.header(), outcome="stopped", fingerprint=bytes(32))
        yield self.change("closing", encode_message(closing))

    def _import(self, conversation: Conversation) -> ImportRequest:
        world = self.world
        wallet, wallet_key = world.import_body(network="Ethereum", name="cold")
        key, public_key = world.import_body(name="a key")
        return ImportRequest(
            **conversation.header(),
            plan=PLAN,
            api_url=URL,
            organisation=world.client.sandbox.access.org_id,
            keys=(
                ImportItem("one", _body(wallet), wallet_key, "0x00"),
                ImportItem(
                    "two", _body(key), public_key, "", (WantedWallet("Ethereum", "0x00", "w"),)
                ),
            ),
        )


def _body(data: bytes) -> ImportBody:
    return msgspec.json.decode(data, type=ImportBody)


def run_relay(
    world: World,
    answer: Changed = lambda _, body: body,
    message: Callable[[str, bytes], bytes] = lambda _, data: data,
) -> tuple[str, Laptop]:
    """All that the relay wrote on its screen, and the laptop as it saw the ceremony."""
    out, laptop = io.StringIO(), Laptop(world, message)
    desk = PlainDesk(Operator(out, lambda: laptop.sent[-1]), out)
    configuration = world.configuration
    with (
        world.journal() as journal,
        DfnsApi(
            configuration, ChangedWire(world.wire, answer), pace=Pace(world.slept.append)
        ) as api,
    ):
        room = RelayRoom(
            desk=desk,
            medium=laptop,
            api=api,
            configuration=configuration,
            journal=journal,
            seal=Seal(configuration.private_key, system_random),
            random=system_random,
            keep=lambda name, data: keep(str(world.folder), name, data),
            now=lambda: "2026-01-01T00:00:00+00:00",
            rescue=lambda _, __: None,
        )
        try:
            relay_ceremony(room)
        except CeremonyError as error:
            out.write(f"ceremony-relay: error: {error.message}\nhint: {error.hint}\n")
    return out.getvalue(), laptop
