"""`ceremony formats`, `networks` and `transcript`: what is known here, and what was recorded."""

import argparse

from ceremony.desk.cli_parser import Parser, add_command, add_group

VERIFY = "ceremony transcript verify transcript.jsonl"


def add_lists(commands: "argparse._SubParsersAction[Parser]") -> None:
    for name, handler, text in (
        ("formats", _formats, "list the formats of keys that are read and written"),
        ("networks", _networks, "list the networks, their curves and their kinds of address"),
    ):
        parser = add_command(commands, name, handler, text, f"ceremony {name} --json")
        parser.add_argument("--json", action="store_true", help="for scripts")
    parts = add_group(commands, "transcript", "look at the transcript of a ceremony", VERIFY)
    text = "check that no line was changed, and show the fingerprint"
    add = add_command(parts, "verify", _verify, text, VERIFY).add_argument
    add("file", metavar="FILE", help="the transcript")


def _formats(options: argparse.Namespace) -> None:
    from ceremony.offline.lists import show_formats

    show_formats(as_json=options.json)


def _networks(options: argparse.Namespace) -> None:
    from ceremony.offline.lists import show_networks

    show_networks(as_json=options.json)


def _verify(options: argparse.Namespace) -> None:
    from ceremony.offline.lists import show_transcript

    show_transcript(options.file)
