"""The live image's entries that look at one thing: a key, or a transcript."""

import io
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from difflib import get_close_matches

from ceremony.desk.lines import Aligned, columns
from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD
from ceremony.keys.format_table import FORMATS
from ceremony.machine import Facts
from ceremony.offline.before_keys import before_keys
from ceremony.offline.inspecting import inspect
from ceremony.offline.lists import show_transcript
from ceremony.offline.live_entries import Live, chosen_file, files_in
from ceremony.offline.live_sticks import mount_chosen
from ceremony.offline.source_options import SourceOptions

NAME = (10,)
"""The width of the names in front of what a command tells."""


def inspect_key(live: Live, desk: Desk, look: Callable[[], Facts]) -> None:
    """`ceremony inspect`, asked for at the desk. Raises what it raises."""
    name = desk.ask("the key's format, as docs/keys-in.md names it:", _format)
    options = SourceOptions(
        format=name,
        key_file=_key_file(live, desk),
        curve=_or_none(
            desk.ask("curve: secp256k1, stark or ed25519; empty where it is known:", str)
        ),
        network=_or_none(desk.ask("network, as Dfns names it; empty for all:", str)),
        paths=tuple(desk.ask("paths, with a space between them; empty for none:", str).split()),
        expect=tuple(
            desk.ask(
                "the address or public key of each, with a space; empty for none:", str
            ).split()
        ),
    )

    def work() -> None:
        before_keys(look())
        inspect(options, as_json=False)

    told(desk, work)


def verify_transcript(live: Live, desk: Desk) -> None:
    """`ceremony transcript verify`, of a file here or on a stick. Raises what it raises."""
    folder = live.home
    if not live.image.is_sealed:
        mount_chosen(live.init, desk, "in", "the one with the transcript, to be read only")
        folder = live.into
    path = chosen_file(desk, folder, files_in(folder, ".jsonl"), "the transcript")
    told(desk, lambda: show_transcript(path))


def told(desk: Desk, work: Callable[[], None]) -> None:
    """What a command writes, at the desk; what it asks of the keyboard, it asks of the terminal."""
    out = io.StringIO()
    raised: list[CeremonyError] = []

    def aside() -> None:
        try:
            with redirect_stdout(out):
                work()
        except CeremonyError as error:
            # In the screen's own thread nobody would take it.
            raised.append(error)

    desk.aside(aside)
    if raised:
        raise raised[0]
    desk.show(*map(_line, out.getvalue().splitlines()))
    desk.ask("press Enter to go back to the menu:", str)


def _line(text: str) -> Aligned:
    """The cells of a line that a command aligned, aligned here."""
    return columns(*re.split(r" {2,}", text), widths=NAME)


def _key_file(live: Live, desk: Desk) -> str:
    """``-`` for the keyboard, else the file that people choose."""
    if live.image.is_sealed:
        return STANDARD
    answer = desk.choose(
        "where is the key?",
        [
            Choice("typed", "it is typed here, without an echo"),
            Choice("stick", "in a file on a stick, which is mounted to be read only"),
        ],
    )
    if answer == "typed":
        return STANDARD
    mount_chosen(live.init, desk, "in", "the one with the key, to be read only")
    return chosen_file(desk, live.into, files_in(live.into, ""), "the key")


def _format(text: str) -> str:
    if text in FORMATS:
        return text
    near = get_close_matches(text, FORMATS, 6, 0.4)
    raise CeremonyError(
        Failure.USAGE,
        f"there is no format {printable(text)}",
        hint=f"near are: {', '.join(near)}" if near else f"the formats: {', '.join(FORMATS)}",
    )


def _or_none(text: str) -> str | None:
    return text or None
