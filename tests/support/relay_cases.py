"""One row for each control of `ceremony-relay run`: what is changed around it.

Each is a function of a world and gives everything that somebody was told: on the relay's desk,
in the error that ended it, and in its answers to the laptop.
"""

import base64
import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec

from ceremony.addresses import addresses
from ceremony.dfns.key_export import export_body
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError
from ceremony.message import (
    ExportResponse,
    ImportItem,
    ImportOutcome,
    ImportReceipt,
    Signers,
    WantedWallet,
    decode_message,
    digest,
    encode_message,
)
from ceremony.record.plan import Plan
from ceremony.record.plan_file import parse_plan
from ceremony.relay.cli import main
from ceremony.relay.configuration import read_configuration
from ceremony.relay.journal import Journal
from tests.support.laptop import Reply, plan_text
from tests.support.laptop_says import (
    changed_item,
    closing,
    deliver,
    export_item,
    export_request,
    import_request,
)
from tests.support.relay_world import URL, Run, Wire, World
from tests.support.tampering import OTHER_ADDRESS, WRONG_WORDS, G

Tampered = Callable[[World], str]

MALFORMED_PEM = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


class Changing(Wire):
    """A wire on which each answer is changed by the call's name, with the number of the call."""

    def __init__(self, world: World, call: str, change: Callable[[int, Any], Any]) -> None:
        super().__init__(world.client)
        self._call, self._change, self._count = call, change, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        data = answer.read()
        if f"{request.method} {request.url.path}" == self._call:
            self._count += 1
            data = json.dumps(self._change(self._count, json.loads(data))).encode()
        headers = {"content-type": "application/json"}
        return httpx.Response(answer.status_code, headers=headers, stream=httpx.ByteStream(data))


class Endless(Wire):
    """Each page of the wallets names a next one, which is the first."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/wallets":
            return super().handle_request(request)
        answer = {"items": [], "nextPageToken": "again"}
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(answer).encode()))


class Breaking(Wire):
    """The connection breaks in the middle of an export's answer."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        data = answer.read()
        if not request.url.path.endswith("/export"):
            return httpx.Response(200, headers=answer.headers, stream=httpx.ByteStream(data))

        class Half(httpx.SyncByteStream):
            def __iter__(self) -> Iterator[bytes]:
                yield data[:90]
                raise httpx.ReadError("it broke", request=request)

        return httpx.Response(200, headers=answer.headers, stream=Half())


# What is run, and what it told.


def told(
    world: World, *replies: Reply, plan: tuple[Plan, bytes] | None = None, **typed: str
) -> str:
    """Everything that people were told in a ceremony that ends, or is refused."""
    usual = {"some": "later", "the": "later", "type": "leave"} | typed
    try:
        return said(world.ceremony(*replies, plan=plan, **usual))
    except CeremonyError as error:
        return error.named


def said(run: Run) -> str:
    lines = [error.named for error in run.desk.errors] + run.desk.shown
    for message in map(decode_message, run.medium.sent):
        if isinstance(message, ImportReceipt | ExportResponse):
            for outcome in message.outcomes:
                wallets = outcome.wallets if isinstance(outcome, ImportOutcome) else ()
                lines += [outcome.error, *(wallet.error for wallet in wallets)]
    return "\n".join(lines)


def importing(*keys: ImportItem, **changes: object) -> Reply:
    """A request that answers the newest signers."""

    def reply(sent: list[bytes]) -> bytes:
        signers = [data for data in sent if isinstance(decode_message(data), Signers)]
        return import_request(signers[-1], keys, **changes)

    return reply


def request_with(**changes: object) -> Tampered:
    return lambda world: told(world, importing(world.import_item(), **changes))


def answering(call: str, change: Callable[[int, Any], Any]) -> Tampered:
    """An import, for which Dfns' answers to this call are changed."""

    def tamper(world: World) -> str:
        world.wire = Changing(world, call, change)
        return told(world, importing(world.import_item()))

    return tamper


def an_export(world: World, **typed: str) -> str:
    key, _ = world.client.import_key("ed25519")
    body = export_body(DecryptionKey.generate(system_random).encryption_key)
    item = export_item(body, key["id"], key["publicKey"])
    return told(world, lambda sent: export_request(sent[0], [item]), **typed)


# The messages and the plan.


def another_plan(world: World) -> str:
    text = plan_text(
        "00" * 32, environment="rehearsal", api=URL, organisation=world.configuration.organisation
    ).encode()
    return told(world, importing(world.import_item()), plan=(parse_plan(text), text))


def another_kind(world: World) -> str:
    def reply(sent: list[bytes]) -> bytes:
        request = decode_message(import_request(sent[0], [world.import_item()]))
        return encode_message(
            ImportReceipt(
                environment="rehearsal",
                ceremony=request.ceremony,
                sequence=1,
                answers=digest(sent[0]),
                outcomes=(ImportOutcome("x", "refused", error="x"),),
            )
        )

    return told(world, reply)


def another_ceremony_in_between(world: World) -> str:
    """The end of another ceremony than the one that the relay is in."""
    item = world.import_item()

    def end(sent: list[bytes]) -> bytes:
        message = decode_message(closing(sent[-1]))
        return encode_message(msgspec.structs.replace(message, answers=b"x" * 32))

    return told(world, importing(item), end)


def wrong_words(world: World) -> str:
    return told(world, importing(world.import_item()), words=WRONG_WORDS)


def no_folder(world: World) -> str:
    def reply(sent: list[bytes]) -> bytes:
        (world.folder / "files").rmdir()
        return deliver(sent[-1], "transcript.jsonl", b"{}")

    return told(world, importing(world.import_item()), reply)


# Dfns' answers.


def one_key_twice(_: int, answer: Any) -> Any:
    signers = answer["clusters"][0]["signers"]
    signers[1]["encryptionKey"] = signers[0]["encryptionKey"]
    return answer


def no_user_action(_: int, answer: Any) -> Any:
    return answer | {"userAction": ""}


def made_another_key(_: int, answer: Any) -> Any:
    return answer | {"publicKey": G.hex()}


def holds_it_from(number: int) -> Tampered:
    """Dfns lists the key, from this call of GET /keys on: somebody else imported it."""

    def tamper(world: World) -> str:
        item = world.import_item()
        world.client.import_key()

        def change(count: int, answer: Any) -> Any:
            if count >= number:
                answer["items"][0]["publicKey"] = item.public_key.hex()
            return answer

        world.wire = Changing(world, "GET /keys", change)
        return told(world, importing(item))

    return tamper


def endless(world: World) -> str:
    world.wire = Endless(world.client)
    return told(world, importing(world.import_item()))


def another_address(world: World) -> str:
    item = world.import_item()
    right = addresses("secp256k1", item.public_key, "Ethereum")[0].text
    wallets = tuple(
        WantedWallet(network, address)
        for network, address in (("Polygon", OTHER_ADDRESS), ("Base", right))
    )
    return told(world, importing(changed_item(item, wallets=wallets)))


def no_answer_in_time(world: World) -> str:
    """The sockets end at the deadline (tests/relay/test_exchange.py); here they have."""

    def late(request: httpx.Request) -> None:
        if request.url.path == "/keys/import":
            raise httpx.ReadTimeout("", request=request)

    world.wire.on_call = late
    return told(world, importing(world.import_item()))


def half_an_answer(world: World) -> str:
    world.wire = Breaking(world.client)
    return an_export(world)


def asked_again(world: World) -> str:
    """The answer was lost; the request comes again, and people type something else."""
    world.client.sandbox.faults.add("lost-answer@export")
    key, _ = world.client.import_key("ed25519")
    body = export_body(DecryptionKey.generate(system_random).encryption_key)
    item = export_item(body, key["id"], key["publicKey"])
    lost = world.ceremony(lambda sent: export_request(sent[0], [item]), some="later")
    return told(world, lambda _: lost.requests[0], type="yes")


# The journal.


def no_space(world: World) -> str:
    """A name for which none is left beside the journal: as on a full disk, nothing is asked."""
    world.journal_name = "j" * 240
    return an_export(world)


def of_another_organisation(world: World) -> str:
    Journal(str(world.journal_path), "rehearsal", URL, "or-other").__exit__(None, None, None)
    return told(world)


def posted_by_another_request(world: World) -> str:
    """The key was posted in another ceremony, and somebody deleted it in Dfns since then."""
    item = world.import_item()
    world.ceremony(importing(item))
    world.client.sandbox.records.keys.clear()
    return told(world, importing(item, ceremony=b"d" * 16))


# The configuration: a file that was changed, an environment that somebody prepared.


def configured(
    *, mode: int = 0o600, environ: dict[str, str] | None = None, **values: str
) -> Tampered:
    def tamper(world: World) -> str:
        path = world.folder / "env"
        write_env(world, path, **values)
        path.chmod(mode)
        try:
            read_configuration(str(path), environ or {})
        except CeremonyError as error:
            return error.named
        return "nothing was refused"

    return tamper


def write_env(world: World, path: Path, **values: str) -> None:
    here = world.configuration
    pem = here.private_key.reveal().decode().replace("\n", "\\n")
    good = {
        "DFNS_API_URL": URL,
        "DFNS_AUTH_TOKEN": here.auth_token.reveal().decode(),
        "DFNS_CRED_ID": here.credential_id,
        "DFNS_PRIVATE_KEY": pem,
    }
    path.write_text("".join(f'{name}="{value}"\n' for name, value in (good | values).items()))
    path.chmod(0o600)


def costly_pem() -> str:
    der = b"\x30\x82" + (7000).to_bytes(2, "big") + bytes(7000)
    body = base64.b64encode(der).decode()
    return f"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----"


def started(*options: str) -> Tampered:
    """`ceremony-relay run` as a program, with the configuration of production."""

    def tamper(world: World) -> str:
        write_env(world, world.folder / "env", DFNS_API_URL="https://api.dfns.io")
        (world.folder / "stick").mkdir()
        (world.folder / "plan.toml").write_text(plan_text("00" * 32))
        (world.folder / "table.toml").write_text("")
        arguments = ["--env", str(world.folder / "env"), "run", "--journal", "j"]
        screen = io.StringIO()
        with contextlib.redirect_stderr(screen), contextlib.chdir(world.folder):
            assert main([*arguments, *options]) == 1
        return screen.getvalue()

    return tamper


def table_of_dfns(world: World) -> str:
    """The sandbox's table names Dfns itself; on the relay, which speaks to a sandbox."""
    write_env(world, world.folder / "env")
    (world.folder / "stick").mkdir()
    (world.folder / "plan.toml").write_text(plan_text("00" * 32))
    (world.folder / "table.toml").write_text(
        f'[dfns]\napi = "https://api.dfns.io"\norganisation = "or-x"\nsigners = "{"00" * 32}"\n'
    )
    arguments = ["--env", "env", "run", "--journal", "j", "--by", "stick", "--plan", "plan.toml"]
    screen = io.StringIO()
    with contextlib.redirect_stderr(screen), contextlib.chdir(world.folder):
        assert main([*arguments, "--rehearsal", "table.toml"]) == 1
    return screen.getvalue()


@dataclass(frozen=True, slots=True)
class RelayCase:
    """``posts`` is how many changes left for Dfns before it was named."""

    control: str
    what: str
    tamper: Tampered
    posts: int = 0

    def __str__(self) -> str:
        return f"{self.control} on run: {self.what}"


CASES = (
    RelayCase("MSG-KIND", "a receipt", another_kind),
    RelayCase("MSG-ENVIRONMENT", "of production", request_with(environment="production")),
    RelayCase("MSG-SEQUENCE", "one is missing", request_with(sequence=2)),
    RelayCase("MSG-ANSWER", "an end that answers another", another_ceremony_in_between, posts=1),
    RelayCase("MSG-SIGNERS", "signers of another relay", request_with(answers=b"d" * 32)),
    RelayCase("DSK-WRITTEN", "the folder is gone", no_folder, posts=1),
    RelayCase("SIG-UNIQUE", "one key for two signers", answering("GET /signers", one_key_twice)),
    RelayCase("RLY-PLACE", "another host", request_with(api_url="http://127.0.0.1:10")),
    RelayCase("RLY-PLACE", "another organisation", request_with(organisation="or-other")),
    RelayCase("RLY-PLAN", "another plan", another_plan),
    RelayCase("RLY-WORDS", "other words", wrong_words),
    RelayCase("RLY-LISTS", "pages without end", endless),
    RelayCase("RLY-USER-ACTION", "none", answering("POST /auth/action", no_user_action)),
    RelayCase("RLY-DUPLICATE", "Dfns holds the key", holds_it_from(1)),
    RelayCase("RLY-LOOK-AGAIN", "since the confirmation", holds_it_from(2)),
    RelayCase("RLY-PUBLIC-KEY", "another key", answering("POST /keys/import", made_another_key), 1),
    RelayCase("RLY-WALLET-ADDRESS", "another address", another_address, posts=2),
    RelayCase("RLY-DEADLINE", "no answer", no_answer_in_time, posts=1),
    RelayCase("RLY-KEEP", "half of an answer", half_an_answer, posts=1),
    RelayCase("RLY-AGAIN", "another phrase", asked_again, posts=1),
    RelayCase("RLY-ANSWER", "no space", no_space),
    RelayCase("RLY-JOURNAL", "another organisation's", of_another_organisation),
    RelayCase("RLY-JOURNAL-DUPLICATE", "another request", posted_by_another_request, posts=1),
    RelayCase("RLY-URL", "plain http", configured(DFNS_API_URL="http://api.dfns.io")),
    RelayCase("RLY-HOST", "a host that looks alike", configured(DFNS_API_URL="https://api.dfns.lo")),
    RelayCase("RLY-TLS", "a key log", configured(environ={"SSLKEYLOGFILE": "/tmp/log"})),
    RelayCase("RLY-PRIVATE-FILES", "open to others", configured(mode=0o644)),
    RelayCase("RLY-CREDENTIAL", "no key", configured(DFNS_PRIVATE_KEY=MALFORMED_PEM)),
    RelayCase("RLY-ORGANISATION", "another one", configured(DFNS_ORG_ID="or-other")),
    RelayCase("IMP-COST", "a key of 56,000 bits", configured(DFNS_PRIVATE_KEY=costly_pem())),
    RelayCase("RLY-LINK", "in production", started("--by", "light:stick")),
    RelayCase("RLY-REHEARSAL", "in production", started(
        "--by", "stick", "--plan", "plan.toml", "--rehearsal", "table.toml")),
    RelayCase("PLN-REHEARSAL", "a table that names Dfns", table_of_dfns),
)  # fmt: skip
