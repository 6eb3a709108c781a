"""What is measured of a link: symbols, codes, and the pace that carried most."""

import pytest

from ceremony.link import Receiver, Sender
from ceremony.link.feedback import ID_SIZE, Feedback
from ceremony.link.frame import parse_frame
from ceremony.link.meter import WINDOW, Meter, Trials
from ceremony.link.presets import Pace
from ceremony.link.probe import Result

DATA = bytes(range(256)) * 40
SENDER = Sender(DATA, 1000)
SIZE = len(parse_frame(SENDER.frame(0)).symbol)
ID = bytes(range(32))
SLOW, FAST, DENSE = Pace(18, (2, 1), 12), Pace(18, (2, 1), 3), Pace(34, (2, 1), 12)


def test_a_code_that_stands_counts_once_and_one_that_comes_back_again() -> None:
    meter, receiver = Meter(), Receiver()
    assert meter.began is None
    for now, index in ((0.0, 0), (0.1, 0), (0.2, 1), (0.3, 1), (3.0, 0)):
        meter.looked([SENDER.frame(index)], 0, receiver, now)
    assert meter.began == 0.0
    # The first picture begins the window: four come after it, two of them with a new code.
    assert meter.result() == Result(3000, 2 * SIZE, 4, 0, 0)


def test_only_the_last_seconds_count() -> None:
    meter, receiver = Meter(), Receiver()
    for second in range(20):
        meter.looked([SENDER.frame(second)] if second >= 10 else [], 1, receiver, float(second))
    assert meter.result() == Result(round(1000 * WINDOW), 5 * SIZE, 5, 5, 0)


def test_what_is_no_frame_carries_nothing() -> None:
    meter, receiver = Meter(), Receiver()
    assert meter.result() == Result()
    for now in (0.0, 1.0):
        meter.looked(["HTTPS://EXAMPLE.ORG"], 0, receiver, now)
    assert meter.began is None
    assert meter.result().size == 0


def test_while_it_measures_nothing_is_complete() -> None:
    meter, receiver = Meter(), Receiver()
    for index in range(SENDER.needed + 2):
        receiver.add(SENDER.frame(index))
    assert meter.feedback(receiver, measuring=False).complete
    assert not meter.feedback(receiver, measuring=True).complete


def hear(trials: Trials, pace: Pace, began: float, clean: int, unreadable: int = 0) -> None:
    """Five feedbacks, half a second apart, each with so many codes more."""
    for i in range(8):
        counts = (clean * i, 0, unreadable * i)
        trials.heard(pace, Feedback(ID[:ID_SIZE], 1, 9, *counts, complete=False), began + i / 2)


def test_the_pace_that_carried_most_is_the_best() -> None:
    trials = Trials(ID, lambda version: 20 * version)
    assert trials.best() is None
    hear(trials, SLOW, 0, 5)
    assert trials.best() == SLOW
    hear(trials, FAST, 10, 15)
    assert trials.best() == FAST
    hear(trials, DENSE, 20, 5)
    assert trials.best() == FAST


def test_a_code_that_is_read_often_is_one_code() -> None:
    trials = Trials(ID, lambda version: 20 * version)
    hear(trials, SLOW, 0, 60)
    hear(trials, FAST, 10, 8)
    assert trials.best() == FAST


def test_where_none_was_read_for_long_the_longest_one_is_kept() -> None:
    trials = Trials(ID, lambda version: 20 * version)
    for pace, began, lasted in ((SLOW, 0, 0.5), (FAST, 10, 0.2)):
        for i, now in enumerate((began, began + 1, began + 1 + lasted)):
            counts = Feedback(ID[:ID_SIZE], 1, 9, 15 * i, 0, 0, complete=False)
            trials.heard(pace, counts, now)
    assert trials.best() == SLOW


def test_a_pace_that_is_not_read_is_not_kept() -> None:
    trials = Trials(ID, lambda version: 20 * version)
    hear(trials, FAST, 0, 15, unreadable=9)
    assert trials.best() is None


@pytest.mark.parametrize("name", [bytes(ID_SIZE), b"\xff" * ID_SIZE])
def test_a_feedback_to_another_message_says_nothing(name: bytes) -> None:
    trials = Trials(ID, lambda version: 20 * version)
    needed = 9 if any(name) else 0
    for i in range(9):
        feedback = Feedback(name, 0, needed, 9 * i, 0, 0, complete=False)
        trials.heard(SLOW, feedback, i / 2)
    assert trials.best() is None
