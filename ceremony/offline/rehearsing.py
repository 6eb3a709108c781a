"""`--rehearsal SANDBOX.toml`: a plan's ceremony on the real machines, with fresh keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ceremony.desk.port import Desk
from ceremony.entropy import system_random
from ceremony.keys.new import new_key
from ceremony.media.folder import Folder
from ceremony.media.light import Light
from ceremony.offline.ceremonies import CeremonyOptions, House, open_room, watched
from ceremony.offline.fresh_keys import make_fresh_keys, rehearse_plan, taken_up
from ceremony.offline.resuming import Kept, resume_ceremony
from ceremony.offline.room import Enter, Outcome, Room
from ceremony.offline.source_entry import enter_source
from ceremony.record.plan import Dfns, Plan

MARK = (
    "THIS IS A REHEARSAL: fresh keys take the place of the plan's, and a sandbox that of Dfns.",
    "Nothing that is imported or exported here is a key of the plan.",
)


def run_rehearsal(
    options: CeremonyOptions,
    house: House,
    plan: Plan,
    place: Dfns,
    desk: Desk,
    folder: Folder | Light,
    *,
    resumed: bool,
) -> Outcome:
    """The plan's ceremony, or the rest of it, as ``rehearse_plan`` does it."""
    desk.show(*MARK)
    if resumed:
        again = taken_up(plan, place, folder)
        if plan.is_export and not again.is_export:
            desk.show("only the import before the export is taken up: start `ceremony export` next")
        with open_room(options, house, desk, folder, again, enter_source) as room:
            return watched(room, lambda: resume_ceremony(room, folder))

    @contextmanager
    def rooms(planned: Plan, enter: Enter, name: str) -> Iterator[tuple[Room, Kept]]:
        # The import before an export has a transcript beside that of the export.
        before = plan.is_export and name == "import"
        path = Path(options.transcript)
        transcript = str(path.with_name(f"before-{path.name}")) if before else str(path)
        its = replace(options, transcript=transcript)
        if before:
            desk.show("first the import of one fresh key for each key of the plan")
        with open_room(its, house, desk, folder, planned, enter) as room:
            yield room, folder

    keys = make_fresh_keys(plan, lambda curve: new_key(curve, system_random))
    return rehearse_plan(plan, place, keys, rooms, watched)
