"""What an export gave, opened and compared with the keys that went in."""

from pathlib import Path

from ceremony.desk.scripted import ScriptedDesk
from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_secret
from ceremony.keys.forms import OutOptions, Output, read_form
from ceremony.offline.fresh_keys import FreshKeys
from ceremony.record.plan import ExportKey, Plan
from ceremony.record.rehearsal_plan import rehearsal_name
from ceremony.rehearsal.stage import Stage
from ceremony.secret import Secret

SHUT = ("age", "qr")
"""Forms that no rehearsal opens: the recipients' identities are elsewhere, and a picture is
for a camera. The ceremony itself compared the key with the expected public key."""


def tell_what_came_back(
    stage: Stage, plan: Plan, keys: FreshKeys, folder: Path, desk: ScriptedDesk
) -> None:
    """One line for each key. Raises ``key`` for one that is another than went in."""
    if not plan.is_export:
        stage.step(f"{len(plan.imports)} keys went in, and the receipt is as expected")
        return
    for key in plan.exports:
        curve = keys.by_label[key.label].curve
        if key.form in SHUT:
            stage.step(f"{key.label}: {curve}: its public key came back, in a file of {key.form}")
            continue
        options = OutOptions(passphrase=_passphrase(desk, key), network=key.network)
        found = read_form(key.form, _files(folder, key), curve, options)
        if not found.secret_scalar.matches(keys.by_label[key.label].secret_scalar):
            raise CeremonyError(
                Failure.KEY,
                f"the rehearsal failed, {key.label}: another key came back than went in",
                hint="report it: the programs of this release must not be used",
            )
        stage.step(f"{key.label}: {curve}: the same key came back, from {key.form}")
    stage.step(f"{len(plan.exports)} keys went in and came back")


def _files(folder: Path, key: ExportKey) -> tuple[Output, ...]:
    names = [rehearsal_name(name) for name in key.to]
    return tuple(
        Output(name, read_secret(str(folder / name), "the exported key"), clear=True)
        for name in names
    )


def _passphrase(desk: ScriptedDesk, key: ExportKey) -> Secret | None:
    """What the custodians wrote on paper for the file of this key, if anything."""
    end = f" of {key.label}:"
    return next((s for text, s in desk.revealed.items() if text.endswith(end)), None)
