"""The simulated light: whole messages both ways, whatever comes first, goes or is foreign."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import pack

import numpy as np
import pytest

from ceremony.desk.port import Progress
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Foreign, Sender, Unreadable
from ceremony.media.air import look
from ceremony.media.simulated import Crossed, Settings, SimulatedLight, write_settings
from ceremony.message import Closing, Deliver, PlanFile, Signers, digest, encode_message
from ceremony.optics.draw import capacity, draw_to_fit
from ceremony.optics.fed_reader import FedReader
from ceremony.optics.simulated import HD720

HEADER = {"environment": "rehearsal", "ceremony": b"", "sequence": 0, "answers": b""}
PLAN = encode_message(PlanFile(**HEADER, plan=b"a plan"))  # type: ignore[arg-type]
SIGNERS = encode_message(
    Signers(
        **HEADER,
        answer=b"{}",
        cluster_id=None,
        api_url="",
        organisation="",
        time="",
        nonce=bytes(16),
    )  # type: ignore[arg-type]
)
STARTED = HEADER | {"ceremony": bytes(16), "sequence": 1}
DELIVER = encode_message(
    Deliver(**STARTED, name="one", type="transcript", data=bytes(range(256)) * 12)  # type: ignore[arg-type]
)
CLOSING = encode_message(
    Closing(**STARTED, outcome="completed", fingerprint=bytes(32))  # type: ignore[arg-type]
)
Open = Callable[..., SimulatedLight]


def ignore(_: Progress) -> None:
    pass


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens one side of the light in one folder; all are closed in the end."""
    write_settings(tmp_path, Settings(loss=0.2, seed=4))
    lights: list[SimulatedLight] = []

    def open_side(side: str, **options: object) -> SimulatedLight:
        lights.append(SimulatedLight(tmp_path, side, **{"patience": 20.0, **options}))  # type: ignore[arg-type]
        return lights[-1]

    yield open_side
    for light in lights:
        light.close()


def test_both_sides_show_at_once_and_nobody_waits_for_the_other(opened: Open) -> None:
    crossed: list[Crossed] = []
    laptop, relay = opened("laptop", crossed=crossed.append), opened("relay")
    laptop.send(DELIVER, ignore)
    relay.send(SIGNERS, ignore)
    assert laptop.receive(("signers",), (), ignore) == SIGNERS
    assert relay.receive(("deliver",), (), ignore) == DELIVER
    assert [(c.message, c.side) for c in crossed] == [(DELIVER, "laptop"), (SIGNERS, "relay")]
    for one in crossed:
        seen = one.statistics
        assert seen.message_bytes == len(one.message)
        assert seen.frames_seen >= seen.frames_used >= seen.frames_needed >= 1


@pytest.mark.parametrize("first", ["sender", "receiver"])
def test_whichever_comes_first(opened: Open, first: str) -> None:
    if first == "receiver":
        laptop = opened("laptop")
    relay = opened("relay")
    sending = threading.Thread(target=relay.send, args=(SIGNERS, ignore))
    sending.start()
    if first == "sender":
        laptop = opened("laptop")
    assert laptop.receive(("signers",), (), ignore) == SIGNERS
    sending.join(10)
    assert not sending.is_alive()


def test_what_is_not_awaited_is_told_and_kept_and_what_is_known_is_skipped(opened: Open) -> None:
    laptop, relay = opened("laptop"), opened("relay")
    told: list[Progress] = []
    for message in (PLAN, SIGNERS):
        relay.send(message, ignore)
    assert laptop.receive(("signers",), (), told.append) == SIGNERS
    assert Foreign(digest(PLAN)[:8], known=False) in told
    assert laptop.receive(("plan",), (), told.append) == PLAN
    other = encode_message(PlanFile(**HEADER, plan=b"another"))  # type: ignore[arg-type]
    relay.send(other, ignore)
    assert laptop.receive(("plan",), {digest(PLAN)}, told.append) == other
    assert laptop.received() == [PLAN, SIGNERS, other]


def test_a_relay_that_was_started_again_sees_all_of_it_again_in_order(opened: Open) -> None:
    laptop, relay = opened("laptop"), opened("relay")
    laptop.send(DELIVER, ignore)
    assert relay.receive(("deliver",), (), ignore) == DELIVER
    relay.close()
    again = opened("relay")
    laptop.send(CLOSING, ignore)
    kinds = ("deliver", "closing")
    assert again.receive(kinds, (), ignore) == DELIVER
    assert again.receive(kinds, {digest(DELIVER)}, ignore) == CLOSING


def test_silence_ends(opened: Open) -> None:
    laptop = opened("laptop", patience=0.2)
    for call in (lambda: laptop.send(SIGNERS, ignore), lambda: laptop.receive(("x",), (), ignore)):
        with pytest.raises(CeremonyError) as error:
            call()
        assert error.value.failure is Failure.INCOMPLETE


def test_whoever_watches_ends_the_waiting(opened: Open) -> None:
    def watch() -> None:
        raise CeremonyError(Failure.REFUSED, "the relay died", hint="start it again")

    laptop = opened("laptop", watch=watch)
    for call in (lambda: laptop.send(SIGNERS, ignore), lambda: laptop.receive(("x",), (), ignore)):
        with pytest.raises(CeremonyError, match="the relay died"):
            call()


@pytest.mark.parametrize("folder", ["missing", "x" * 120], ids=["no folder", "too long"])
def test_a_folder_that_cannot_be(tmp_path: Path, folder: str) -> None:
    with pytest.raises(CeremonyError) as error:
        SimulatedLight(tmp_path / folder, "laptop")
    assert error.value.failure is Failure.FILE


def test_settings_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "light.json").write_text('{"loss": "all"}')
    with pytest.raises(CeremonyError) as error:
        SimulatedLight(tmp_path, "laptop")
    assert error.value.failure is Failure.FILE


def test_a_receiver_that_leaves_early_is_not_one_that_has_it(opened: Open, tmp_path: Path) -> None:
    """Somebody looks and goes away; who comes then gets the whole message."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "relay"))
        listener.listen(1)
        laptop = opened("laptop")
        sending = threading.Thread(target=laptop.send, args=(DELIVER, ignore))
        sending.start()
        connection = listener.accept()[0]
        connection.recv(10_000)
        connection.close()
    relay = opened("relay")
    assert relay.receive(("deliver",), (), ignore) == DELIVER
    sending.join(10)
    assert not sending.is_alive()


SQUARE = draw_to_fit(Sender(SIGNERS, capacity(10)).frame(0), 300)


@pytest.mark.parametrize(
    ("sent", "failure"),
    [
        (b"", Failure.INCOMPLETE),
        (b"\x01", Failure.INCOMPLETE),
        (pack(">HH", 300, 300) + bytes(100), Failure.INCOMPLETE),
        (pack(">HH", *SQUARE.shape) + SQUARE.tobytes(), Failure.INCOMPLETE),
        (pack(">HH", 0, 0), Failure.OVERSIZED),
        (pack(">HH", 65535, 65535), Failure.OVERSIZED),
        (pack(">HH", 300, 200), Failure.OVERSIZED),
    ],
)
def test_a_sender_that_sends_something_else(sent: bytes, failure: Failure) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        threading.Thread(target=lambda: (theirs.sendall(sent), theirs.close())).start()
        with pytest.raises(CeremonyError) as error:
            # Every frame is lost, so that one picture is never the message.
            look(ours, HD720.lossy(1.0), np.random.default_rng(0), ignore, FedReader())
    assert error.value.failure is failure


def test_something_else_is_told_and_the_next_message_comes(opened: Open, tmp_path: Path) -> None:
    laptop, relay = opened("laptop"), opened("relay")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "laptop"))
        connection.sendall(pack(">HH", 300, 200))
    relay.send(SIGNERS, ignore)
    told: list[Progress] = []
    assert laptop.receive(("signers",), (), told.append) == SIGNERS
    assert any(isinstance(p, Unreadable) and p.failure is Failure.OVERSIZED for p in told)
