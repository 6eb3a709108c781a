"""A relay and a sandbox in one process, joined without sockets, for tests of the relay."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from ceremony.curves import CURVES
from ceremony.dfns import wire
from ceremony.dfns.key_export import build_key_export_request
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.message import digest
from ceremony.relay.api import DfnsApi
from ceremony.relay.configuration import Configuration
from ceremony.relay.journal import Journal
from ceremony.relay.pace import Pace
from ceremony.relay.requests import KeyExport, KeyImport, read_export, read_import
from ceremony.relay.sealing import Seal
from ceremony.relay.session import Session
from ceremony.sandbox.credential import private_pem
from ceremony.secret import Secret
from tests.support.api_client import CREDENTIAL_ID, ApiClient

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

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One run of the relay on this world's journal."""

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.seconds += seconds

        def confirm(lines: Sequence[str]) -> None:
            self.confirmed.append(lines)
            self.on_confirm()

        def ask_again(lines: Sequence[str]) -> bool:
            self.asked.append(lines)
            self.on_again()
            return self.again

        configuration = self.configuration
        pace = Pace(sleep, lambda: self.seconds)
        with self.journal() as journal, DfnsApi(configuration, self.wire, pace=pace) as api:
            self.open_journal = journal
            yield Session(
                api,
                journal,
                Seal(configuration.private_key, system_random),
                confirm,
                ask_again,
                self.shown.append,
                lambda _, answer: self.rescued.append(answer),
                sleep,
            )

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
        return read_import(digest(body), body, public_key)

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
        return read_import(other.job.request, wire.encode(other.body), public_key)

    def key_export(self, key_id: str) -> KeyExport:
        body = build_key_export_request(DecryptionKey.generate(system_random).encryption_key)
        return read_export(digest(body), body, key_id)

    @property
    def wallets(self) -> list[str]:
        return list(self.client.sandbox.records.wallets)

    @property
    def keys(self) -> list[str]:
        return list(self.client.sandbox.records.keys)
