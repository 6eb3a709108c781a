"""`ceremony live` in the image whose root is a folder: ``python -m tests.support.live_program
ROOT [CAMERA] [DISPLAY]``.

A program of its own, for a terminal; the folder is that of a ``LiveImage`` in another process.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from ceremony.desk.command import Parser, run
from ceremony.offline.live import LiveOptions, Machine, live
from tests.support.invoking import FIT


def main(root: str, camera: str = "", display: str = "") -> int:
    def handler(_: argparse.Namespace) -> None:
        machine = Machine(lambda: FIT, Path(root), now=lambda: datetime(2020, 1, 1, tzinfo=UTC))
        live(LiveOptions(camera, display, home=f"{root}/home"), machine)

    parser = Parser(prog="ceremony")
    parser.set_defaults(handler=handler)
    return run("ceremony", parser, [])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
