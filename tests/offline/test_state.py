"""The sealed decryption key of an export: what opens it, what does not, and when it is written."""

import hashlib
import secrets
from pathlib import Path

import pytest
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.offline import state
from ceremony.offline.exporting import ExportRequestOptions, export_request
from ceremony.secret import Secret
from tests.support.self_tests import LITTLE

PASSPHRASE = Secret(b"correct horse battery staple")
KEY = DecryptionKey.generate(secrets.token_bytes)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("passphrase").write_text("some words that last")


def sealed(key: DecryptionKey = KEY, passphrase: Secret = PASSPHRASE) -> bytes:
    return state.seal_state(key, passphrase, secrets.token_bytes, LITTLE)


def opened(data: bytes, passphrase: Secret = PASSPHRASE) -> DecryptionKey:
    return state.open_state(data, passphrase, LITTLE)


def failure(data: bytes, passphrase: Secret = PASSPHRASE) -> Failure:
    with pytest.raises(CeremonyError) as error:
        opened(data, passphrase)
    return error.value.failure


def test_it_opens_and_has_the_size_of_the_format() -> None:
    data = sealed()
    assert len(data) == state.STATE_SIZE == 184
    assert opened(data).scalar.matches(KEY.scalar)
    assert KEY.scalar.reveal() not in data
    assert sealed() != data


@pytest.mark.parametrize(
    "passphrase", [b"", b"correct horse battery stapl", b"Correct horse battery staple"]
)
def test_another_passphrase_does_not_open_it(passphrase: bytes) -> None:
    assert failure(sealed(), Secret(passphrase)) == Failure.PASSPHRASE


def test_every_changed_byte_is_found() -> None:
    data = sealed()
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert failure(changed) == Failure.STATE, at


@pytest.mark.parametrize("data", [b"", b"\0", sealed()[:-1], sealed() + b"\0", bytes(184)])
def test_what_is_no_state(data: bytes) -> None:
    assert failure(data) == Failure.STATE


def test_a_forged_checksum_does_not_help() -> None:
    """Whoever can write the file can make its checksum right, but not its box."""
    data = sealed()
    for at in (30, 50, 90, 130):
        body = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 : -32]
        forged = body + hashlib.sha256(body).digest()
        assert failure(forged) in (Failure.PASSPHRASE, Failure.STATE), at


def test_two_states_put_together() -> None:
    other = sealed(DecryptionKey.generate(secrets.token_bytes))
    start = len(state.MAGIC) + state.SALT_SIZE
    body = sealed()[:-32]
    body = body[:start] + other[start : start + 34] + body[start + 34 :]
    assert failure(body + hashlib.sha256(body).digest()) == Failure.STATE


def test_an_empty_passphrase_seals_nothing() -> None:
    with pytest.raises(CeremonyError) as error:
        sealed(passphrase=Secret(b""))
    assert error.value.failure == Failure.PASSPHRASE


def test_the_costs_are_those_of_the_format() -> None:
    """docs/format.md: 3 passes, 256 MiB; nothing in the file can change them."""
    data = state.seal_state(KEY, PASSPHRASE, secrets.token_bytes)
    start = len(state.MAGIC)
    salt, box = data[start : start + 16], data[start + 16 + 34 : -32]
    key = argon2id.kdf(32, PASSPHRASE.reveal(), salt, opslimit=3, memlimit=256 * 1024 * 1024)
    assert SecretBox(key).decrypt(box) == KEY.serialize().reveal()
    assert state.open_state(data, PASSPHRASE).scalar.matches(KEY.scalar)


OPTIONS = ExportRequestOptions("state", "passphrase", "request.json")


@pytest.mark.parametrize(
    ("what", "why"),
    [("other", "it holds another key"), ("damaged", "is damaged"), ("cut", "or it was cut")],
)
def test_a_state_that_does_not_read_back_stops_the_request(what: str, why: str) -> None:
    """EXP-STATE: what the disk gives back is opened, and no request exists before."""
    stranger = sealed(DecryptionKey.generate(secrets.token_bytes), Secret(b"some words that last"))
    back = {
        "other": stranger,
        "damaged": stranger[:60] + bytes([stranger[60] ^ 1]) + stranger[61:],
        "cut": stranger[:-1],
    }[what]
    disk = state.Disk(read=lambda path, subject, limit: back)
    with pytest.raises(CeremonyError, match="read back, does not serve") as refused:
        export_request(OPTIONS, secrets.token_bytes, LITTLE, disk)
    assert why in refused.value.message
    assert refused.value.control is state.STATE_KEPT
    assert not Path("request.json").exists()


def test_the_state_of_another_request_is_refused() -> None:
    """EXP-STATE, when a ceremony is taken up again."""
    key, stranger = (DecryptionKey.generate(secrets.token_bytes) for _ in range(2))
    state.check_state_of(key.encryption_key.encoded, key, "state")
    with pytest.raises(CeremonyError, match="is not that of the request") as refused:
        state.check_state_of(stranger.encryption_key.encoded, key, "state")
    assert refused.value.control is state.STATE_KEPT


def test_the_state_is_there_before_the_request() -> None:
    """A power cut between the two leaves the state, never the request alone."""
    written = []

    def write(path: str, data: bytes, subject: str) -> None:
        written.append((path, Path("state").exists()))
        Path(path).write_bytes(data)

    export_request(OPTIONS, secrets.token_bytes, LITTLE, state.Disk(write=write))
    assert written == [("state", False), ("request.json", True)]
