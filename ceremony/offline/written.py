"""Files that an earlier attempt of an export wrote: they count when they hold the key."""

from collections.abc import Sequence

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import WRITTEN
from ceremony.keys.forms import FORMS, OutOptions, Output, read_form, write_form
from ceremony.keys.material import KeyMaterial
from ceremony.offline.key_files import file_content
from ceremony.offline.room import Room
from ceremony.record.plan import ExportKey

SHUT = "age"
"""The form that this laptop cannot open: the recipients' identities are elsewhere."""

PICTURE = "qr"
"""The form that is compared as it is: the same key gives the same picture."""


def check_places(room: Room) -> None:
    """No file of the plan's keys is there before its export is asked for. Raises ``file``.

    A medium that is put in later is looked at when its file is written.
    """
    there = [name for key in room.plan.exports for name in key.to if room.exists(name)]
    if there:
        raise WRITTEN.refusal(
            Failure.FILE,
            f"{_names(there)} exists already, and an exported key is to be written there",
            hint="nothing is overwritten: move it away, and start again",
        )


def written_before(room: Room, planned: ExportKey, key: KeyMaterial) -> bool:
    """Whether the key's files are all there, and hold it; False where there are none.

    Raises ``file`` for others.
    """
    there = [name for name in planned.to if room.exists(name)]
    if not there:
        return False
    if there != list(planned.to):
        raise WRITTEN.refusal(
            Failure.FILE,
            f"{planned.label}: {_names(there)} exists, and the others do not",
            hint="shares of two splits do not fit together: move these files away, and all are "
            "made again",
        )
    if not _hold(room, planned, key):
        raise WRITTEN.refusal(
            Failure.FILE,
            f"{planned.label}: {_names(there)} exists, and it is not shown that the key is in it",
            hint="nothing is overwritten: move it away, and it is written again",
        )
    return True


def _hold(room: Room, planned: ExportKey, key: KeyMaterial) -> bool:
    """Read back by the form's own reader; what cannot be opened holds nothing."""
    if planned.form == SHUT:
        return False
    outputs = tuple(Output(name, room.read(name), clear=False) for name in planned.to)
    if planned.form == PICTURE:
        (made,) = write_form(PICTURE, key, OutOptions(), room.random)
        return file_content(PICTURE, made).matches(outputs[0].content)
    passphrase = (
        room.desk.secret(f"passphrase of {planned.to[0]}, which was written before:")
        if "passphrase" in FORMS[planned.form].needs
        else None
    )
    options = OutOptions(passphrase=passphrase, network=planned.network)
    try:
        return key.secret_scalar.matches(
            read_form(planned.form, outputs, key.curve, options).secret_scalar
        )
    except CeremonyError as error:
        room.desk.error(error)
        return False


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(printable, names))
