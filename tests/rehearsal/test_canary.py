"""No secret of a rehearsal is in anything that it shows, sends, writes down or keeps."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony.entropy import system_random
from ceremony.errors import CeremonyError
from ceremony.keys.material import KeyMaterial
from ceremony.keys.new import new_key
from ceremony.optics.pictures import decode_pictures
from ceremony.optics.worker_process import WorkerProcess
from ceremony.record.plan_file import parse_plan
from ceremony.rehearsal.rehearse import Rehearsal, RehearseOptions, keep_frames
from ceremony.rehearsal.stage import Stage
from ceremony.secret import Secret
from tests.support.rehearsal_plans import EXPORT


def forms(secret: Secret) -> Iterator[bytes]:
    """How a secret might be written: itself, in hex, in base64, and as a decimal number."""
    value = secret.reveal()
    yield value
    yield value.hex().encode()
    yield value.hex().upper().encode()
    yield base64.b64encode(value).rstrip(b"=")
    yield str(int.from_bytes(value, "big")).encode()


def read_frames(folder: Path) -> bytes:
    """The message in a folder of frames. Raises whatever a frame is lost by."""

    def never_lost(error: CeremonyError) -> None:
        raise error

    with WorkerProcess() as worker:
        return decode_pictures([folder], lambda _: None, never_lost, worker)


def test_no_secret_is_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made: list[KeyMaterial] = []

    def make(curve: str) -> KeyMaterial:
        made.append(new_key(curve, system_random))
        return made[-1]

    data = EXPORT.encode()
    (tmp_path / "plan.toml").write_bytes(data)
    with Stage() as stage, Rehearsal(tmp_path, RehearseOptions(), parse_plan(data), stage) as one:
        one.play(make)
        shown = [text for desk in one.desks for text in desk.shown]
        shown += [str(row) for desk in one.desks for table in desk.tables for row in table.rows]
        passphrases = [secret for desk in one.desks for secret in desk.revealed.values()]
    keep_frames(tmp_path)
    assert len(made) == 3
    assert len(passphrases) == 2, "of the state and of the keystore"

    everything = {
        "the output": capsys.readouterr().out.encode(),
        "the desk": "\n".join(shown).encode(),
    }
    everything |= {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    folders = list((tmp_path / "frames").iterdir())
    everything |= {f"frames of {folder}": read_frames(folder) for folder in folders}
    assert len(folders) == 12, "every message of both ceremonies; the plan is one message"
    assert any(name.endswith("relay.log") for name in everything)

    scalars = [key.secret_scalar for key in made] + [key.seed for key in made if key.seed]
    secrets = [*(form for scalar in scalars for form in forms(scalar))]
    secrets += [passphrase.reveal() for passphrase in passphrases]
    for name, content in everything.items():
        assert not [s for s in secrets if s in content], name
