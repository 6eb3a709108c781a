"""The offline half of a ceremony: what it takes from the relay, and what it does not."""

import itertools
import json
import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ceremony import ecies
from ceremony.curves import CURVES
from ceremony.dfns import wire
from ceremony.dfns.key_export import Recovered
from ceremony.dfns.key_import import Destination
from ceremony.ecies import DecryptionKey
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KeyMaterial, scalar_key
from ceremony.message import (
    Conversation,
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Signers,
    decode_message,
    digest,
    encode_message,
)
from ceremony.offline import crossing
from ceremony.secret import Secret
from ceremony.sharing import split
from ceremony.text import base64_text
from tests.support.fake_cluster import Cluster


class Ceremony:
    """The offline side after its import request, and what the relay could say to it."""

    def __init__(self, folder: Path, environment: Any = "rehearsal") -> None:
        self.cluster = Cluster()
        self.keys = [
            scalar_key(name, curve.random_scalar(secrets.token_bytes))
            for name, curve in CURVES.items()
        ]
        signers = Signers(
            environment=environment, ceremony=b"", sequence=0, answers=b"",
            answer=(folder / "signers.json").read_bytes(), cluster_id=None,
            api_url="http://127.0.0.1:1", time="2026-01-01T00:00:00Z",
        )  # fmt: skip
        self.start = Conversation("rehearsal", secrets.token_bytes(16))
        self.signers = encode_message(signers)
        info, conversation = crossing.take_signers(self.start, self.signers)
        keys = [(key, Destination()) for key in self.keys]
        self.request, self.offline = crossing.make_import_request(
            conversation, info, keys, 3, secrets.token_bytes
        )
        self.relay = Conversation("rehearsal", self.start.ceremony, last=digest(self.signers))
        self.relay = self.relay.accept(self.request, ImportRequest)[1]

    def outcomes(self) -> list[ImportOutcome]:
        return [ImportOutcome("Active", key_id="key-1", public_key=k.public_key) for k in self.keys]

    def receipt(self, outcomes: list[ImportOutcome]) -> bytes:
        return encode_message(ImportReceipt(**self.relay.header(), outcomes=tuple(outcomes)))


@pytest.fixture
def ceremony(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ceremony:
    monkeypatch.chdir(tmp_path)
    return Ceremony(tmp_path)


def test_the_request_opens_for_the_signers(ceremony: Ceremony) -> None:
    message = decode_message(ceremony.request)
    assert isinstance(message, ImportRequest)
    for item, key in zip(message.keys, ceremony.keys, strict=True):
        assert item.public_key == key.public_key
        shares = ceremony.cluster.opened(json.loads(msgspec.json.encode(item.body)))
        assert len(shares) == 5


def test_randomness_that_starts_again_for_each_key_is_found(ceremony: Ceremony) -> None:
    """Within one key nothing repeats; across keys everything does."""
    info, conversation = crossing.take_signers(ceremony.start, ceremony.signers)
    tape = [secrets.token_bytes(32) for _ in range(7)]  # two coefficients, five ephemeral scalars
    draws = itertools.cycle(tape)
    keys = [(ceremony.keys[0], Destination())] * 2
    with pytest.raises(CeremonyError) as error:
        crossing.make_import_request(conversation, info, keys, 3, lambda size: next(draws)[:size])
    assert error.value.failure == Failure.RANDOMNESS


def test_a_receipt_is_taken(ceremony: Ceremony) -> None:
    outcomes = ceremony.outcomes()
    outcomes[1] = ImportOutcome("refused", error="not enabled")
    taken, conversation = crossing.take_receipt(
        ceremony.offline, ceremony.receipt(outcomes), ceremony.keys
    )
    assert list(taken) == outcomes
    assert conversation.sequence == 2


@pytest.mark.parametrize("at", range(3))
def test_a_receipt_for_another_key_is_refused(ceremony: Ceremony, at: int) -> None:
    """IMP-RECEIPT."""
    curve = CURVES[ceremony.keys[at].curve]
    stranger = curve.base_multiply(curve.random_scalar(secrets.token_bytes)).compressed
    outcomes = ceremony.outcomes()
    outcomes[at] = msgspec.structs.replace(outcomes[at], public_key=stranger)
    with pytest.raises(CeremonyError) as error:
        crossing.take_receipt(ceremony.offline, ceremony.receipt(outcomes), ceremony.keys)
    assert error.value.failure == Failure.PUBLIC_KEY


def test_a_receipt_without_a_public_key_is_refused(ceremony: Ceremony) -> None:
    outcomes = ceremony.outcomes()
    outcomes[0] = msgspec.structs.replace(outcomes[0], public_key=b"")
    with pytest.raises(CeremonyError) as error:
        crossing.take_receipt(ceremony.offline, ceremony.receipt(outcomes), ceremony.keys)
    assert error.value.failure == Failure.MALFORMED


@pytest.mark.parametrize("count", [1, 2, 4])
def test_an_answer_about_other_keys_is_refused(ceremony: Ceremony, count: int) -> None:
    """MSG-COUNT."""
    outcomes = (ceremony.outcomes() * 2)[:count]
    with pytest.raises(CeremonyError) as error:
        crossing.take_receipt(ceremony.offline, ceremony.receipt(outcomes), ceremony.keys)
    assert error.value.failure == Failure.MALFORMED
    taken, _ = crossing.take_receipt(
        ceremony.offline, ceremony.receipt(ceremony.outcomes()), ceremony.keys
    )
    assert len(taken) == 3


def test_production_signers_are_nothing_in_a_rehearsal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CeremonyError) as error:
        Ceremony(tmp_path, environment="production")
    assert error.value.failure == Failure.ENVIRONMENT


def exported(ceremony: Ceremony, key: KeyMaterial, to: DecryptionKey) -> bytes:
    curve, entries = CURVES[key.curve], []
    for index, share in enumerate(split(curve, key.secret_scalar, 3, 5, secrets.token_bytes), 1):
        plain = wire.ExportShare(
            1, wire.ScalarJson(key.curve, f"{index:064x}"), wire.scalar_json(curve, share)
        )
        sealed = ecies.encrypt(to.encryption_key, Secret(wire.encode(plain)), secrets.token_bytes)
        entries.append(wire.ReceivedShare(f"signer {index}", base64_text(sealed)))
    protocol = "FROST" if key.curve == "ed25519" else "CGGMP21"
    return wire.encode(
        wire.ExportAnswer(key.public_key.hex(), protocol, key.curve, 3, tuple(entries))
    )


class Export:
    """The offline side after its export request for three keys, and what the relay answers."""

    def __init__(self, ceremony: Ceremony) -> None:
        receipt = ceremony.receipt(ceremony.outcomes())
        _, offline = crossing.take_receipt(ceremony.offline, receipt, ceremony.keys)
        self.keys, self.decryption_key = ceremony.keys, DecryptionKey.generate(secrets.token_bytes)
        request, self.offline = crossing.make_export_request(
            offline, ["a", "b", "c"], self.decryption_key
        )
        message, self.relay = ceremony.relay.sent(receipt).accept(request, ExportRequest)
        assert [item.key_id for item in message.keys] == ["a", "b", "c"]
        self.outcomes = [
            ExportOutcome(name, exported(ceremony, key, self.decryption_key))
            for name, key in zip("abc", ceremony.keys, strict=True)
        ]

    def take(self, outcomes: list[ExportOutcome]) -> list[Recovered | CeremonyError]:
        message = ExportResponse(**self.relay.header(), outcomes=tuple(outcomes))
        public_keys = [key.public_key for key in self.keys]
        results, conversation = crossing.take_export_response(
            self.offline, encode_message(message), self.decryption_key, public_keys
        )
        assert conversation.sequence == self.offline.sequence + 1
        return [*results]

    def came_back(self, results: list[Recovered | CeremonyError]) -> list[bool]:
        """Which keys were given; a key that was given is the right one."""
        assert len(results) == len(self.keys)
        for key, found in zip(self.keys, results, strict=True):
            assert isinstance(found, CeremonyError) or (
                found.curve == key.curve and found.secret_scalar.matches(key.secret_scalar)
            )
        return [isinstance(found, Recovered) for found in results]


@pytest.fixture
def export(ceremony: Ceremony) -> Export:
    return Export(ceremony)


def test_an_export(export: Export) -> None:
    assert export.came_back(export.take(export.outcomes)) == [True] * 3


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_the_order_of_an_export_decides_nothing(export: Export, order: tuple[int, ...]) -> None:
    outcomes = [export.outcomes[place] for place in order]
    assert export.came_back(export.take(outcomes)) == [True] * 3


REFUSED_OUTCOMES = {
    "not exported": (ExportOutcome("a", error="not enabled\x1b[2J"), Failure.REFUSED),
    "an error page": (ExportOutcome("a", b"<html>"), Failure.MALFORMED),
    "nothing": (ExportOutcome("a"), Failure.MALFORMED),
    "no shares": (ExportOutcome("a", b'{"encryptedKeyShares":[]}'), Failure.NOT_ENOUGH_SHARES),
}


@pytest.mark.parametrize("name", REFUSED_OUTCOMES)
@pytest.mark.parametrize("at", range(3))
def test_one_refused_export_costs_no_other(export: Export, name: str, at: int) -> None:
    outcome, failure = REFUSED_OUTCOMES[name]
    results = export.take([*export.outcomes[:at], outcome, *export.outcomes[at + 1 :]])
    assert export.came_back(results) == [place != at for place in range(3)]
    refusal = results[at]
    assert isinstance(refusal, CeremonyError)
    assert refusal.failure == failure
    assert "\x1b" not in refusal.message


@pytest.mark.parametrize("kept", [(0,), (2,), (1, 2), (0, 1, 2, 0)])
def test_an_export_with_another_number_of_outcomes(export: Export, kept: tuple[int, ...]) -> None:
    results = export.take([export.outcomes[place] for place in kept])
    assert export.came_back(results) == [place in kept for place in range(3)]
    failures = {result.failure for result in results if isinstance(result, CeremonyError)}
    assert failures <= {Failure.MALFORMED, Failure.NOT_ENOUGH_SHARES, Failure.PUBLIC_KEY}
