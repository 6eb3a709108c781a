"""`ceremony-relay check --link`: the other half of the link test that `ceremony check` begins.

It needs no Dfns, no token, no plan and no key.
"""

from dataclasses import dataclass

from ceremony.desk.port import Desk
from ceremony.desk.screen import WHAT_FITS, DeskOptions, at_desk
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure, counted, printable
from ceremony.files import check_absent, write_file
from ceremony.media.check_page import RELAY, check_page
from ceremony.media.light_check import STEPS, LightRoom, check_light, keep_pace, light_room
from ceremony.media.link_facts import problems_in
from ceremony.record.printing import check_suffix, script_bytes
from ceremony.version import version_text

TITLE = "check of the link with the laptop"
LEAVING = "nothing is kept: start `ceremony-relay check --link` again"


@dataclass(frozen=True, slots=True)
class LinkCheckOptions:
    """``camera`` and ``display`` as in ``LightOptions``; ``link`` is a new file for the pace,
    ``out`` one for the page, None for none.
    """

    camera: str
    display: str
    link: str
    out: str | None = None
    desk: DeskOptions = WHAT_FITS


def check_link(options: LinkCheckOptions) -> None:
    """Raises ``configuration`` where something has to be put right, ``file`` and ``usage``."""
    if options.out is not None:
        check_suffix(options.out)
        check_absent(options.out, "the page")
    check_absent(options.link, "the link's file")

    def at(desk: Desk) -> None:
        hold_link_check(light_room(options.camera, options.display, desk, system_random), options)

    at_desk(options.desk, LEAVING, at)


def hold_link_check(room: LightRoom, options: LinkCheckOptions) -> None:
    """All of it at the room's desk. Raises as ``check_link`` does."""
    room.desk.open(TITLE, "check", STEPS)
    found = check_light(room, "second")
    keep_pace(found.pace, options.link, room.desk)
    if options.out is not None:
        page = check_page(found.sections, version_text(), found.pace, RELAY)
        write_file(options.out, script_bytes(page, options.out), "the page")
        room.desk.show(f"the page to print and to keep with the plan: {printable(options.out)}")
    wrong = problems_in(found.sections)
    if wrong:
        raise CeremonyError(
            Failure.CONFIGURATION,
            f"the check found {counted(wrong, 'problem')}",
            hint="put each right (docs/check.md says how), and check again",
        )
    room.desk.show("all of it will do")
