"""What scripts/fuzz does: run the targets, each in a process of its own, and count."""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests/fuzz/corpus"
WORK = ROOT / ".fuzz"
sys.path.insert(0, str(ROOT))

MAX_KEPT, MAX_KEPT_SIZE = 40, 16 * 1024
"""Files of one target in the repository, and bytes of one file."""

LIMITS = ("-timeout=60", "-rss_limit_mb=4096", "-max_len=32768")
"""libFuzzer's: seconds and megabytes of one input. A key may cost ten seconds and 1 GiB."""

DRIVER = """
import sys
import atheris
atheris.enabled_hooks.add("str")
with atheris.instrument_imports(
    include=["ceremony", "base45", "base58", "bech32", "mnemonic", "shamir_mnemonic"]
):
    from tests.fuzz.targets import TARGETS
atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
atheris.Fuzz()
"""


def main() -> int:
    from tests.fuzz.targets import TARGETS, seeds

    parser = argparse.ArgumentParser(prog="scripts/fuzz")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    found = 0
    for name in options.targets or TARGETS:
        folder = WORK / "corpus" / name
        folder.mkdir(parents=True, exist_ok=True)
        for seed in seeds().get(name, [b"x"]):
            (folder / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
        ended, executions = fuzz(name, folder, options.seconds)
        found += ended != 0
        state = "" if ended == 0 else f", stopped by a finding under .fuzz/found/{name}-*"
        print(f"{name}: {executions:,} executions, {len(list(folder.iterdir()))} inputs{state}")
        if options.keep:
            keep(name, folder)
    return 1 if found else 0


def fuzz(name: str, folder: Path, seconds: int) -> tuple[int, int]:
    """The exit status of libFuzzer, and how often it ran the target."""
    (WORK / "found").mkdir(exist_ok=True)
    prefix = f"-artifact_prefix={WORK}/found/{name}-"
    arguments = [f"-max_total_time={seconds}", "-print_final_stats=1", prefix, *LIMITS]
    finished = run(name, *arguments, folder, *([CORPUS / name] if (CORPUS / name).exists() else []))
    (WORK / f"{name}.log").write_text(finished.stderr)
    stats = re.search(r"stat::number_of_executed_units: (\d+)", finished.stderr)
    return finished.returncode, int(stats[1]) if stats else 0


def keep(name: str, folder: Path) -> None:
    """Some of the inputs, each of which reached something new and was made small for it."""
    (CORPUS / name).mkdir(parents=True, exist_ok=True)
    inputs = sorted((path.read_bytes() for path in folder.iterdir()), key=lambda i: (len(i), i))
    small = [one for one in inputs if len(one) <= MAX_KEPT_SIZE]
    # Spread over all sizes: the smallest alone would be those that are refused at once.
    for one in small[:: max(1, -(-len(small) // MAX_KEPT))]:
        (CORPUS / name / hashlib.sha256(one).hexdigest()[:16]).write_bytes(one)


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(WORK / "lib"), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-c", DRIVER, name, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
