"""docs/relay.md against the program."""

import re
from typing import get_args

from ceremony.errors import Failure
from ceremony.relay.answers import PERMISSIONS
from ceremony.relay.cli import build_parser
from ceremony.relay.configuration import NAMES
from ceremony.relay.findings import Verdict
from ceremony.relay.keeping import RESERVED
from ceremony.relay.lost import SETTLE
from ceremony.relay.rescue import KEPT
from ceremony.relay.schema import State
from ceremony.relay.session import AGAIN
from ceremony.sandbox.access import ALL_PERMISSIONS
from tests.support.sandbox_process import ROOT

TEXT = (ROOT / "docs" / "relay.md").read_text(encoding="utf-8")


def test_every_name_and_permission_is_there() -> None:
    assert all(f"| `{name}` |" in TEXT for name in NAMES)
    named = {word for _, text in PERMISSIONS for word in text.split(" and ")}
    assert named <= ALL_PERMISSIONS
    assert all(f"`{permission}`" in TEXT for permission in named)
    assert f"watches Dfns' lists for {SETTLE:.0f} seconds" in TEXT
    assert f"{RESERVED // 1024 // 1024} MB of disk" in TEXT
    assert all(f"`{phrase}`" in TEXT for phrase in (AGAIN, KEPT))


def test_every_state_is_there() -> None:
    states = set(re.findall(r"^    \w+ -> (\w+) ", TEXT, re.MULTILINE))
    assert states == set(get_args(State))


def test_every_class_is_one_of_ours() -> None:
    rows = re.findall(r"^\| (`[a-z`, -]+`) \|", TEXT.split("## After a failure")[1], re.MULTILINE)
    classes = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert len(rows) == 9
    assert classes <= {failure.value for failure in Failure}


def test_the_commands_are_those_of_the_program() -> None:
    usage = re.findall(r"^    ceremony-relay (\w+)(?: +(.*))?$", TEXT, re.MULTILINE)
    parser = build_parser()
    commands = parser._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert [name for name, _ in usage] == list(commands)  # type: ignore[arg-type]
    for name, text in usage:
        shown = commands[name].format_usage()  # type: ignore[index]
        for option in set(re.findall(r"--[a-z-]+", shown)) - {"--env", "--loss", "--seed"}:
            assert option in text


def test_nothing_is_said_of_commands_that_are_gone() -> None:
    gone = r"--(confirm|request|public-key)\b|ceremony-relay (import|export)\b|`Yes`"
    assert re.findall(gone, TEXT) == []


def test_every_verdict_of_a_check_is_there() -> None:
    assert all(f"`{verdict}`" in TEXT for verdict in get_args(Verdict))
