"""ceremony-relay: the online side, between Dfns and the air gap."""

import argparse
import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ceremony.desk.cli_parser import Parser, add_version, examples
from ceremony.desk.cli_screen import add_desk, desk_options
from ceremony.desk.cli_shell import add_shell
from ceremony.desk.command import run as run_program
from ceremony.errors import CeremonyError, Failure

if TYPE_CHECKING:
    from ceremony.relay.configuration import Configuration

PROGRAM = "ceremony-relay"

DESCRIPTION = """\
The online half of a ceremony: it sends the signers that Dfns names, and posts the imports
and exports that the laptop built, exactly as they are and never twice. Before each post
it shows the whole request, and people type words of its digest. docs/relay.md says what
to do after each failure.
"""

CONFIGURATION = """\
configuration: DFNS_API_URL, DFNS_AUTH_TOKEN, DFNS_CRED_ID and DFNS_PRIVATE_KEY (PEM, or
the path to one), all four from one place: the file of --env if it is given, else the
environment if it has any of them, else .env in the working directory. Plain http is for
this machine only, and makes a rehearsal; https is production. DFNS_ORG_ID may pin the
organisation; DFNS_HOST_CONFIRMED names an https host that Dfns does not document.
"""

EXAMPLES = {
    "check": f"{PROGRAM} check plan.toml --env .env\n{PROGRAM} check --link",
    "run": f"{PROGRAM} run --env .env --journal journal.sqlite --by /media/stick --plan plan.toml",
    "signers": f"{PROGRAM} signers --env .env --out signers.json",
    "journal": f"{PROGRAM} journal show --journal journal.sqlite",
    "show": f"{PROGRAM} journal show --journal journal.sqlite",
    "recover": f"{PROGRAM} journal recover --journal journal.sqlite --entry 3 --out answer.json",
}
BY_HELP = "light, for screen and camera; or a folder; light:FOLDER is that of rehearsals, simulated"
CAMERA_HELP = "by light: a camera's name, its device, or a file or folder of pictures instead"
DISPLAY_HELP = "by light: window, or a framebuffer such as /dev/fb0"
LINK_HELP = "by light: the file with the pace that `ceremony-relay check --link` kept"

RESUME_HELP = "by light: bring back what the laptop said before its power went, for its `resume`"
REHEARSAL_HELP = "rehearse the plan with fresh keys, at the sandbox that wrote this table"


@cache
def build_parser() -> Parser:
    """The parser of all commands, which is made once: what a run sets in it, the next sets too."""
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=f"{CONFIGURATION}\n{examples(*EXAMPLES.values())}",
    )
    add_version(parser, PROGRAM)
    env_help = "the file with the DFNS_* names"
    parser.add_argument("--env", metavar="FILE", help=env_help)
    # Also after the command's name, where people put it.
    common = Parser(add_help=False)
    common.add_argument("--env", metavar="FILE", default=argparse.SUPPRESS, help=env_help)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    running = _command(
        commands, "run", "the online half of a ceremony, until it closes", parents=[common]
    )
    add = running.add_argument
    add("--journal", required=True, metavar="FILE", help="what was posted; made if there is none")
    add("--by", required=True, metavar="MEDIUM", help=BY_HELP)
    add("--camera", default="", metavar="NAME", help=CAMERA_HELP)
    add("--display", default="", metavar="NAME", help=DISPLAY_HELP)
    add("--link", default="", metavar="FILE", help=LINK_HELP)
    add("--plan", metavar="PLAN", help="the plan: requests of another are refused")
    add("--rehearsal", metavar="SANDBOX.toml", help=REHEARSAL_HELP)
    add("--files", default=".", metavar="FOLDER", help="for what the laptop delivers (default: .)")
    add("--resume", action="store_true", help=RESUME_HELP)
    add_desk(running)
    running.set_defaults(handler=_run)

    checking = _command(
        commands,
        "check",
        "days before: what a plan will meet at Dfns, read only, and the link with the laptop",
        parents=[common],
    )
    checking.add_argument("plan", metavar="PLAN", nargs="?", help="the plan's file")
    checking.add_argument(
        "--link",
        nargs="?",
        const="link.toml",
        metavar="FILE",
        help="answer `ceremony check` on the laptop, without a plan; a new file for the pace "
        "that it finds (link.toml)",
    )
    out_help = "with --link: a new file for the page to keep, .html or .pdf"
    checking.add_argument("--out", metavar="FILE", help=out_help)
    checking.add_argument("--camera", default="", metavar="NAME", help=CAMERA_HELP)
    checking.add_argument("--display", default="", metavar="NAME", help=DISPLAY_HELP)
    add_desk(checking)
    checking.set_defaults(handler=_check)

    signers = _command(
        commands,
        "signers",
        "what Dfns names as signers, for a second host's look",
        parents=[common],
    )
    signers.add_argument("--out", required=True, metavar="SIGNERS.json", help="a new file")
    signers.add_argument("--cluster", metavar="ID", help="which cluster, if Dfns has several")
    signers.set_defaults(handler=_signers)
    _journal(commands)
    add_shell(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[Parser]", name: str, text: str, **more: Any
) -> Parser:
    description = f"{text[0].upper()}{text[1:]}."
    example = examples(EXAMPLES[name])
    return commands.add_parser(name, help=text, description=description, epilog=example, **more)


def _journal(commands: "argparse._SubParsersAction[Parser]") -> None:
    journal = _command(commands, "journal", "read a journal, of a broken or older run too")
    parts = journal.add_subparsers(title="commands", metavar="COMMAND", required=True)
    show = _command(parts, "show", "list what was posted and what is kept")
    recover = _command(parts, "recover", "write a kept answer out again")
    for parser in (show, recover):
        parser.add_argument("--journal", required=True, metavar="FILE", help="it is only read")
    recover.add_argument("--out", required=True, metavar="FILE", help="a new file; - for stdout")
    recover.add_argument(
        "--entry",
        type=int,
        metavar="N",
        help="its number in the list, if more than one answer is kept",
    )
    show.set_defaults(handler=_show)
    recover.set_defaults(handler=_recover)


# The handlers are imported when they are called: --help needs no SDK.


def _configuration(options: argparse.Namespace) -> "Configuration":
    from ceremony.relay.configuration import read_configuration

    return read_configuration(options.env, os.environ)


def _run(options: argparse.Namespace) -> None:
    from ceremony.relay.running import RunOptions, run

    chosen = RunOptions(
        options.journal,
        options.by,
        options.files,
        options.plan,
        options.rehearsal,
        options.camera,
        options.display,
        desk_options(options),
        options.link,
        options.resume,
    )
    run(chosen, _configuration(options))


def _check(options: argparse.Namespace) -> None:
    if (options.plan is None) == (options.link is None):
        raise CeremonyError(
            Failure.USAGE,
            "`check` takes a plan, for what Dfns says of it, or --link, for the link",
            hint=f"see {PROGRAM} check --help",
        )
    if options.out is not None and options.link is None:
        raise CeremonyError(
            Failure.USAGE,
            "--out is for the page of the link test, which goes with --link",
            hint=f"see {PROGRAM} check --help",
        )
    if options.link is not None:
        from ceremony.relay.link_check import LinkCheckOptions, check_link

        chosen = LinkCheckOptions(
            options.camera, options.display, options.link, options.out, desk_options(options)
        )
        check_link(chosen)
        return
    from ceremony.relay.checking import CheckOptions, check

    check(CheckOptions(options.plan), _configuration(options))


def _signers(options: argparse.Namespace) -> None:
    from ceremony.relay.commands import SignersOptions, signers

    chosen = SignersOptions(options.out, options.cluster)
    signers(chosen, _configuration(options))


def _show(options: argparse.Namespace) -> None:
    from ceremony.relay.recovery import show

    show(options.journal)


def _recover(options: argparse.Namespace) -> None:
    from ceremony.relay.recovery import RecoverOptions, recover

    recover(RecoverOptions(options.journal, options.out, options.entry))


def main(arguments: Sequence[str] | None = None) -> int:
    """The console entry point; gives the exit status."""
    return run_program(PROGRAM, build_parser(), arguments)


if __name__ == "__main__":
    raise SystemExit(main())
