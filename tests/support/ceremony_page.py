"""The sessions of docs/ceremony.md, from real ceremonies with the installed programs.

`python -m tests.support.ceremony_page` runs them and writes them into the page; a test runs
them and compares. What differs from run to run (ids, digests, words, ports) is compared by its
form, and what depends on the machine or on who waits for whom is left out.
"""

import re
import sys
import tempfile
from pathlib import Path

from tests.support.ceremony_world import INSTALLED, CeremonyWorld
from tests.support.people import Person
from tests.support.whole_day import ETHEREUM, WORDS, of_words

PAGE = Path(__file__).parents[2] / "docs" / "ceremony.md"

BLOCK = re.compile(r"```console\n\$ ([^\n]*)\n(.*?)```\n", re.DOTALL)

IMPORT = f"""
[[sources]]
name = "words"
format = "bip39"

[[keys]]
label = "treasury hot"
source = "words"
path = "m/44'/60'/0'/0/0"
network = "Ethereum"
expect = "{ETHEREUM}"
"""

EXPORT = """
[[keys]]
label = "treasury hot"
wallet = "{wallet}"
public_key = "{public_key}"
form = "keystore-v3"
to = ["treasury-hot.json"]
"""

BY = "--by /media/stick --files ."
PLAIN = ("--desk", "plain")

LAPTOP = "ceremony {0} {0}.toml --desk plain " + BY + " --transcript {0}.jsonl"
RELAY = (
    "ceremony-relay --env sandbox.env run --desk plain --journal journal.sqlite "
    + BY
    + " --plan {0}.toml"
)

LEFT_OUT = re.compile(r"  (\.\.\. waiting for |would be refused in production|note: ).*")
"""Lines that depend on the machine, or on who waits for whom."""

VARIES = (
    (re.compile(r"words [\d, ]+ of"), "words # of"),
    (re.compile(r"^( *)(\d{1,2}) [A-Za-z]+( +\d{1,2} [A-Za-z]+){3}$"), "# four words"),
    (re.compile(r"^([A-Za-z]+ ){3}[A-Za-z]+$"), "# four typed words"),
    (re.compile(r"^    ([a-z]+ ){9}[a-z]+$"), "# a passphrase"),
    (re.compile(r"([0-9a-f]{4} ){5,15}([0-9a-f]{4}|\.\.\.)"), "# digest"),
    (re.compile(r"\b(or|wa|cl|key)-[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]+"), r"\1-#"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:#"),
    (re.compile(r"\d+ bytes"), "# bytes"),
)


class Paper:
    """A custodian who has the passphrase made, and copies it."""

    def __init__(self) -> None:
        self._paper = ""

    def __call__(self, line: str) -> str | None:
        if re.fullmatch(r"    ([a-z]+ ){9}[a-z]+", line):
            self._paper = line.strip()
        answers = {"? type made or chosen:": "made", "type it from the paper:": self._paper}
        return answers.get(line, "" if line.startswith("? press Enter") else None)


def sessions(folder: Path) -> dict[str, str]:
    """What stands on each screen, by the command: an import and an export, both sides."""
    world = CeremonyWorld.make(folder)
    world.installed = INSTALLED
    try:
        world.answers["bip39 of source words:"] = WORDS
        world.write_plan("import-wallets", IMPORT)
        said = _both(world, "import")
        (wallet,) = world.get("/wallets")["items"]
        public_key = of_words("m/44'/60'/0'/0/0", "secp256k1").public_key.hex()
        world.write_plan("export-keys", EXPORT.format(wallet=wallet["id"], public_key=public_key))
        return said | _both(world, "export")
    finally:
        world.end()


def _both(world: CeremonyWorld, name: str) -> dict[str, str]:
    plan = world.folder / "plan.toml"
    world.plan = world.plan.replace("A test", "Move the treasury")
    plan.write_text(world.plan)
    relay: Person = world.relay("--plan", "plan.toml", *PLAIN)
    relay.wait_for("Step 2")
    laptop = world.laptop(name, Paper(), PLAIN)
    for person in (laptop, relay):
        if person.finish() != 0:
            raise AssertionError(laptop.text + relay.text)
    return {LAPTOP.format(name): laptop.screen, RELAY.format(name): relay.screen}


def shown_on(page: str) -> dict[str, str]:
    """The sessions that a page shows, by their commands."""
    return {command: text.rstrip("\n") for command, text in BLOCK.findall(page)}


def form_of(text: str) -> list[str]:
    """The lines of a session, without what differs from run to run."""
    lines = []
    for line in text.splitlines():
        if LEFT_OUT.fullmatch(line):
            continue
        for pattern, form in VARIES:
            line = pattern.sub(form, line)
        lines.append(line)
    return lines


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        said = sessions(Path(folder))
    text = PAGE.read_text(encoding="utf-8")

    def real(block: re.Match[str]) -> str:
        lines = [line for line in said[block[1]].splitlines() if not LEFT_OUT.fullmatch(line)]
        return "\n".join(["```console", f"$ {block[1]}", *lines, "```", ""])

    PAGE.write_text(BLOCK.sub(real, text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
