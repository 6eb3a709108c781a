"""``journal show`` and ``journal recover``: no configuration, no lock, nothing is changed."""

import sys
from dataclasses import dataclass

from ceremony.desk.lines import shown
from ceremony.errors import printable
from ceremony.files import check_absent, write_file
from ceremony.message import digest
from ceremony.relay.console import tell
from ceremony.relay.reading import Kept, Posted, choose, read_contents
from ceremony.relay.show import time_text

MAX_LINE = 300


@dataclass(frozen=True, slots=True)
class RecoverOptions:
    """``out`` is a new file; ``entry`` is a number of the list, or None for the only one."""

    journal: str
    out: str
    entry: int | None


def show(journal: str) -> None:
    """Every entry, to standard output; answers have the numbers that recover takes."""
    contents = read_contents(journal)
    numbers = {id(kept): i for i, kept in enumerate(contents.kept(), 1)}
    _say(f"journal {journal}, version {contents.version}, of {contents.belongs}")
    for post in contents.posts:
        for line in _post_lines(post):
            _say(line)
        for kept in post.answers:
            _say(_kept_line(kept, numbers[id(kept)]))
    for title, others in (("messages", contents.messages), ("beside it", contents.beside)):
        for kept in others:
            _say(f"{title}: {kept.what}")
            _say(_kept_line(kept, numbers[id(kept)]))
    for request, judged in contents.controls.items():
        _say(f"controls of request {request.hex()}" if request else "controls of the runs")
        passed = list(dict.fromkeys(one.control for one in judged if one.refused is None))
        if passed:
            _say(f"  passed: {', '.join(passed)}")
        for one in judged:
            if one.refused is not None:
                _say(f"  refused: {one.control}: {one.refused}")
    _say(f"{len(contents.posts)} posts, {len(numbers)} kept answers")
    for trouble in contents.troubles:
        tell(printable(f"warning: {trouble}", MAX_LINE))


def recover(options: RecoverOptions) -> None:
    """A kept answer, byte for byte, to a new file."""
    check_absent(options.out, "the answer")
    contents = read_contents(options.journal)
    number, kept = choose(contents, options.entry)
    write_file(options.out, kept.answer, "the answer")
    tell(printable(f"entry {number}: {kept.what}", MAX_LINE))
    tell(f"{len(kept.answer)} bytes, SHA-256 {digest(kept.answer).hex()}")
    for trouble in contents.troubles:
        tell(printable(f"warning: {trouble}", MAX_LINE))


def _post_lines(post: Posted) -> list[str]:
    ended = "not ended" if post.ended_at is None else f"ended {time_text(post.ended_at)}"
    lines = [
        f"{post.job.action} of {post.job.subject}: {post.state}",
        f"  posted {time_text(post.posted_at)}, {post.attempts} times; {ended}",
        f"  request SHA-256 {post.job.request.hex()}",
        f"  body SHA-256 {post.job.body.hex()}",
    ]
    if post.sealed:
        lines.append("  its user action is kept, sealed")
    if post.error:
        lines.append(f"  {post.error}")
    return lines


def _kept_line(kept: Kept, number: int) -> str:
    when = "" if kept.at is None else f", {time_text(kept.at)}"
    size, value = len(kept.answer), digest(kept.answer).hex()
    return f"  entry {number}: {size} bytes, SHA-256 {value}{when}"


def _say(line: str) -> None:
    sys.stdout.write(shown(line, MAX_LINE) + "\n")
