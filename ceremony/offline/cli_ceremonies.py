"""The commands of a ceremony: `ceremony import`, `export` and `resume`."""

import argparse
from dataclasses import replace

from ceremony.desk.cli_parser import Handler, Parser, add_command
from ceremony.desk.cli_screen import add_desk, desk_options

TEXTS = {
    "import": "the ceremony that moves keys into Dfns, by a plan",
    "export": "the ceremony that takes keys out of Dfns, by a plan",
    "resume": "take a ceremony up again whose request has left",
}

BY_HELP = "light, for screen and camera, or the folder that is carried across"
CAMERA_HELP = "by light: a camera's name, its device, or a file or folder of pictures instead"
DISPLAY_HELP = "by light: window, or a framebuffer such as /dev/fb0"
LINK_HELP = "by light: the file with the pace that `ceremony check` kept"

REHEARSAL_HELP = "the plan's ceremony with fresh keys, at the sandbox that wrote this table"


def add_ceremonies(commands: "argparse._SubParsersAction[Parser]") -> None:
    for name, text in TEXTS.items():
        example = f"ceremony {name} plan.toml --by /media/stick --transcript {name}.jsonl"
        parser = add_command(commands, name, _ceremony(f"run_{name}"), text, example)
        add = parser.add_argument
        add("plan", metavar="PLAN", nargs="?", help="the plan's file; else the relay's is taken")
        add("--by", required=True, metavar="MEDIUM", help=BY_HELP)
        add("--camera", default="", metavar="NAME", help=CAMERA_HELP)
        add("--display", default="", metavar="NAME", help=DISPLAY_HELP)
        add("--link", default="", metavar="FILE", help=LINK_HELP)
        add("--files", default=".", metavar="FOLDER", help="for the laptop's own files")
        add("--transcript", required=True, metavar="FILE", help="a new file, one for each run")
        add("--rehearsal", metavar="SANDBOX.toml", help=REHEARSAL_HELP)
        add_desk(parser)


def _ceremony(function: str) -> Handler:
    def call(options: argparse.Namespace) -> None:
        from ceremony.offline import ceremonies

        chosen = ceremonies.CeremonyOptions(
            options.plan,
            options.by,
            options.files,
            options.transcript,
            options.rehearsal,
            options.camera,
            options.display,
            desk_options(options),
            options.link,
        )
        house = replace(ceremonies.HOUSE, self_tests=options.self_tests, work=options.work)
        getattr(ceremonies, function)(chosen, house)

    return call
