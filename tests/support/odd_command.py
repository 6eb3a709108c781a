"""How the odd worker is started (``tests.support.odd_worker``)."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

ODD = (
    sys.executable,
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    "from tests.support.odd_worker import main, odd\n"
    "sys.exit(main([], odd))",
)
