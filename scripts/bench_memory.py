"""Imports of 10, 100 and 1,000 keys in one message: time for each key, and peak memory.

Each size runs in a process of its own; its peak is the kernel's (ru_maxrss), its rise
is over the same process with no key at all.
"""

import json
import resource
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

SIZES = (0, 10, 100, 1000)


def one_size(count: int) -> None:
    """Build one import request of ``count`` keys, as the offline side does."""
    from bench_crypto import RANDOM, five_signers
    from ceremony.offline.crossing import make_import_request

    from ceremony.curves import SECP256K1
    from ceremony.dfns.key_import import Destination
    from ceremony.keys.material import scalar_key
    from ceremony.message import Conversation

    signers, destination = five_signers(), Destination("Ethereum", "a wallet")
    keys = [
        (scalar_key("secp256k1", SECP256K1.random_scalar(RANDOM)), destination)
        for _ in range(count)
    ]
    conversation = Conversation("rehearsal", RANDOM(16))
    began = time.perf_counter()
    size = 0
    if keys:
        size = len(make_import_request(conversation, signers, keys, 3, RANDOM)[0])
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
