"""`ceremony recombine --format slip39`: each share in a place of its own, all or none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ceremony.entropy import system_random
from tests.support.exports import SHARE_FILES, SHARES, Exported
from tests.support.invoking import Ceremony, contents
from tests.support.keyboards import Places

ROOT = Path(__file__).parents[2]
FIVE = ("--format", "slip39", "--shares", "5", "--threshold", "3")
IN_THE_CLEAR = "this is the key in the clear"


def test_no_share_is_written_if_one_file_exists(ceremony: Ceremony, exported: Exported) -> None:
    given = (*exported("secp256k1"), *FIVE, *SHARES)
    for name in SHARE_FILES:
        Path(name).write_text("there before")
        assert f"the key file {name} exists already" in ceremony.refuses(*given).err
        Path(name).unlink()


def test_no_share_is_written_if_one_file_appears(ceremony: Ceremony, exported: Exported) -> None:
    given = (*exported("secp256k1"), *FIVE, *SHARES)

    def slow(size: int) -> bytes:
        """Randomness is taken when the shares are made, which is after the look at the files."""
        Path("out-4.key").write_text("just now")
        return system_random(size)

    ceremony.random = slow
    before = contents()
    assert ceremony.run(*given).status == 1
    assert contents() == before | {"out-4.key": b"just now"}


def test_a_passphrase_keeps_shares_that_lie_together(
    ceremony: Ceremony, exported: Exported
) -> None:
    given = (*exported("secp256k1"), *FIVE, *SHARES, "--new-passphrase-file", "phrase")
    said = ceremony.does(*given).err
    assert "5 of the 5 shares are on one medium; 3 give the key" in said
    assert IN_THE_CLEAR not in said
    Path("again").write_bytes(b"".join(Path(name).read_bytes() for name in SHARE_FILES[:3]))
    source = ("--key-file", "again", "--format", "slip39-key", "--curve", "secp256k1")
    public_key = given[given.index("--public-key") + 1]
    read = ("inspect", *source, "--expect", public_key)
    ceremony.does(*read, "--passphrase-file", "phrase")
    assert ceremony.run(*read).status == 1


def test_a_labelled_file_shows_its_shape(ceremony: Ceremony, exported: Exported) -> None:
    ceremony.does(*exported("stark"), *FIVE, *SHARES)
    assert "slip39-key" in ceremony.refuses("inspect", "--key-file", "out-1.key").err


def test_each_place_is_asked_for_in_turn(
    ceremony: Ceremony, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written is asked for again; a medium that is gone is another place."""
    given = (*exported("secp256k1"), *FIVE)
    places = ["stick\n", "\n", "phrase\n", "-\n", "no/where\n", "take stick", "stick\n",
              "take stick", "stick\n", "take stick", "four\n", "five\n"]  # fmt: skip
    room = Places([*places])
    monkeypatch.setattr(sys, "stdin", room)
    said = ceremony.does(*given).err
    assert room.places == []
    assert said.count("file for share 2 of 5, on a medium of its own: ") == 5
    assert said.count("not written ") == 4
    assert "the share phrase exists already" in said
    assert said.count("stick, read back and compared") == 3
    assert "2 of the 5 shares are on one medium; 3 give the key" in said
    assert IN_THE_CLEAR not in said
    assert b"share 5 of 5" in Path("five").read_bytes()


@pytest.mark.parametrize("end", [None, ""])
def test_an_end_in_the_middle_says_what_was_written(
    ceremony: Ceremony, exported: Exported, monkeypatch: pytest.MonkeyPatch, end: str | None
) -> None:
    given = (*exported("secp256k1"), *FIVE)
    monkeypatch.setattr(sys, "stdin", Places(["one\n", "two\n", end]))
    outcome = ceremony.run(*given)
    assert outcome.status == (130 if end is None else 2)
    assert "of 5 shares only 2 were written: one, two" in outcome.err
    assert "destroy them" in outcome.err


def test_without_a_terminal_nobody_is_asked(ceremony: Ceremony, exported: Exported) -> None:
    assert "--out is missing" in ceremony.refuses(*exported("secp256k1"), *FIVE).err


def test_shares_on_media_of_their_own_are_not_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five file systems: real ones, in memory."""
    monkeypatch.chdir(tmp_path)
    script = (
        'for n in 1 2 3 4 5; do mkdir d$n && mount -t tmpfs -o size=64k none d$n; done; exec "$@"'
    )
    code = """
import sys
from ceremony.keys.forms import OutOptions
from ceremony.offline.key_files import warn_of_one_place, write_key
from ceremony.secret import Secret
paths = write_key(sys.argv[1:], [Secret(b"share")] * 5)
warn_of_one_place(paths, OutOptions(shares=(2, 5)))
"""
    mounting = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "-r", "--mount"]

    def said(*paths: str) -> str:
        command = [*mounting, "sh", "-c", script, "sh", sys.executable, "-c", code, *paths]
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert done.returncode == 0, done.stderr
        for number in range(1, 6):
            Path(f"d{number}").rmdir()
        return done.stderr

    assert said(*(f"d{number}/share" for number in range(1, 6))) == ""
    together = said("d1/a", "d1/b", "d3/share", "d4/share", "d5/share")
    assert "2 of the 5 shares are on one medium; 2 give the key" in together
    assert IN_THE_CLEAR in together
