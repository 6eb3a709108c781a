"""Each control that runs in a ceremony is tampered with on each of its paths, or says why not."""

from tests.support import laptop_cases, relay_cases
from tests.support.controls import CEREMONY_PATHS, rows

RUN_ONLY = ("PLN-REHEARSAL", "RLY-REHEARSAL")
"""Their path is the option --rehearsal, of `ceremony-relay run` in these tests."""

UNREACHABLE = {
    ("ENV-SELF-TEST", "import"): "only a machine that computes wrongly fails one",
    ("ENV-SELF-TEST", "export"): "as for an import",
    ("ENV-SELF-TEST", "resume"): "as for an import",
    ("ENV-IMAGE", "import"): "only `ceremony live` asks it: tests/offline/test_live_ceremonies.py",
    ("ENV-IMAGE", "export"): "as for an import",
    ("ENV-IMAGE", "resume"): "as for an import",
    ("DSK-MACHINE", "import"): "it tells, and refuses nothing: test_what_the_gate_lets_through",
    ("DSK-MACHINE", "export"): "as for an import",
    ("DSK-MACHINE", "resume"): "as for an import",
    ("DSK-ECHO", "import"): "it needs a terminal, and one that goes on with its echo: tests/desk",
    ("DSK-ECHO", "export"): "as for an import",
    ("DSK-ECHO", "resume"): "as for an import",
    ("DSK-WRITTEN", "import"): "its only file is the transcript, opened before the ceremony",
    ("IMP-HEDGE", "import"): "nothing shows from outside; tests/dfns compare two runs",
    ("IMP-EPHEMERAL", "import"): "IMP-RANDOMNESS refuses before two ephemeral keys can be one",
    ("ENV-OPTICS", "import"): "the kernel refuses to confine: tests/media with a kernel that does",
    ("ENV-OPTICS", "export"): "as for an import",
    ("ENV-OPTICS", "resume"): "as for an import",
    ("ENV-OPTICS", "run"): "as for an import",
    ("DSK-PAGE", "import"): "people refuse a page of the full screen: tests/desk plays them",
    ("DSK-PAGE", "export"): "as for an import",
    ("DSK-PAGE", "resume"): "as for an import",
    ("DSK-PAGE", "run"): "as for an import",
    ("DSK-FAULT", "import"): "only a fault of the screen's library reaches it: tests/desk",
    ("DSK-FAULT", "export"): "as for an import",
    ("DSK-FAULT", "resume"): "as for an import",
    ("DSK-FAULT", "run"): "as for an import",
    ("MSG-REPLAY", "run"): "what was taken before is passed over before it is read",
    ("MSG-CEREMONY", "run"): "the relay looks a ceremony up by its id: another one is a new one",
    ("TXT-OUTSIDE", "run"): "each text of a request has an alphabet; tests/outside has the rest",
    ("RLY-HOLDINGS", "run"): "RLY-DUPLICATE refuses by what it found, on whichever page",
}
"""What no outside change can reach, with the reason; each has the test of its row."""


def tampered() -> set[tuple[str, str]]:
    laptop = {(case.control, case.path) for case in laptop_cases.CASES}
    relay = {
        (case.control, "rehearsal" if case.control in RUN_ONLY else "run")
        for case in relay_cases.CASES
    }
    return laptop | relay


def claimed() -> set[tuple[str, str]]:
    return {(name, path) for name, row in rows().items() for path in row.paths & CEREMONY_PATHS}


def test_every_control_is_tampered_with_on_every_path_of_a_ceremony() -> None:
    assert claimed() - tampered() == set(UNREACHABLE)


def test_no_case_is_on_a_path_that_the_table_does_not_have() -> None:
    assert tampered() - claimed() == set()


def test_every_exception_has_a_reason() -> None:
    assert all(len(reason) > 10 for reason in UNREACHABLE.values())
