"""Every control of the laptop names itself when somebody tampers with what it looks at.

The messages, the plan, the stick, the sources, the machine: one thing is changed in a ceremony
that would end well, on each path on which docs/controls.md says that the control runs. The
relay's are in tests/flows/test_tampering_relay.py, what needs no test here in test_controls.py.
"""

from pathlib import Path

import pytest

from ceremony.errors import CeremonyError
from ceremony.offline.import_ceremony import import_ceremony
from ceremony.offline.self_tests import run_self_tests
from ceremony.record.steps import steps_of
from tests.support import walks
from tests.support.laptop import importing
from tests.support.laptop_cases import CASES, Case


@pytest.mark.parametrize("begin", walks.ALL)
def test_nobody_tampers(begin: walks.Begin) -> None:
    walk = begin()
    walk.run()
    assert walk.complete, walk.ended_by
    assert walk.named == []
    refused = [line for line in walk.laptop.record.lines if b'"event":"refused"' in line]
    assert refused == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_control_names_itself(case: Case, tmp_path: Path) -> None:
    walk = case.begin()
    before = len(walk.laptop.requests)
    walk.run(**(case.tamper(walk, tmp_path) or {}))
    assert case.control in walk.named, (walk.named, walk.ended_by, walk.laptop.desk.shown)
    assert set(walk.named) == {case.control}, "nothing else was wrong"
    assert walk.complete is case.goes_on
    if case.stops_before == "request":
        assert len(walk.laptop.requests) == before, "nothing has left"
    if case.stops_before == "key":
        assert not any("one.txt" in name for name in walk.laptop.files), "no key was given out"


@pytest.mark.parametrize("case", [c for c in CASES if c.recorded], ids=str)
def test_the_transcript_says_so(case: Case, tmp_path: Path) -> None:
    """What the desk told stands in the transcript too, for a reader a year later."""
    walk = case.begin()
    walk.run(**(case.tamper(walk, tmp_path) or {}))
    text = b"".join(walk.laptop.record.lines)
    assert f'"control":"{case.control}"'.encode() in text


def test_the_network_comes_up_in_the_middle() -> None:
    """ENV-GATE is asked again: before each source, before the request, when the answer is here."""
    looks: list[int] = []
    walk = walks.an_import()
    walk.run(machine=lambda: looks.append(1) or ())
    assert walk.complete
    assert len(looks) == 4


def test_a_problem_of_the_machine_is_told_in_a_rehearsal_and_refused_in_production() -> None:
    from tests.support.tampering import network_up

    walk = walks.an_import()
    walk.laptop = importing(environment="rehearsal")
    network_up(walk, Path())
    walk.run()
    assert walk.complete, walk.ended_by
    assert any("would be refused in production" in line for line in walk.laptop.desk.shown)
    passed = {control.id for control in walk.laptop.record.passed_controls}
    assert "ENV-GATE" not in passed, "the transcript does not say that it did"
    assert "DSK-MACHINE" in passed


def test_what_the_gate_lets_through_is_told_once() -> None:
    """DSK-MACHINE, in a ceremony: memory that is not locked, in production."""
    from ceremony.machine import Problem

    walk = walks.an_import()
    walk.laptop.problems = (Problem("memory", "the memory is not locked", "ulimit"),)
    walk.run()
    assert walk.complete, walk.ended_by
    told = [line for line in walk.laptop.desk.shown if "the memory is not locked" in line]
    assert told == ["note: the memory is not locked"]


IMPORTED = {
    *("ENV-SELF-TEST", "ENV-GATE", "PLN-WORDS", "DSK-MACHINE", "TXT-OUTSIDE"),
    *("SIG-PLACE", "SIG-UNIQUE", "SIG-PIN", "SIG-WORDS", "IMP-COST", "IMP-ADDRESS"),
    *("IMP-DESTINATION", "IMP-KEY", "IMP-THRESHOLD", "IMP-RANDOMNESS", "IMP-HEDGE"),
    *("IMP-SHARING", "IMP-EPHEMERAL", "IMP-RECEIPT", "IMP-RECEIPT-ADDRESS", "MSG-COUNT"),
    *("MSG-KIND", "MSG-ENVIRONMENT", "MSG-REPLAY", "MSG-CEREMONY", "MSG-SEQUENCE", "MSG-ANSWER"),
}
EXPORTED = {
    *("ENV-SELF-TEST", "ENV-GATE", "PLN-WORDS", "DSK-MACHINE", "TXT-OUTSIDE", "DSK-WRITTEN"),
    *("EXP-STATE", "EXP-PASSPHRASE", "EXP-PUBLIC-KEY", "EXP-OTHER-SHARES", "MSG-COUNT"),
    *("MSG-KIND", "MSG-ENVIRONMENT", "MSG-REPLAY", "MSG-CEREMONY", "MSG-SEQUENCE", "MSG-ANSWER"),
}


@pytest.mark.parametrize(
    ("begin", "expected"), [(walks.an_import, IMPORTED), (walks.an_export, EXPORTED)]
)
def test_the_transcript_has_every_control_that_passed(
    begin: walks.Begin, expected: set[str]
) -> None:
    walk = begin()
    walk.run()
    assert {control.id for control in walk.laptop.record.passed_controls} == expected


def test_the_steps_are_those_of_the_script() -> None:
    laptop = importing()
    import_ceremony(laptop.room)
    assert tuple(laptop.desk.steps) == steps_of("import-wallets", people_entropy=False)


def test_a_self_test_that_fails_stops_everything() -> None:
    """ENV-SELF-TEST: each test's answer decides; one that is wrong is named."""
    with pytest.raises(CeremonyError, match="self-test ECIES") as refused:
        run_self_tests(lambda _: None, {"HKDF": lambda: True, "ECIES": lambda: False})
    assert refused.value.control is not None
    assert refused.value.control.id == "ENV-SELF-TEST"
    assert len(run_self_tests(lambda _: None)) >= 7


def test_a_generator_that_is_stuck_does_not_hang_the_ceremony() -> None:
    walk = walks.an_import()
    walk.run(random=lambda size: b"\x05" * size)
    assert walk.ended_by is not None
    assert walk.ended_by.failure == "randomness"
    assert walk.laptop.requests == []
