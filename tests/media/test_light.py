"""Light with a scripted camera and screen: what is taken, told, shown, kept, and cancelled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from ceremony.desk.port import Awaiting, Progress
from ceremony.errors import CeremonyError, Failure
from ceremony.link import Sender
from ceremony.link.feedback import Feedback, encode_feedback, parse_feedback
from ceremony.link.pace import Pace
from ceremony.link.progress import Foreign, Unreadable
from ceremony.media.light import AT_MOST, DOUBT, LINGER, Light, Parts
from ceremony.media.pacing import Paced, describe
from ceremony.media.queue import captions, marks
from ceremony.message import Closing, Deliver, PlanFile, Signers, digest, encode_message
from ceremony.optics.eye import Glance
from ceremony.optics.matrix import capacity
from ceremony.optics.screen_messages import Mark, Present, Shown, Status
from ceremony.optics.worker_messages import Preview, Seen

NOTHING = {"ceremony": b"", "sequence": 0, "answers": b""}
HEADER = NOTHING | {"environment": "rehearsal"}
ID = bytes(range(16))


def signers(time: str = "", environment: str = "rehearsal") -> bytes:
    header = NOTHING | {"environment": environment}
    fields = {"cluster_id": None, "api_url": "", "organisation": "", "time": time}
    nonce = bytes(16)
    return encode_message(Signers(**header, answer=bytes(900), nonce=nonce, **fields))  # type: ignore[arg-type]


def delivery(sequence: int, answers: bytes = b"", name: str = "one", ceremony: bytes = ID) -> bytes:
    header = HEADER | {"ceremony": ceremony, "sequence": sequence, "answers": answers}
    return encode_message(Deliver(**header, name=name, type="transcript", data=bytes(1500)))  # type: ignore[arg-type]


PLAN = encode_message(PlanFile(**HEADER, plan=b"a plan"))  # type: ignore[arg-type]
CLOSING = encode_message(
    Closing(
        **(HEADER | {"ceremony": ID, "sequence": 2}),  # type: ignore[arg-type]
        outcome="completed",
        fingerprint=bytes(32),
    )
)


def frames(message: bytes, first: int = 0) -> list[str]:
    sender = Sender(message, capacity(10))
    return [sender.frame(i) for i in range(first, first + sender.needed + 2)]


def glances(*messages: bytes) -> list[Glance]:
    return [Glance(Seen((text,))) for message in messages for text in frames(message)]


@dataclass
class Script:
    """Source, screen and clock. Each look takes a tenth of a second and the next glance."""

    seen: Iterator[Glance]
    now: float = 0.0
    confined: bool = True
    presents: list[Present] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    window_keys: list[str] = field(default_factory=list)
    desk_keys: list[str] = field(default_factory=list)
    hidden: int = 0
    rested: int = 0
    looks: int = 0

    def start(self) -> None:
        pass

    def look(self) -> Glance:
        self.looks += 1
        self.now += 0.1
        return next(self.seen, Glance())

    def rest(self) -> None:
        self.rested += 1

    def present(self, request: Present) -> None:
        self.presents.append(request)

    def update(self, status: Status) -> Shown:
        self.statuses.append(status)
        keys, self.window_keys = tuple(self.window_keys), []
        return Shown(keys)

    def hide(self) -> None:
        self.hidden += 1

    def close(self) -> None:
        pass

    def key(self) -> str:
        return self.desk_keys.pop(0) if self.desk_keys else ""

    def clock(self) -> float:
        return self.now


@dataclass
class Played:
    script: Script
    light: Light
    kept: list[tuple[bytes, bool]]
    told: list[Progress]

    def receive(self, kinds: Sequence[str], known: Iterable[bytes] = ()) -> bytes:
        return self.light.receive(tuple(kinds), set(known), self.told.append)

    def reasons(self) -> list[Failure]:
        return [p.failure for p in self.told if isinstance(p, Unreadable)]


def played(
    seen: Iterable[Glance],
    environment: str = "rehearsal",
    *,
    side: str = "laptop",
    pacing: Paced | None = None,
    sent: Sequence[bytes] = (),
) -> Played:
    script = Script(iter(seen))
    kept: list[tuple[bytes, bool]] = []
    parts = Parts(
        script,
        script,
        keys=script.key,
        keep=lambda data, ours: kept.append((data, ours)),
        save=lambda data: f"{len(data)} pictures in \x1b[31mx",
        pacing=pacing or Paced(),
        clock=script.clock,
    )
    light = Light(parts, environment, newest_first=side == "laptop", sent=sent)  # type: ignore[arg-type]
    return Played(script, light, kept, [])


def test_what_is_awaited_is_taken_and_both_are_off_afterwards() -> None:
    one = played(glances(signers()))
    assert one.receive(["signers"]) == signers()
    assert one.told[0] == Awaiting("signers")
    assert one.kept == [(signers(), False)]
    assert one.light.received() == [signers()]
    assert (one.script.hidden, one.script.rested) == (1, 1)
    assert Mark.COMPLETE in [status.mark for status in one.script.statuses]


def test_what_is_known_is_passed_over() -> None:
    one = played(glances(signers("old"), signers("new")))
    assert one.receive(["signers"], [digest(signers("old"))]) == signers("new")
    assert any(isinstance(p, Foreign) and p.known for p in one.told)


def test_another_kind_is_kept_for_later_and_told_beside_the_preview_alone() -> None:
    """Whoever looks late sees messages in another order: nothing is wrong."""
    one = played(glances(PLAN, signers()))
    assert one.receive(["signers"]) == signers()
    assert one.reasons() == []
    said = "read and kept for later: plan; still awaited: signers"
    assert said in one.script.statuses[-1].lines
    looked = one.script.now
    assert one.receive(["plan"]) == PLAN
    assert one.script.now == looked


@pytest.mark.parametrize(
    ("other", "failure"),
    [
        (signers(environment="production"), Failure.ENVIRONMENT),
        (b"not a message at all", Failure.MALFORMED),
        (delivery(3, ceremony=bytes(16)), Failure.CEREMONY),
    ],
)
def test_what_is_of_something_else_is_told_and_scanning_goes_on(
    other: bytes, failure: Failure
) -> None:
    ours = delivery(1)
    answer = delivery(2, digest(ours))
    one = played(glances(other, answer))
    one.light.send(ours, one.told.append)
    assert one.receive(["signers", "deliver"]) == answer
    assert one.reasons() == [failure]


def test_the_relay_takes_whatever_ceremony_comes_in_order() -> None:
    another = delivery(1, ceremony=bytes(16))
    one = played(glances(another, CLOSING), side="relay")
    one.light.send(signers(), one.told.append)
    assert one.receive(["deliver", "closing"]) == another
    assert one.receive(["deliver", "closing"], [digest(another)]) == CLOSING


def test_two_messages_of_one_place_are_told_and_neither_is_taken() -> None:
    both = [
        g for pair in zip(glances(signers("a")), glances(signers("b")), strict=True) for g in pair
    ]
    one = played([*both, *[Glance()] * 12, *glances(signers("b"))])
    assert one.receive(["signers"]) == signers("b")
    assert one.reasons() == [Failure.AMBIGUOUS]
    told = next(p for p in one.told if isinstance(p, Unreadable))
    for name in ("a", "b"):
        assert digest(signers(name)).hex()[:16] in told.reason


def test_a_second_message_of_another_place_is_no_rival() -> None:
    one = played(glances(delivery(1), CLOSING), side="relay")
    assert one.receive(["deliver", "closing"]) == delivery(1)
    assert one.reasons() == []


@pytest.mark.parametrize("where", ["window", "desk"])
def test_escape_ends_it_and_loses_nothing(where: str) -> None:
    one = played(glances(signers()))
    keys = one.script.window_keys if where == "window" else one.script.desk_keys
    keys.append("escape")
    with pytest.raises(CeremonyError) as error:
        one.receive(["signers"])
    assert error.value.failure is Failure.CANCELLED
    assert (one.script.hidden, one.script.rested) == (1, 1)
    assert one.receive(["signers"]) == signers()


def test_messages_are_shown_one_after_the_other_until_they_are_across() -> None:
    one = played([])
    for message in (delivery(1), CLOSING):
        one.light.send(message, one.told.append)
    one.script.desk_keys += ["", "", "enter", "", "enter"]
    one.light.finish(one.told.append)
    assert [p.message for p in one.script.presents] == [delivery(1), CLOSING, b""][:2]
    assert one.kept == [(delivery(1), True), (CLOSING, True)]
    assert "Deliver".lower() in one.script.presents[0].captions[0]
    assert "1 more to show after this one" in one.script.statuses[0].lines


def test_an_answer_says_that_the_question_is_across() -> None:
    answer = delivery(2, digest(delivery(1)))
    one = played(glances(answer))
    one.light.send(delivery(1), one.told.append)
    assert one.receive(["deliver"]) == answer
    assert [p.message for p in one.script.presents] == [delivery(1), b""]
    one.light.finish(one.told.append)
    assert len(one.script.presents) == 2


def test_the_last_message_is_shown_again_by_a_key_and_in_a_run_that_goes_on() -> None:
    one = played([], sent=[signers(), delivery(1)])
    one.script.desk_keys += ["enter"]
    one.light.finish(one.told.append)
    one.script.desk_keys += ["", "m", "", "escape"]
    with pytest.raises(CeremonyError):
        one.receive(["deliver"])
    assert [p.message for p in one.script.presents] == [delivery(1), b"", delivery(1)]
    assert one.light.sent() == [signers(), delivery(1)]


def test_a_newer_message_of_the_same_place_replaces_the_older() -> None:
    one = played([])
    for message in (signers("a"), signers("b")):
        one.light.send(message, one.told.append)
    one.script.desk_keys += ["enter"]
    one.light.finish(one.told.append)
    assert [p.message for p in one.script.presents] == [signers("b")]


def test_keys_change_pace_and_density_and_write_pictures() -> None:
    one = played([])
    one.light.send(signers(), one.told.append)
    one.script.desk_keys += [">", "-", "s", "", "enter"]
    one.light.finish(one.told.append)
    first, second, third, fourth = one.script.presents
    assert second.dwell < first.dwell
    assert third.version < second.version
    assert fourth.captions[-1] == f"pictures: {len(signers())} pictures in <U+001B>[31mx"
    assert len(fourth.captions) == 6


def test_codes_are_large_enough_for_the_message() -> None:
    large = encode_message(
        Deliver(
            **(HEADER | {"ceremony": ID, "sequence": 1}),  # type: ignore[arg-type]
            name="x",
            type="transcript",
            data=bytes(1_500_000),
        )
    )
    one = played([], pacing=Paced(Pace(8, (1, 1), 30)))
    one.light.send(large, one.told.append)
    one.script.desk_keys += ["enter"]
    one.light.finish(one.told.append)
    present = one.script.presents[0]
    Sender(large, capacity(present.version))
    assert present.version > 8


def says(message: bytes, *, complete: bool) -> str:
    return encode_feedback(Feedback(digest(message)[:8], 1, 1, 5, 0, 0, complete))


def test_feedback_ends_the_showing_and_is_no_foreign_code() -> None:
    damaged = says(signers(), complete=True)[:-1] + "0"
    texts = (says(b"another", complete=True), damaged, says(signers(), complete=False))
    glances_of = [Glance(Seen((text,))) for text in (*texts, says(signers(), complete=True))]
    one = played(glances_of)
    one.light.send(signers(), one.told.append)
    one.light.finish(one.told.append)
    assert one.told == []
    assert one.script.now == pytest.approx(0.4)


def test_feedback_that_no_answer_follows_is_doubted() -> None:
    """Anybody can hold up a code that says that the message is there."""
    forged = [Glance(Seen((says(delivery(1), complete=True),)))]
    answer = delivery(2, digest(delivery(1)))
    one = played([*forged, *[Glance()] * int(DOUBT * 10 + 20), *glances(answer)])
    one.light.send(delivery(1), one.told.append)
    assert one.receive(["deliver"]) == answer
    assert [p.message for p in one.script.presents] == [delivery(1), b"", delivery(1), b""]


def test_what_this_side_says_of_what_it_sees() -> None:
    one = played([*glances(signers()), *glances(signers())])
    assert one.receive(["signers"]) == signers()
    said = [parse_feedback(status.feedback) for status in one.script.statuses]
    name = digest(signers())[:8]
    assert [f.complete for f in said] == sorted(f.complete for f in said)
    assert not said[0].complete
    assert said[0].held == 1 < said[0].needed
    assert said[-1].complete
    assert {f.message_id for f in said} == {name}
    assert said[-1].clean > said[0].clean


def test_it_goes_on_saying_complete_until_the_other_side_has_heard() -> None:
    shows_on = glances(signers()) + [Glance(Seen((text,))) for text in frames(signers()) * 5]
    one = played(shows_on)
    assert one.receive(["signers"]) == signers()
    long = one.script.now
    assert long > len(shows_on) * 0.1
    endless = played([*glances(signers()), *shows_on * 20])
    assert endless.receive(["signers"]) == signers()
    assert endless.script.now < len(frames(signers())) * 0.1 + AT_MOST + 0.3


def test_production_refuses_processes_that_are_not_confined() -> None:
    for environment in ("production", None):
        one = played(glances(signers()), environment)  # type: ignore[arg-type]
        one.script.confined = False
        with pytest.raises(CeremonyError) as error:
            one.receive(["signers"])
        assert error.value.failure is Failure.MACHINE
        assert error.value.control is not None
        assert error.value.control.id == "ENV-OPTICS"
        # Before the first picture, and before anything of ours is on the screen.
        assert one.script.looks == 0
        assert all(not shown.message for shown in one.script.presents)
    rehearsal = played(glances(signers()))
    rehearsal.script.confined = False
    assert rehearsal.receive(["signers"]) == signers()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://example.org/x", "web address"),
        (" ".join(["abandon"] * 11 + ["about"]), "seed phrase"),
        ("0000" * 12, "seed phrase"),
        ("WIFI:S:CAFE;T:WPA;P:12345678;;", "wireless"),
        ("\x1b[2Jhello", "not of the ceremony"),
    ],
)
def test_other_codes_say_what_they_are_and_never_what_they_hold(text: str, word: str) -> None:
    one = played([Glance(Seen((text,))), *glances(signers())])
    assert one.receive(["signers"]) == signers()
    told = next(p for p in one.told if isinstance(p, Unreadable))
    assert word in told.reason
    for status in one.script.statuses:
        assert text not in f"{status}"
    assert text not in told.reason + told.hint
    assert any(status.mark is Mark.FOREIGN for status in one.script.statuses)


def test_a_reader_that_breaks_takes_nothing_away() -> None:
    whole = glances(signers())
    lost = Glance(trouble="the reader of pictures was started again", lost=True)
    one = played([g for glance in whole for g in (glance, lost)])
    assert one.receive(["signers"]) == signers()
    assert one.script.now < 2 * len(whole) * 0.1 + LINGER + 0.3
    assert any(lost.trouble in status.lines for status in one.script.statuses)


def test_progress_moves_by_new_frames_only_and_the_preview_is_passed_on() -> None:
    texts = frames(signers())
    preview = Preview(2, b"\0\1\2\3")
    repeated = [Glance(Seen((texts[0],), preview=preview))] * 8
    one = played([*repeated, *glances(signers())])
    assert one.receive(["signers"]) == signers()
    done = [status.done for status in one.script.statuses]
    assert done[:6] == [1] * 6
    assert done == sorted(done)
    assert all(s.done < s.of for s in one.script.statuses if s.of)
    assert {s.mark for s in one.script.statuses[1:6]} == {Mark.REPEATED}
    assert one.script.statuses[0].preview == preview


HINTS = {
    "too dark": Seen((), bright=60),
    "too bright": Seen((), dark=200, bright=250),
    "no contrast": Seen((), dark=100, bright=120),
    "too far": Seen((), torn=1, outlines=((0, 0, 50, 0, 50, 50, 0, 50),)),
    "blurred": Seen((), sharp=3),
    "hold still": Seen((), torn=2),
    "slow": Seen((), rate=800),
    "point this camera": Seen(()),
}


@pytest.mark.parametrize("words", HINTS)
def test_hints_come_after_some_seconds_without_a_code(words: str) -> None:
    one = played([Glance(HINTS[words])] * 40)
    one.script.desk_keys += [""] * 38 + ["escape"]
    with pytest.raises(CeremonyError):
        one.receive(["signers"])
    assert not any(words in line for line in one.script.statuses[5].lines)
    assert any(words in line for line in one.script.statuses[-1].lines)


def test_paces_are_described() -> None:
    assert describe(Pace(20, (1, 1), 6)) == "codes of version 20, each for 0.10 s"
    assert describe(Pace(20, (2, 2), 6)) == "codes of version 20, 4 at once, each for 0.10 s"


def test_a_message_of_one_frame_is_said_to_stand_still() -> None:
    """Whatever the pace is: it is shown as one code then."""
    short, long = (
        encode_message(PlanFile(environment="rehearsal", ceremony=b"", sequence=0, answers=b"",
                                plan=bytes(size)))
        for size in (300, 3000)
    )  # fmt: skip
    pace = Pace(18, (2, 1), 12)
    assert captions(short, pace)[0].endswith(" bytes; one code of version 18, which stands still")
    assert captions(long, pace)[0].endswith("; codes of version 18, 2 at once, each for 0.20 s")


def test_a_rehearsal_is_marked_in_the_picture_too() -> None:
    assert marks("rehearsal") == ("/// REHEARSAL ///",)
    assert marks("production") == marks(None) == ()
