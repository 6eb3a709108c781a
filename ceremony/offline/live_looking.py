"""The live image's entries that look at one thing: a key, or a transcript."""

import io
import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import partial

from ceremony.desk.lines import Aligned, columns
from ceremony.desk.passphrase import known_passphrase
from ceremony.desk.port import Choice, Desk
from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import STANDARD, read_secret
from ceremony.keys.format_table import FORMATS
from ceremony.machine import Facts
from ceremony.offline.before_keys import before_keys
from ceremony.offline.inspecting import inspect
from ceremony.offline.lists import show_transcript
from ceremony.offline.live_entries import Live, chosen_file, files_in
from ceremony.offline.live_sticks import mount_chosen
from ceremony.offline.source_entry import SEVERAL_LINES, SLIP39
from ceremony.offline.source_options import SourceOptions
from ceremony.offline.sources import Typed
from ceremony.offline.word_lists import WORD_LISTS
from ceremony.secret import Secret

WIDTHS = (10, 15, 15, 15)
"""Of the name in front of what a command tells, and of the words of a fingerprint."""

BACK = "press Enter to go back to the menu:"


def inspect_key(live: Live, desk: Desk, look: Callable[[], Facts]) -> None:
    """`ceremony inspect`, asked for and told at the desk. Raises what it raises."""
    name = desk.ask("the key's format, as docs/keys-in.md names it:", _format)
    options = SourceOptions(
        format=name,
        key_file=_key_file(live, desk),
        curve=_or_none(desk, "curve: secp256k1, stark or ed25519; empty where it is known:"),
        network=_or_none(desk, "network, as Dfns names it; empty for all:"),
        paths=tuple(desk.ask("paths, with a space between them; empty for none:", str).split()),
        expect=tuple(desk.ask("address or public key of each; empty for none:", str).split()),
    )
    before_keys(look(), desk.show)
    text = io.StringIO()
    inspect(options, as_json=False, typed=_typed(desk, name), to=text)
    _tell(desk, text)


def verify_transcript(live: Live, desk: Desk) -> None:
    """`ceremony transcript verify`, of a file here or on a stick. Raises what it raises."""
    folder = live.home
    if not live.image.is_sealed and _on_a_stick(desk):
        mount_chosen(live.init, desk, "in", "the one with the transcript, to be read only")
        folder = live.into
    path = chosen_file(desk, folder, files_in(folder, ".jsonl"), "the transcript")
    text = io.StringIO()
    show_transcript(path, text)
    _tell(desk, text)


def _on_a_stick(desk: Desk) -> bool:
    answer = desk.choose(
        "where is the transcript?",
        [
            Choice("here", "in this laptop's memory, of a ceremony since it was powered on"),
            Choice("stick", "on a stick, which is mounted to be read only"),
        ],
    )
    return answer == "stick"


def _tell(desk: Desk, text: io.StringIO) -> None:
    """What a command would write, at the desk."""
    desk.show(*map(_line, text.getvalue().splitlines()))
    desk.ask(BACK, str)


def _line(text: str) -> Aligned:
    """The cells of a line that a command aligned, aligned here."""
    return columns(*re.split(r" {2,}", text), widths=WIDTHS)


def _typed(desk: Desk, format_name: str) -> Typed:
    """What a command asks of its terminal, asked at the desk."""
    answer = desk.choose(
        "is there a passphrase besides?",
        [Choice("no", "no, or the file itself says so"), Choice("yes", "yes: it is asked for")],
    )
    return Typed(
        partial(_key, desk, format_name), partial(_passphrase, desk), has_passphrase=answer == "yes"
    )


def _key(desk: Desk, format_name: str, path: str) -> Secret:
    if path != STANDARD:
        return read_secret(path, "the key file")
    prompt = f"the {format_name}:"
    if (known := WORD_LISTS.get(format_name)) is not None:
        return desk.words(prompt, known.counts, known.whole)
    return desk.secret(prompt, lines=format_name in (*SEVERAL_LINES, *SLIP39))


def _passphrase(desk: Desk, path: str | None) -> Secret:
    if path is not None:
        return known_passphrase(path, "the key")
    return desk.secret("passphrase of the key:")


def _key_file(live: Live, desk: Desk) -> str:
    """``-`` for the keyboard, else the file that people choose."""
    if live.image.is_sealed:
        return STANDARD
    answer = desk.choose(
        "where is the key?",
        [
            Choice("typed", "it is typed here, and not shown"),
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


def _or_none(desk: Desk, question: str) -> str | None:
    return desk.ask(question, str) or None
