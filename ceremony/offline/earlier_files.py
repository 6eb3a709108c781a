"""Files that lie where an exported key is to be written: of a first attempt, or of anybody.

Whoever believes a file by its name takes one of another ceremony for the key, and destroys
the sealed state that alone could still open the answer.
"""

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.keys.forms import FORMS, OutOptions, Output, read_form, write_form
from ceremony.keys.material import KeyMaterial
from ceremony.offline.room import Room
from ceremony.optics.still import check_still
from ceremony.record.plan import ExportKey

AGE, QR = "age", "qr"

AWAY = "move it away, then `ceremony resume`: the key is recovered again and written anew"


def check_nothing_there(room: Room) -> None:
    """Before anything is asked for: no file of the plan exists. Raises ``file``."""
    for planned in room.plan.exports:
        for name in planned.to:
            if room.exists(name):
                raise CeremonyError(
                    Failure.FILE,
                    f"{printable(name)}, where {planned.label} is to be written, exists already",
                    hint="move it away; a ceremony whose request has left is taken up by "
                    "`ceremony resume`",
                )


def check_earlier_files(room: Room, planned: ExportKey, key: KeyMaterial) -> None:
    """All files of the key exist, and they hold it. Raises ``file``, ``cancelled``."""
    names = ", ".join(map(printable, planned.to))
    if planned.form == AGE:
        raise CeremonyError(
            Failure.FILE, f"{names} exists, and only a recipient can open it", hint=AWAY
        )
    needs_word = "passphrase" in FORMS[planned.form].needs
    word = room.desk.secret(f"passphrase of {names}:") if needs_word else None
    try:
        if not _holds(room, planned, key, OutOptions(passphrase=word, network=planned.network)):
            raise _other(names)
    except CeremonyError as error:
        if error.failure is Failure.CANCELLED:
            raise
        raise _other(names) from None


def _holds(room: Room, planned: ExportKey, key: KeyMaterial, options: OutOptions) -> bool:
    files = [Output(name, room.read(name), clear=False) for name in planned.to]
    if planned.form == QR:
        (output,) = write_form(QR, key, options, room.random)
        check_still(files[0].content.reveal(), output.content)
        return True
    found = read_form(planned.form, tuple(files), key.curve, options)
    return found.secret_scalar.matches(key.secret_scalar)


def _other(names: str) -> CeremonyError:
    return CeremonyError(Failure.FILE, f"{names} exists, and this key is not in it", hint=AWAY)
