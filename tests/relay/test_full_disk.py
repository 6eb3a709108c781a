"""A disk that is really full, at the worst moments of an export: a small tmpfs of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

SCENE = """
import json, os, sys
from pathlib import Path
from ceremony.errors import CeremonyError
from ceremony.relay.exporting import run_exports
from ceremony.relay.keeping import leftovers
from tests.support.relay_world import World

folder, moment, room = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
world = World(folder)
key, _ = world.client.import_key()
item = world.key_export(key["id"])
with world.session():  # the journal is there
    pass
world.wire.calls.clear()

def fill(left):
    number = sum(1 for path in folder.iterdir() if path.name.startswith("filling"))
    descriptor = os.open(folder / f"filling-{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        while True:
            os.write(descriptor, bytes(4096))
    except OSError:
        size = os.fstat(descriptor).st_size
        os.ftruncate(descriptor, max(0, size - left))
    os.close(descriptor)

def on_call(request):
    if request.url.path.endswith("/export") and moment == "when the post leaves":
        fill(room)
if moment == "before":
    fill(room)
world.wire.on_call = on_call

def export():
    with world.session() as session:
        (outcome,) = run_exports(session, [item])
    return outcome if isinstance(outcome, bytes) else outcome.message

said = []
for attempt in range(2):
    try:
        outcome = export()
    except CeremonyError as error:
        outcome = error.message
    said.append({
        "answer": outcome.decode() if isinstance(outcome, bytes) else "",
        "error": outcome if isinstance(outcome, str) else "",
        "posts": len(world.wire.posts()),
        "beside": [l.answer.decode() for l in leftovers(str(world.journal_path))],
        "rescued": len(world.rescued),
    })
    for path in folder.glob("filling*"):  # somebody makes space
        path.unlink()
    world.wire.on_call = lambda _: None
print(json.dumps(said))
"""


def played(tmp_path: Path, moment: str, room: int) -> list[dict[str, Any]]:
    """Both attempts; ``room`` bytes are left when the disk is filled, space is made between."""
    mounting = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]
    script = 'mkdir disk && mount -t tmpfs -o size=4m none disk && exec "$@"'
    done = subprocess.run(
        [
            *mounting,
            "sh",
            "-c",
            script,
            "sh",
            sys.executable,
            "-c",
            SCENE,
            "disk",
            moment,
            str(room),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    attempts: list[dict[str, Any]] = json.loads(done.stdout)
    return attempts


@pytest.mark.parametrize("room", [0, 4096, 12 * 4096])
def test_full_when_the_post_has_left(tmp_path: Path, room: int) -> None:
    """Seen: the answer was thrown away with "nothing is posted without a journal"."""
    first, second = played(tmp_path, "when the post leaves", room)
    assert json.loads(first["answer"])["encryptedKeyShares"]
    assert first["posts"] == second["posts"] == 1
    assert first["rescued"] == 0, "the space for it was taken before"
    assert second["answer"] == first["answer"]
    assert second["beside"] == []


@pytest.mark.parametrize("room", [0, 200_000])
def test_full_before_it_leaves(tmp_path: Path, room: int) -> None:
    first, second = played(tmp_path, "before", room)
    assert first["answer"] == ""
    assert first["error"]
    assert first["posts"] == 0
    assert first["beside"] == []
    assert second["posts"] == 1
    assert json.loads(second["answer"])["encryptedKeyShares"]
