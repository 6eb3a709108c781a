"""Every control of the relay names itself when somebody tampers with what it looks at.

The laptop's messages, the plan, Dfns' answers, the journal, the configuration: one thing is
changed in a ceremony that would end well. Nothing is posted beyond what was right to post.
"""

from pathlib import Path

import pytest

from tests.support.controls import NAME
from tests.support.relay_cases import CASES, RelayCase
from tests.support.relay_world import World


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_control_names_itself(case: RelayCase, tmp_path: Path) -> None:
    world = World(tmp_path)
    told = case.tamper(world)
    assert set(NAME.findall(told)) == {case.control}, told
    assert len(world.wire.posts()) == case.posts
