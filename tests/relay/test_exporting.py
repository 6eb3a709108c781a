"""Exports: what Dfns answered is in the journal before it is anywhere else."""

import json
import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.relay import keeping
from ceremony.relay.exporting import key_of_wallet, run_exports
from ceremony.relay.keeping import leftovers
from ceremony.relay.reading import read_contents
from ceremony.relay.requests import KeyExport
from ceremony.relay.session import Outcome
from tests.support.relay_world import World


def run(world: World, *items: KeyExport) -> list[Outcome]:
    with world.session() as session:
        return run_exports(session, items)


def run_one(world: World, item: KeyExport) -> bytes:
    (outcome,) = run(world, item)
    if isinstance(outcome, CeremonyError):
        raise outcome
    return outcome


def refused(world: World, item: KeyExport) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        run_one(world, item)
    return error.value


@pytest.fixture
def key(world: World) -> dict[str, Any]:
    answer, _ = world.client.import_key("ed25519", name="cold 1")
    world.wire.calls.clear()
    return answer


def test_an_export_is_posted_once_and_kept(world: World, key: dict[str, Any]) -> None:
    item = world.key_export(key["id"])
    answer = run_one(world, item)
    assert json.loads(answer)["publicKey"] == key["publicKey"]
    assert len(json.loads(answer)["encryptedKeyShares"]) == 5
    assert run_one(world, item) == answer
    assert world.wire.posts() == [f"POST /keys/{key['id']}/export"]
    assert len(world.confirmed) == 1


def test_people_see_what_is_exported(world: World, key: dict[str, Any]) -> None:
    run_one(world, world.key_export(key["id"]))
    shown = "\n".join(world.confirmed[0])
    for part in (
        key["id"],
        key["publicKey"],
        "EdDSA",
        "ed25519",
        "Active",
        "signs with it no more",
    ):
        assert part in shown


def test_the_key_of_a_wallet(world: World) -> None:
    wallet, _ = world.client.import_key(network="Ethereum")
    with world.session() as session:
        assert key_of_wallet(session.api, wallet["id"]) == wallet["signingKey"]["id"]
        with pytest.raises(CeremonyError) as error:
            key_of_wallet(session.api, "wa-none")
    assert error.value.failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("fault", "exported"),
    [
        ("lost-answer@export", True),
        ("error-after@export", True),
        ("garbage@export", True),
        ("lost-request@export", False),
        ("error@export", False),
    ],
)
def test_a_lost_response_is_asked_for_again_by_decision_only(
    world: World, key: dict[str, Any], fault: str, exported: bool
) -> None:
    world.client.sandbox.faults.add(fault)
    item = world.key_export(key["id"])
    error = refused(world, item)
    assert error.failure is Failure.UNKNOWN_OUTCOME
    assert ("has marked it as exported" in error.message) is exported
    other = refused(world, world.key_export(key["id"]))
    assert other.failure is Failure.DUPLICATE, "another encryption key would be a second export"
    assert item.job.request.hex() in other.message
    for _ in range(2):
        assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert len(world.wire.posts()) == 1, "nothing is asked for again by itself"
    world.again = True
    answer = run_one(world, item)
    assert json.loads(answer)["publicKey"] == key["publicKey"]
    shown = "\n".join(world.asked[-1])
    for part in ("SECOND EXPORT", "posted before", "Look in Dfns"):
        assert part in shown
    assert ("exported before" in shown) is exported
    assert len(world.confirmed) == 1, "Yes is not the answer to this question"


def test_a_key_that_was_exported_by_others_is_a_decision(world: World, key: dict[str, Any]) -> None:
    run_one(world, world.key_export(key["id"]))
    world.journal_name = "journal-2"
    item = world.key_export(key["id"])
    assert refused(world, item).failure is Failure.REFUSED
    assert len(world.wire.posts()) == 1
    world.again = True
    run_one(world, item)
    assert "it was exported before" in "\n".join(world.asked[-1])


def test_what_changed_after_the_confirmation_is_a_decision(
    world: World, key: dict[str, Any]
) -> None:
    """Another relay exports the key between the look and the Yes."""

    def other_relay() -> None:
        other = World(world.folder, world.client, journal_name="journal-2")
        run_one(other, other.key_export(key["id"]))

    world.on_confirm = other_relay
    assert refused(world, world.key_export(key["id"])).failure is Failure.REFUSED
    assert world.wire.posts() == []
    assert "this changed in Dfns" in "\n".join(world.asked[0])


def test_another_key_after_the_confirmation_is_a_decision(
    world: World, key: dict[str, Any]
) -> None:
    """Not exported, but no longer what people were shown."""
    handle = world.wire.handle_request

    def archived(request: httpx.Request) -> httpx.Response:
        content = b"".join(handle(request).iter_raw()).replace(b'"Active"', b'"Archived"')
        return httpx.Response(200, stream=httpx.ByteStream(content))

    def change() -> None:
        world.wire.handle_request = archived  # type: ignore[method-assign]

    world.on_confirm = change
    assert refused(world, world.key_export(key["id"])).failure is Failure.REFUSED
    assert world.wire.posts() == []
    assert "Archived" in "\n".join(world.asked[0])


def test_a_refused_repetition_forgets_nothing(world: World, key: dict[str, Any]) -> None:
    world.client.sandbox.faults.add("lost-answer@export")
    world.client.sandbox.faults.add("refuse-reexport")
    world.again = True
    item = world.key_export(key["id"])
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert refused(world, item).failure is Failure.REFUSED
    other = refused(world, world.key_export(key["id"]))
    assert other.failure is Failure.DUPLICATE
    run_one(world, item)


class Answering:
    """The sandbox's answer to an export, as ``change`` sends it on, part by part."""

    def __init__(
        self, world: World, change: Callable[[bytes], Iterator[bytes]], status: int = 200
    ) -> None:
        self.sent = b""
        self._change, self._handle, self._status = change, world.wire.handle_request, status
        world.wire.handle_request = self.handle  # type: ignore[method-assign]

    def handle(self, request: httpx.Request) -> httpx.Response:
        answer = self._handle(request)
        if not request.url.path.endswith("/export"):
            return answer
        content = b"".join(answer.iter_raw())
        return httpx.Response(self._status, stream=Parts(self._parts(content)))

    def _parts(self, content: bytes) -> Iterator[bytes]:
        for part in self._change(content):
            self.sent += part
            yield part


class Parts(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return self._parts


def kept(world: World) -> list[bytes]:
    return [one.answer for one in read_contents(str(world.journal_path)).kept()]


def odd_number(content: bytes) -> Iterator[bytes]:
    yield content[:-1] + b',"odd":1e999}'


def not_json(content: bytes) -> Iterator[bytes]:
    yield content[:-1] + b',"odd":NaN}'


def in_small_parts(content: bytes) -> Iterator[bytes]:
    for i in range(0, len(content), 7):
        yield content[i : i + 7]


def with_blanks(content: bytes) -> Iterator[bytes]:
    yield b"\r\n  " + content + b"\n"


def broken_at_the_end(content: bytes) -> Iterator[bytes]:
    yield content
    raise httpx.ReadError("")


@pytest.mark.parametrize(
    "change", [odd_number, not_json, in_small_parts, with_blanks, broken_at_the_end]
)
def test_whole_answers_are_handed_on_as_received(
    world: World, key: dict[str, Any], change: Callable[[bytes], Iterator[bytes]]
) -> None:
    answering = Answering(world, change)
    item = world.key_export(key["id"])
    assert run_one(world, item) == answering.sent
    assert b"encryptedKeyShares" in answering.sent
    assert kept(world) == [answering.sent]
    assert run_one(world, item) == answering.sent
    assert len(world.wire.posts()) == 1


def test_shares_under_any_status_are_handed_on(world: World, key: dict[str, Any]) -> None:
    answering = Answering(world, in_small_parts, 418)
    assert run_one(world, world.key_export(key["id"])) == answering.sent
    assert kept(world) == [answering.sent]


def cut(content: bytes) -> Iterator[bytes]:
    yield content[: len(content) // 2]
    raise httpx.ReadError("")


def page(_: bytes) -> Iterator[bytes]:
    yield b"<html>try later</html>"


def pending(_: bytes) -> Iterator[bytes]:
    yield b'{"id":"ap-1","status":"Pending","approvalId":"ap-1"}'


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (cut, 200, "bytes that came are kept"),
        (page, 200, "has no shares"),
        (pending, 200, "approval"),
        (page, 500, "bytes that came are kept"),
        (page, 202, "approval"),
    ],
)
def test_other_answers_are_kept_and_not_asked_for_again(
    world: World,
    key: dict[str, Any],
    change: Callable[[bytes], Iterator[bytes]],
    status: int,
    said: str,
) -> None:
    answering = Answering(world, change, status)
    item = world.key_export(key["id"])
    error = refused(world, item)
    assert error.failure is Failure.UNKNOWN_OUTCOME
    assert said in error.message
    for _ in range(2):
        assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert len(world.wire.posts()) == 1
    assert kept(world) == [answering.sent]
    assert answering.sent
    assert len(world.asked) == 2


def test_a_second_answer_does_not_replace_the_first(world: World, key: dict[str, Any]) -> None:
    answering = Answering(world, cut)
    item = world.key_export(key["id"])
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    first, answering.sent, world.again = answering.sent, b"", True
    answering._change = in_small_parts
    assert run_one(world, item) == answering.sent
    assert kept(world) == [first, answering.sent]


def test_space_is_taken_before_the_post(world: World, key: dict[str, Any]) -> None:
    """On the disk, for nobody else's eyes, and given back afterwards."""
    seen: list[os.stat_result] = []

    def look(request: httpx.Request) -> None:
        if request.url.path.endswith("/export"):
            (path,) = world.folder.glob("journal.answer-*")
            seen.append(path.stat())

    world.wire.on_call = look
    run_one(world, world.key_export(key["id"]))
    (status,) = seen
    assert stat.S_IMODE(status.st_mode) == 0o600
    assert status.st_size == keeping.RESERVED
    assert status.st_blocks * 512 >= keeping.RESERVED
    assert [path.name for path in world.folder.iterdir()] == ["journal"]


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The kernel's limit for this process: what goes beyond is refused as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_without_space_nothing_is_posted(world: World, key: dict[str, Any]) -> None:
    with no_file_longer_than(keeping.RESERVED // 2):
        error = refused(world, world.key_export(key["id"]))
    assert error.failure is Failure.JOURNAL
    assert "no space for the answer" in error.message
    assert world.wire.posts() == []
    assert [path.name for path in world.folder.iterdir()] == ["journal"]
    run_one(world, world.key_export(key["id"]))


def padded(content: bytes) -> Iterator[bytes]:
    yield content + b" " * 50_000


def fill(world: World) -> Callable[[httpx.Request], None]:
    """The journal cannot grow from the moment when the export leaves, and the answer is long."""

    def on_call(request: httpx.Request) -> None:
        if request.url.path.endswith("/export"):
            journal = world.open_journal
            assert journal is not None
            journal._run("PRAGMA max_page_count = 1")

    Answering(world, padded)
    return on_call


def test_a_journal_that_is_full_after_the_post(world: World, key: dict[str, Any]) -> None:
    """The answer is given, it is in a file beside the journal, and the next run has it."""
    world.wire.on_call = fill(world)
    item = world.key_export(key["id"])
    answer = run_one(world, item)
    (leftover,) = leftovers(str(world.journal_path))
    assert leftover.answer == answer
    assert leftover.path in "\n".join(world.shown)
    assert kept(world) == [answer]
    assert world.rescued == []
    world.wire.on_call = lambda _: None
    assert run_one(world, item) == answer
    assert leftovers(str(world.journal_path)) == []
    assert kept(world) == [answer]
    assert len(world.wire.posts()) == 1


def test_the_journal_lost_and_the_file_not(world: World, key: dict[str, Any]) -> None:
    world.wire.on_call = fill(world)
    item = world.key_export(key["id"])
    answer = run_one(world, item)
    world.journal_path.unlink()
    world.wire.on_call = lambda _: None
    assert run_one(world, item) == answer
    assert [post.state for post in read_contents(str(world.journal_path)).posts] == ["done"]
    assert len(world.wire.posts()) == 1


def test_neither_journal_nor_file_takes_it(world: World, key: dict[str, Any]) -> None:
    """Then it is shown until somebody says that it is kept."""
    full = fill(world)

    def break_the_disk(request: httpx.Request) -> None:
        full(request)
        if request.url.path.endswith("/export"):
            for name in os.listdir("/proc/self/fd"):
                if ".answer-" in os.path.realpath(f"/proc/self/fd/{name}"):
                    # From now on writing to it fails.
                    os.dup2(os.open(os.devnull, os.O_RDONLY), int(name))

    world.wire.on_call = break_the_disk
    answer = run_one(world, world.key_export(key["id"]))
    assert world.rescued == [answer]
    assert b"encryptedKeyShares" in answer


def test_killed_with_the_answer_in_the_file_only(world: World, key: dict[str, Any]) -> None:
    """What a relay leaves that dies between the last byte and the journal: no other post."""

    class Died(BaseException):
        pass

    def die(content: bytes) -> Iterator[bytes]:
        yield content
        raise Died

    answering = Answering(world, die)
    item = world.key_export(key["id"])
    with pytest.raises(Died):
        run_one(world, item)
    (path,) = world.folder.glob("journal.answer-*")
    with path.open("ab") as file:
        file.write(bytes(5000))  # as a killed one leaves it: with the space that was taken
    assert kept(world) == [answering.sent]
    assert run_one(world, item) == answering.sent
    assert len(world.wire.posts()) == 1
    assert not path.exists()


def test_ctrl_c_during_an_export_keeps_what_came(world: World, key: dict[str, Any]) -> None:
    def interrupt(content: bytes) -> Iterator[bytes]:
        yield content[:100]
        raise KeyboardInterrupt

    Answering(world, interrupt)
    item = world.key_export(key["id"])
    with pytest.raises(KeyboardInterrupt) as ended:
        run_one(world, item)
    assert "the post left" in str(ended.value)
    assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert [len(answer) for answer in kept(world)] == [100]
    assert len(world.wire.posts()) == 1


def test_an_action_that_was_used_is_an_unknown_outcome(world: World, key: dict[str, Any]) -> None:
    def spent(request: httpx.Request) -> None:
        if request.url.path.endswith("/export"):
            raise CeremonyError(Failure.REFUSED, "user action has already been used", hint="")

    world.wire.on_call = spent
    item = world.key_export(key["id"])
    for _ in range(2):
        assert refused(world, item).failure is Failure.UNKNOWN_OUTCOME
    assert len(world.wire.posts()) == 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("token-expired@export", Failure.CONFIGURATION),
        ("no-permission@export", Failure.CONFIGURATION),
        ("error=429@export", Failure.CONNECTION),
        ("error=400@export", Failure.REFUSED),
        ("lost-answer@read", Failure.CONNECTION),
        ("token-expired@init", Failure.CONFIGURATION),
    ],
)
def test_a_refused_export_can_be_run_again(
    world: World, key: dict[str, Any], fault: str, failure: Failure
) -> None:
    world.client.sandbox.faults.add(fault)
    item = world.key_export(key["id"])
    assert refused(world, item).failure is failure
    assert world.client.get(f"/keys/{key['id']}").get("exported") is None
    run_one(world, world.key_export(key["id"]))


def test_another_public_key_is_told_and_the_response_given(
    world: World, key: dict[str, Any]
) -> None:
    """Dfns has retired the key: whatever came belongs to the offline side, which decides."""
    world.client.sandbox.faults.add("wrong-public-key@export")
    answer = run_one(world, world.key_export(key["id"]))
    assert json.loads(answer)["publicKey"] != key["publicKey"]
    assert "does not name the public key" in "\n".join(world.shown)


def test_several_keys_one_unknown_one_twice(world: World, key: dict[str, Any]) -> None:
    first = world.key_export(key["id"])
    outcomes = run(world, first, world.key_export("key-none"), first)
    assert isinstance(outcomes[0], bytes)
    assert isinstance(outcomes[1], CeremonyError)
    assert outcomes[1].failure is Failure.REFUSED
    assert isinstance(outcomes[2], CeremonyError)
    assert outcomes[2].failure is Failure.DUPLICATE
    assert len(world.wire.posts()) == 1
