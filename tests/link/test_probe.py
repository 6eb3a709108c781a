"""Test messages: read back, refused, and never anything that a ceremony takes."""

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.link.probe import (
    LARGE,
    MAGIC,
    SIZES,
    SMALL,
    Kind,
    Result,
    first_probe,
    parse_probe,
    probe_bytes,
    probe_digest,
)
from ceremony.message import decode_message

NOISE = bytes(range(256)) * (LARGE // 256 + 1)
RESULT = Result(5000, 40_000, 90, 8, 2)
FIRST = first_probe(NOISE)
ANSWER = probe_bytes(Kind.ANSWER, probe_digest(FIRST), RESULT, NOISE)
LAST = probe_bytes(Kind.LAST, probe_digest(ANSWER), RESULT, NOISE)
EACH = [
    pytest.param(FIRST, id="first"),
    pytest.param(ANSWER, id="answer"),
    pytest.param(LAST, id="last"),
]


def test_what_was_said_is_read() -> None:
    assert [len(data) for data in (FIRST, ANSWER, LAST)] == [LARGE, LARGE, SMALL]
    assert parse_probe(FIRST).result == Result()
    for data, kind, answered in ((ANSWER, Kind.ANSWER, FIRST), (LAST, Kind.LAST, ANSWER)):
        probe = parse_probe(data)
        assert (probe.kind, probe.answers) == (kind, probe_digest(answered))
        assert probe.result == RESULT


def test_a_result_in_words() -> None:
    assert RESULT.goodput == 8000
    assert [RESULT.share(n) for n in (90, 8, 2)] == [0.9, 0.08, 0.02]
    assert Result().goodput == Result().share(0) == 0


@pytest.mark.parametrize("data", EACH)
def test_no_ceremony_takes_it(data: bytes) -> None:
    with pytest.raises(CeremonyError) as error:
        decode_message(data)
    assert error.value.failure is Failure.MALFORMED


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        pytest.param(b"", Failure.KIND, id="empty"),
        pytest.param(bytes(LARGE), Failure.KIND, id="zeros"),
        pytest.param(MAGIC.replace(b"1", b"2") + FIRST[26:], Failure.KIND, id="another version"),
        pytest.param(MAGIC, Failure.MALFORMED, id="the magic alone"),
        pytest.param(FIRST[:-1], Failure.MALFORMED, id="cut"),
        pytest.param(FIRST + b"\0", Failure.MALFORMED, id="longer"),
        pytest.param(LAST + NOISE[: LARGE - SMALL], Failure.MALFORMED, id="last, but large"),
        pytest.param(MAGIC + b"\0" + FIRST[27:], Failure.MALFORMED, id="kind 0"),
        pytest.param(MAGIC + b"\4" + FIRST[27:], Failure.MALFORMED, id="kind 4"),
        pytest.param(MAGIC + b"\2" + FIRST[27:], Failure.MALFORMED, id="an answer to nothing"),
        pytest.param(MAGIC + b"\1" + ANSWER[27:], Failure.MALFORMED, id="a first that answers"),
    ],
)
def test_anything_else_is_refused(data: bytes, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        parse_probe(data)
    assert error.value.failure is failure


def test_sizes_are_known_before_anything_is_read() -> None:
    assert set(SIZES) == set(Kind)
