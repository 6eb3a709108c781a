"""An answer of GET /signers as an attacker writes it: refused in one short line."""

import base64
import json
from typing import Any

import pytest

from ceremony.dfns.signers import MAX_CLUSTERS, MAX_SIGNER_ID, parse_signers
from ceremony.errors import CeremonyError, Failure
from tests.support.vector_files import cases

ONE: dict[str, Any] = cases("messages/fingerprints.json", 1)[0].values[0]["signers"]


def refused(answer: object, cluster: str | None = None) -> CeremonyError:
    with pytest.raises(CeremonyError) as error:
        parse_signers(json.dumps(answer).encode(), cluster)
    for text in (error.value.message, error.value.hint):
        assert len(text) < 1000
        assert text.isprintable()
    return error.value


def of(cluster_id: str, **signer: str) -> dict[str, Any]:
    (cluster,) = json.loads(json.dumps(ONE))["clusters"]
    cluster["clusterId"] = cluster_id
    cluster["signers"][0].update(signer)
    return {"clusters": [cluster]}


@pytest.mark.parametrize("many", [7, MAX_CLUSTERS, MAX_CLUSTERS + 1, 100_000])
def test_many_clusters(many: int) -> None:
    """700,000 of them made an error of 5 MB."""
    answer = {"clusters": [{"clusterId": f"cl-{n}", "signers": []} for n in range(many)]}
    for cluster in (None, "other"):
        error = refused(answer, cluster)
        limit = many > MAX_CLUSTERS
        assert error.failure is (Failure.MALFORMED if limit else Failure.CLUSTER)
        assert str(many) in error.message or f"and {many - 6} more" in error.hint


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a b",
        "a\x1b[2J",
        "\N{RIGHT-TO-LEFT OVERRIDE}a",
        "a\n",
        "\xa0",
        "x" * 129,
        "x" * 10**6,
    ],
)
def test_ids_of_clusters(name: str) -> None:
    assert refused(of(name)).failure is Failure.MALFORMED


def test_ids_of_clusters_that_are_taken() -> None:
    for name in ("cl-e3423d1e", "A_9", "x" * 128):
        assert parse_signers(json.dumps(of(name)).encode()).cluster_id == name


@pytest.mark.parametrize("size", [0, MAX_SIGNER_ID + 1, 100_000])
def test_ids_of_signers(size: int) -> None:
    text = base64.b64encode(bytes(size)).decode()
    assert refused(of("cl-1", signerId=text)).failure is Failure.MALFORMED


@pytest.mark.parametrize("text", ["\x1b[2J", "é", "A" * 10**6, "====", "AA=A", "AA== "])
def test_texts_that_are_no_ids_and_no_keys(text: str) -> None:
    assert refused(of("cl-1", signerId=text)).failure is Failure.MALFORMED
    assert refused(of("cl-1", encryptionKey=text)).failure is Failure.ENCRYPTION_KEY


def test_many_signers() -> None:
    answer = of("cl-1")
    answer["clusters"][0]["signers"] *= 50_000
    assert refused(answer).failure is Failure.SIGNERS
