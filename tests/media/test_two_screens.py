"""Two sides by light, as they are in production: two screens, and each side sees the other's.

The screens are X servers; what is on them is read from the servers' memory, distorted a
little, and fed to the other side's process that reads pictures. Everything else is real:
windows, processes, frames, keys.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from ceremony.desk.port import Progress
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Complete, Receiving
from ceremony.media.light import Light, Parts
from ceremony.message import Deliver, Signers, digest, encode_message
from ceremony.optics.eye import FeedSource
from ceremony.optics.screen_process import ScreenProcess
from tests.support.x_screen import Feeder, VirtualScreen, as_seen, virtual_screen

ID = bytes(range(16))
HEADER = {"environment": "rehearsal", "ceremony": b"", "sequence": 0, "answers": b""}
SIGNERS = encode_message(
    Signers(
        **HEADER,
        answer=bytes(3000),
        cluster_id=None,
        api_url="",
        organisation="",
        time="",
        nonce=bytes(16),
    )  # type: ignore[arg-type]
)


def delivery(answers: bytes, size: int, sequence: int = 1) -> bytes:
    header = HEADER | {"ceremony": ID, "sequence": sequence, "answers": answers}
    data = np.random.default_rng(sequence).bytes(size)
    return encode_message(Deliver(**header, name="one", type="transcript", data=data))  # type: ignore[arg-type]


@dataclass
class Side:
    screen: VirtualScreen
    light: Light
    told: list[Progress] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with ExitStack() as stack:
        screens = []
        for name in ("laptop", "relay"):
            (tmp_path / name).mkdir()
            screens.append(stack.enter_context(virtual_screen(tmp_path / name)))
            stack.enter_context(Feeder(tmp_path / f"{name}.feed", as_seen(screens[-1])))
        made: list[Side] = []
        for screen, other in ((screens[0], "relay"), (screens[1], "laptop")):
            pressed: list[str] = []
            light = Light(
                Parts(
                    FeedSource(tmp_path / f"{other}.feed"),
                    ScreenProcess("window", os.environ | {"DISPLAY": screen.name}),
                    keys=lambda pressed=pressed: pressed.pop(0) if pressed else "",  # type: ignore[misc]
                ),
                "rehearsal",
                newest_first=other == "relay",
            )
            stack.callback(light.close)
            made.append(Side(screen, light, pressed=pressed))
        yield made[0], made[1]


def test_a_conversation_without_a_key(sides: tuple[Side, Side]) -> None:
    """Signers, what answers them, and the answer to that; nobody presses anything."""
    laptop, relay = sides
    request = delivery(digest(SIGNERS), 9000)
    receipt = delivery(digest(request), 5000, 2)

    def at_the_laptop() -> bytes:
        light, tell = laptop.light, laptop.told.append
        assert light.receive(("signers",), (), tell) == SIGNERS
        light.send(request, tell)
        return light.receive(("deliver",), {digest(SIGNERS)}, tell)

    def at_the_relay() -> bytes:
        light, tell = relay.light, relay.told.append
        light.send(SIGNERS, tell)
        got = light.receive(("deliver",), (), tell)
        light.send(receipt, tell)
        return got

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(at_the_laptop)
        second = pool.submit(at_the_relay)
        assert second.result(120) == request
        relay_shows = pool.submit(relay.light.finish, relay.told.append)
        assert first.result(120) == receipt
        # The laptop's own small code says that the receipt is there.
        relay_shows.result(60)
    assert laptop.light.received() == [SIGNERS, receipt]
    assert laptop.light.sent() == [request]
    for side in sides:
        assert any(isinstance(progress, Complete) for progress in side.told)
        assert any(isinstance(progress, Receiving) for progress in side.told)


def test_escape_in_the_window_ends_it(sides: tuple[Side, Side]) -> None:
    laptop, _ = sides
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(laptop.light.receive, ("signers",), (), laptop.told.append)
        try:
            while not waiting.done():
                laptop.screen.press("Escape")
        finally:
            laptop.pressed.append("escape")
        with pytest.raises(CeremonyError) as error:
            waiting.result()
    assert error.value.failure is Failure.CANCELLED
