"""How a ceremony of the live image's menu is held: which plans, over which medium, what is kept."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ceremony.desk.port import Desk
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.files import read_file, write_file
from ceremony.media.folder import Folder
from ceremony.media.light import Light
from ceremony.media.opening import LIGHT
from ceremony.offline.ceremonies import CeremonyOptions
from ceremony.offline.live_entries import Live
from ceremony.offline.live_sticks import carried, mounted
from ceremony.offline.sealed_image import leaves
from ceremony.record.plan import Plan

COMPARED = Control(
    "ENV-IMAGE", "the live image holds production when people compared its hash with a paper"
)


def admitted(live: Live, kind: str, options: CeremonyOptions) -> Callable[[Plan], None]:
    """What refuses a plan that is not to be held here and so, before anything else is asked."""

    def admit(plan: Plan) -> None:
        production = plan.environment == "production" and options.rehearsal is None
        if production and not live.compared:
            raise COMPARED.refusal(
                Failure.MACHINE,
                "this is a plan for production, and nobody compared the image's words with a paper",
                hint="power off, and boot again with the paper at hand; or rehearse",
            )
        if production and kind == "rehearse":
            raise CeremonyError(
                Failure.PLAN,
                "this is a plan for production, and a rehearsal was chosen",
                hint="choose import or export; for a rehearsal start the relay with a plan for "
                "the sandbox",
            )
        clear = [one for one in plan.exports if not leaves(one)]
        if options.by != LIGHT and clear:
            raise CeremonyError(
                Failure.PLAN,
                f"{printable(clear[0].label)} comes out as {clear[0].form}, and the stick that it "
                "would be written to is carried to the online computer",
                hint="hold it by light, or plan age, keystore-v3 or pkcs8",
            )

    return admit


OpenMedium = Callable[..., AbstractContextManager[Folder | Light]]
"""As ``medium_of``."""


def media_of(live: Live, opened: OpenMedium) -> OpenMedium:
    """As ``opened`` for light; a stick is mounted and put away as it is carried."""

    @contextmanager
    def medium(options: CeremonyOptions, desk: Desk, *, resumed: bool) -> Iterator[Folder | Light]:
        if options.by == LIGHT:
            with opened(options, desk, resumed=resumed) as light:
                yield light
        else:
            yield carried(live.init, desk, options.by)

    return medium


def keep_transcripts(
    live: Live, options: CeremonyOptions, told: Callable[[CeremonyError], None]
) -> None:
    """Of a ceremony by stick: its transcripts, as far as they go, onto it, if it is there."""
    if options.by == LIGHT or not mounted(live.init.root, "out")[0]:
        return
    transcript = Path(options.transcript)
    for path in (transcript.with_name(f"before-{transcript.name}"), transcript):
        if path.exists():
            data = read_file(str(path), "the transcript")
            try:
                write_file(str(live.out / path.name), data, "the transcript")
            except CeremonyError as error:
                told(error)
