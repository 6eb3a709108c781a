"""The paper is the ceremony: what people hold is compared with what both screens show."""

import re
from html import unescape

from tests.support.ceremony_world import CeremonyWorld

SOURCE = """
[[sources]]
name = "made here"
format = "new"

[[keys]]
label = "one"
source = "made here"
curve = "secp256k1"
"""


def test_the_steps_on_the_screens_are_those_on_the_paper(world: CeremonyWorld) -> None:
    world.write_plan("import-keys", SOURCE)
    printing = world.program("ceremony", "plan", "print", "plan.toml", "--out", "script.html")
    assert "PRACTICE: the script for 1 key is in script.html" in printing
    page = unescape((world.folder / "script.html").read_text())
    printed = re.findall(r'<td class="number">(\w+)</td><td><strong>(.*?)</strong>', page)
    assert len(printed) > 8
    relay, laptop = world.relay("--plan", "plan.toml"), world.laptop("import")
    assert laptop.finish() == 0, laptop.text + relay.text
    assert relay.finish() == 0, relay.text
    step = re.compile(r"^(?:\*\*\* REHEARSAL \*\*\* )?Step (\d+) of \d+: (.*)$", re.MULTILINE)
    shown = step.findall(laptop.text)
    assert [(n, t) for n, t in printed if not n.startswith("R")] == shown
    # The relay answers as often as it is asked; its steps come in the order of the paper.
    answered = list(dict.fromkeys(step.findall(relay.text)))
    assert [(n[1:], t) for n, t in printed if n.startswith("R")] == answered
