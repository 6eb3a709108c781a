"""Imports of 10, 100 and 1,000 keys in one message: time for each key, and peak memory.

Each size runs in a process of its own; its peak is the kernel's (ru_maxrss), its rise
is over the same process with no key at all.
"""

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ceremony.offline.room import Room

SIZES = (0, 10, 100, 1000)


def empty_room() -> "Room":
    """A room with a plan and randomness, and nobody in it."""
    from bench_crypto import RANDOM

    from ceremony.desk.scripted import ScriptedDesk
    from ceremony.media.folder import Folder
    from ceremony.offline.room import Room
    from ceremony.record.plan import Dfns, Plan
    from ceremony.record.transcript import Record
    from ceremony.secret import Secret

    plan = Plan(
        title="many keys",
        environment="rehearsal",
        operation="import-wallets",
        dfns=Dfns("http://127.0.0.1", "or-1", "0" * 64),
        people=(),
        digest=bytes(32),
    )
    return Room(
        desk=ScriptedDesk(lambda _: "", lambda _: Secret(b"")),
        medium=Folder(".", "laptop"),
        plan=plan,
        machine=lambda: (),
        random=RANDOM,
        record=Record(lambda _: None, lambda: datetime.now(UTC)),
        enter=lambda *_: (),
        write=lambda *_: None,
        read=lambda _: Secret(b""),
        exists=lambda _: False,
    )


def one_size(count: int) -> None:
    """Build one import request of ``count`` keys, as the offline side does."""
    from bench_crypto import RANDOM, five_signers

    from ceremony.curves import SECP256K1
    from ceremony.keys.material import scalar_key
    from ceremony.message import Conversation
    from ceremony.offline.entering import Entered
    from ceremony.offline.import_request import build_import_request
    from ceremony.offline.sent import Sent
    from ceremony.record.plan import ImportKey

    signers = five_signers()
    materials = [scalar_key("secp256k1", SECP256K1.random_scalar(RANDOM)) for _ in range(count)]
    keys = [
        Entered(Sent(ImportKey(f"key {n}", "", network="Ethereum"), m.curve, m.public_key), m)
        for n, m in enumerate(materials)
    ]
    room, conversation = empty_room(), Conversation("rehearsal", RANDOM(16))
    began = time.perf_counter()
    size = 0
    if keys:
        size = len(build_import_request(room, conversation, signers, keys))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": peak, "size": size}))


def main() -> None:
    table = Table(title="One message of many keys, secp256k1, 3 of 5 signers", title_justify="left")
    for column in ("keys", "message, MB", "s", "ms a key", "peak, MiB", "rise, MiB"):
        table.add_column(column, justify="right")
    base = 0.0
    for count in SIZES:
        command = [sys.executable, __file__, str(count)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        base = base or found["peak"]
        table.add_row(
            f"{count:,}",
            f"{found['size'] / 1e6:.2f}",
            f"{found['seconds']:.2f}",
            f"{found['seconds'] * 1000 / count:.2f}" if count else "-",
            f"{found['peak']:.0f}",
            f"{found['peak'] - base:.0f}",
        )
    Console().print(table)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        one_size(int(sys.argv[1]))
    else:
        main()
