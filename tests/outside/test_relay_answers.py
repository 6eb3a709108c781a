"""Hostile text in every text of every answer that the relay reads from Dfns' API.

The answers are recorded in a whole ceremony at the relay, so that a field that the API or
the relay learns tomorrow is attacked without a change here.
"""

import functools
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ceremony.message import decode_message
from ceremony.relay.recovery import show
from tests.support.hostile_texts import ALL, HUGE, TEXTS, check_shown, text_paths, with_text
from tests.support.relay_room import Changed, run_relay
from tests.support.relay_world import World

Capture = pytest.CaptureFixture[str]
Place = tuple[str, tuple[Any, ...]]

CALLS = (
    "GET /signers",
    "GET /wallets",
    "GET /keys",
    "GET /keys/key",
    "POST /auth/action/init",
    "POST /auth/action",
    "POST /wallets/import",
    "POST /keys/import",
    "POST /wallets",
    "POST /keys/key/export",
)
"""All of them; what texts their answers have is recorded."""

STATUSES = (400, 401, 403, 404, 409, 429, 500, 302, 202)


@functools.cache
def recorded() -> dict[str, list[tuple[Any, ...]]]:
    """Every call of a ceremony, and where the texts in its answers are."""
    found: dict[str, dict[tuple[Any, ...], None]] = {}

    def record(call: str, body: bytes) -> bytes:
        found.setdefault(call, {}).update(dict.fromkeys(text_paths(json.loads(body))))
        return body

    with tempfile.TemporaryDirectory() as folder:
        out, laptop = run_relay(World(Path(folder)), record)
    assert "the ceremony is over" in out, out
    assert len(laptop.received) == 3
    return {call: list(paths) for call, paths in found.items()}


@contextmanager
def named(place: Place) -> Iterator[None]:
    """Says in which place a failure was, since the places are known only when the test runs."""
    try:
        yield
    except Exception as error:
        error.add_note(f"hostile text in {place}")
        raise


def hostile(place: Place, text: str) -> Callable[[str, bytes], bytes]:
    def change(call: str, body: bytes) -> bytes:
        value = json.loads(body)
        if call != place[0] or place[1] not in list(text_paths(value)):
            return body
        return json.dumps(with_text(value, place[1], text)).encode()

    return change


def check_everything(world: World, change: Changed, capsys: Capture) -> str:
    """Screen, messages to the laptop and journal, of one ceremony."""
    out, laptop = run_relay(world, change)
    check_shown(out)
    for data in laptop.received:
        decode_message(data)  # it checks every text; a refused receipt would be a lost one
    show(str(world.journal_path))
    shown = capsys.readouterr()
    check_shown(shown.out)
    check_shown(shown.err)
    return out


def test_all_the_calls_are_recorded() -> None:
    assert set(recorded()) == set(CALLS)
    assert all(recorded().values())


@pytest.mark.parametrize("call", CALLS)
def test_hostile_text_in_an_answer(call: str, tmp_path: Path, capsys: Capture) -> None:
    """In every text of the answer, one after the other."""
    for number, path in enumerate(recorded()[call]):
        for name, text in (("all", ALL), ("spaces", TEXTS["spaces"])):
            folder = tmp_path / f"{number}-{name}"
            folder.mkdir()
            with named((call, path)):
                check_everything(World(folder), hostile((call, path), text), capsys)


@pytest.mark.parametrize(
    ("status", "text"),
    [*((status, ALL) for status in STATUSES), (400, "\ud83d" + HUGE)],
    ids=[*map(str, STATUSES), "huge"],
)
def test_hostile_text_in_an_error(status: int, text: str, tmp_path: Path, capsys: Capture) -> None:
    """From each call on: the relay gets as far as that, and then Dfns answers an error."""
    error = json.dumps({"error": {"message": text, "name": text}, "message": text}).encode()
    for number, failing in enumerate(recorded()):
        (tmp_path / str(number)).mkdir()

        def change(call: str, body: bytes, failing: str = failing) -> tuple[int, bytes] | bytes:
            return (status, error) if call == failing else body

        check_everything(World(tmp_path / str(number)), change, capsys)


@pytest.mark.parametrize(
    "place",
    [
        ("POST /wallets/import", ("id",)),
        ("POST /keys/import", ("id",)),
        ("POST /wallets", ("id",)),
        ("GET /keys/key", ("status",)),
        ("GET /signers", ("clusters", 0, "clusterId")),
        ("GET /signers", ("clusters", 0, "signers", 0, "signerId")),
        ("POST /keys/key/export", ("encryptedKeyShares", 0, "signerId")),
    ],
    ids=str,
)
def test_text_without_end(place: Place, tmp_path: Path, capsys: Capture) -> None:
    """Seen: an id of 5 MB was printed whole."""
    check_everything(World(tmp_path), hostile(place, HUGE), capsys)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_wallet_id_draws_no_false_success(text: str, tmp_path: Path, capsys: Capture) -> None:
    """Seen: a wallet id with escapes cleared the relay's screen and drew a false success."""
    place = ("POST /wallets/import", ("id",))
    out = check_everything(World(tmp_path), hostile(place, text), capsys)
    assert "Dfns has it" in out, "the answer is not taken, and Dfns is asked for the true id"
    (tmp_path / "both").mkdir()

    def everywhere(call: str, body: bytes) -> bytes:
        made = hostile(place, text)
        listed = hostile(("GET /wallets", ("items", 0, "id")), text)
        return listed(call, body) if call == "GET /wallets" else made(call, body)

    check_everything(World(tmp_path / "both"), everywhere, capsys)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_cluster_id_draws_no_false_block(text: str, tmp_path: Path, capsys: Capture) -> None:
    """Seen: a cluster id padded with spaces drew a false fingerprint above the true one."""
    place = ("GET /signers", ("clusters", 0, "clusterId"))
    out = check_everything(World(tmp_path), hostile(place, text), capsys)
    assert "the id of the cluster is not one of Dfns" in out
    assert "their fingerprint" not in out


@pytest.mark.parametrize("text", [*TEXTS.values(), HUGE], ids=[*TEXTS, "huge"])
def test_an_exports_answer_with_odd_ids_is_kept_and_sent_on(
    text: str, tmp_path: Path, capsys: Capture
) -> None:
    """A junk id vetoes nothing: Dfns has retired the key with this answer."""
    world = World(tmp_path)
    place = ("POST /keys/key/export", ("encryptedKeyShares", 0, "signerId"))
    out, laptop = run_relay(world, hostile(place, text))
    check_shown(out)
    response = decode_message(laptop.received[-1])
    assert response.outcomes[0].status == "done"  # type: ignore[union-attr]
