"""A relay and a sandbox in one process, joined without sockets, for tests of the relay."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ceremony.curves import CURVES
from ceremony.desk.scripted import ScriptedDesk
from ceremony.desk.words import WORDS_ASKED
from ceremony.dfns import wire
from ceremony.dfns.key_export import export_body
from ceremony.dfns.key_import import parse_import_body
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.message import ImportItem, decode_message, digest, digest_words
from ceremony.message.codec import kind_of
from ceremony.record.plan import Plan
from ceremony.relay.api import DfnsApi
from ceremony.relay.ceremony import relay_ceremony
from ceremony.relay.configuration import Configuration
from ceremony.relay.journal import Journal
from ceremony.relay.lists import LIMITS
from ceremony.relay.pace import Pace
from ceremony.relay.requests import KeyExport, KeyImport, read_export, read_import
from ceremony.relay.room import RelayRoom
from ceremony.relay.running import keep
from ceremony.relay.sealing import Seal
from ceremony.relay.session import Session
from ceremony.sandbox.credential import private_pem
from ceremony.secret import Secret
from tests.support.api_client import CREDENTIAL_ID, ApiClient
from tests.support.laptop import FakeMedium, Reply
from tests.support.laptop_says import import_item
from tests.support.papers import picked

URL = "http://127.0.0.1:9"


class Wire(httpx.BaseTransport):
    """Carries the relay's calls to the sandbox's application, and remembers them.

    ``on_call`` sees each before it is answered; what it raises is a broken connection.
    """

    def __init__(self, client: ApiClient) -> None:
        self._app = client.app
        self.calls: list[tuple[str, bytes]] = []
        self.on_call: Callable[[httpx.Request], None] = lambda _: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.append((f"{request.method} {request.url.path}", request.read()))
        self.on_call(request)
        try:
            answer = asyncio.run(self._answer(request))
        except ConnectionResetError:
            raise httpx.ReadError("the sandbox closed the connection", request=request) from None
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content)
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(
                request.method, request.url, content=request.read(), headers=request.headers
            )

    def posts(self) -> list[str]:
        """The calls that change something, in their order."""
        return [call for call, _ in self.calls if call.startswith("POST") and "/auth/" not in call]


@dataclass
class Run:
    """One run of the relay: what people saw and typed, and what went across."""

    medium: Any
    typed: dict[str, str]
    requests: list[bytes] = field(default_factory=list)
    closed: bool = False

    def __post_init__(self) -> None:
        self.desk = ScriptedDesk(self._answered, lambda prompt: Secret(b""))

    def _answered(self, question: str) -> str:
        for start, text in self.typed.items():
            if question.startswith(start):
                return text
        if found := WORDS_ASKED.fullmatch(question):
            words = digest_words(digest(self.requests[-1]))
            return picked(words, found[1])
        raise AssertionError(f"nobody answers: {question}")

    def answers(self, kind: str) -> list[bytes]:
        """The messages of this kind that the relay sent."""
        return [data for data in self.medium.sent if kind_of(decode_message(data)) == kind]

    @property
    def refused_by(self) -> list[str]:
        """The controls that were told on the desk."""
        return [error.control.id for error in self.desk.errors if error.control]


@dataclass
class World:
    """``shown`` is what people saw, ``slept`` the seconds that the relay waited.

    ``again`` answers the question whether something is posted a second time; ``asked`` are
    those questions, ``rescued`` what was shown because no disk took it. ``on_confirm`` and
    ``on_again`` are what happens in the world while a person thinks.
    """

    folder: Path
    client: ApiClient = field(default_factory=ApiClient)
    shown: list[str] = field(default_factory=list)
    confirmed: list[Sequence[str]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    asked: list[Sequence[str]] = field(default_factory=list)
    rescued: list[bytes] = field(default_factory=list)
    again: bool = False
    on_confirm: Callable[[], None] = lambda: None
    on_again: Callable[[], None] = lambda: None
    journal_name: str = "journal"

    def __post_init__(self) -> None:
        self.wire = Wire(self.client)
        self.seconds = 1_000_000.0
        self.limits = LIMITS
        self.open_journal: Journal | None = None

    @property
    def configuration(self) -> Configuration:
        return Configuration(
            URL,
            "rehearsal",
            Secret(self.client.sandbox.access.auth_token.encode()),
            CREDENTIAL_ID,
            Secret(private_pem(self.client.private_key).encode()),
            self.client.sandbox.access.org_id,
        )

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def _api(self, configuration: Configuration) -> DfnsApi:
        pace = Pace(self._sleep, lambda: self.seconds)
        return DfnsApi(configuration, self.wire, limits=self.limits, pace=pace)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One run of the relay on this world's journal."""

        def confirm(lines: Sequence[str]) -> None:
            self.confirmed.append(lines)
            self.on_confirm()

        def ask_again(lines: Sequence[str]) -> bool:
            self.asked.append(lines)
            self.on_again()
            return self.again

        configuration = self.configuration
        with (
            self.journal() as journal,
            self._api(configuration) as api,
        ):
            self.open_journal = journal
            yield Session(
                api,
                journal,
                Seal(configuration.private_key, system_random),
                confirm,
                ask_again,
                self.shown.append,
                lambda _, answer: self.rescued.append(answer),
                self._sleep,
            )

    def ceremony(
        self,
        *replies: Reply,
        plan: tuple[Plan, bytes] | None = None,
        run: Run | None = None,
        crossed: Callable[[], Sequence[bytes]] | None = None,
        **typed: str,
    ) -> Run:
        """One run of `ceremony-relay run` on this world's journal.

        ``replies`` are what the laptop says, in order, each made of what the relay sent. At
        their end, if the ceremony is not closed by then, somebody stops the relay.
        ``typed`` answers questions by how they begin. ``run`` has people and a medium of its
        own; ``crossed`` is what a ceremony is brought back of.
        """
        run = run or Run(FakeMedium([]), typed)
        if replies:
            run.medium.replies += [self._remembered(reply, run) for reply in replies]
        configuration = self.configuration
        (self.folder / "files").mkdir(exist_ok=True)

        with (
            self.journal() as journal,
            self._api(configuration) as api,
        ):
            room = RelayRoom(
                desk=run.desk,
                medium=run.medium,
                api=api,
                configuration=configuration,
                journal=journal,
                seal=Seal(configuration.private_key, system_random),
                random=system_random,
                keep=lambda name, data: keep(str(self.folder / "files"), name, data),
                now=lambda: "2026-01-01T00:00:00+00:00",
                rescue=lambda _, answer: self.rescued.append(answer),
                plan=plan[0] if plan else None,
                plan_file=plan[1] if plan else b"",
                crossed=crossed,
            )
            try:
                relay_ceremony(room)
                run.closed = True
            except CeremonyError as error:
                if error.failure is not Failure.CANCELLED:
                    raise
        return run

    @staticmethod
    def _remembered(reply: Reply, run: Run) -> Reply:
        """The reply, made once; a request is what people have on the laptop's screen."""
        made: list[bytes] = []

        def again(sent: list[bytes]) -> bytes:
            if not made:
                made.append(reply(sent))
                with suppress(CeremonyError):  # a message that no laptop of ours says
                    if "request" in kind_of(decode_message(made[0])):
                        run.requests.append(made[0])
            return made[0]

        return again

    @property
    def journal_path(self) -> Path:
        return self.folder / self.journal_name

    def journal(self) -> Journal:
        path, organisation = str(self.journal_path), self.client.sandbox.access.org_id
        return Journal(path, "rehearsal", URL, organisation, lambda: self.seconds)

    def key_import(
        self, curve: str = "secp256k1", protocol: str | None = None, **destination: Any
    ) -> KeyImport:
        """A new key's request, as a file would bring it."""
        body, public_key = self.import_body(curve, protocol, **destination)
        return read_import(digest(body), parse_import_body(body), public_key)

    def import_item(self, label: str = "one", curve: str = "secp256k1", **more: Any) -> ImportItem:
        """A new key in a message: ``more`` is its destination."""
        return import_item(*self.import_body(curve, **more), label)

    def import_body(
        self, curve: str = "secp256k1", protocol: str | None = None, **destination: Any
    ) -> tuple[bytes, bytes]:
        body, secret_scalar = self.client.import_body(curve, protocol, **destination)
        return body, CURVES[curve].base_multiply(secret_scalar).compressed

    def same_key(self, item: KeyImport, **destination: Any) -> KeyImport:
        """Another request for the same key: other shares, announced with its public key."""
        other = self.key_import(item.body.curve, item.body.protocol, **destination)
        public_key = item.name.public_key
        if item.name.scheme == "Schnorr":
            public_key = b"\x02" + public_key
        return read_import(other.job.request, other.body, public_key)

    def key_export(self, key_id: str) -> KeyExport:
        body = export_body(DecryptionKey.generate(system_random).encryption_key)
        return read_export(digest(wire.encode(body)), body, key_id)

    @property
    def wallets(self) -> list[str]:
        return list(self.client.sandbox.records.wallets)

    @property
    def keys(self) -> list[str]:
        return list(self.client.sandbox.records.keys)
