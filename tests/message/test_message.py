"""Messages: one encoding, refusals by class, and digests that people can read."""

import secrets
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony.dfns.bodies import EncryptedKeyShare, ExportBody, ImportBody, Scheme
from ceremony.errors import CeremonyError, Failure
from ceremony.message import (
    MAX_MESSAGE,
    Conversation,
    ExportItem,
    ExportOutcome,
    ExportRequest,
    ExportResponse,
    ImportItem,
    ImportOutcome,
    ImportReceipt,
    ImportRequest,
    Message,
    Signers,
    decode_message,
    digest,
    digest_hex,
    digest_words,
    encode_message,
    parse_digest,
)

CEREMONY = bytes(range(16))
BODY = ImportBody(
    curve="secp256k1",
    protocol="CGGMP21",
    min_signers=3,
    encrypted_key_shares=(EncryptedKeyShare(b"id", b"\xff\xfe"),),
)
SIGNERS = Signers(
    environment="rehearsal",
    ceremony=b"",
    sequence=0,
    answers=b"",
    answer=b"{}",
    cluster_id=None,
    api_url="http://127.0.0.1:1",
    organisation="or-test",
    time="2026-01-01T00:00:00Z",
    nonce=bytes(16),
)


def header(sequence: int, answers: bytes) -> dict[str, Any]:
    return {
        "environment": "rehearsal",
        "ceremony": CEREMONY,
        "sequence": sequence,
        "answers": answers,
    }


PLACE: dict[str, Any] = {
    "plan": b"p" * 32,
    "api_url": "http://127.0.0.1:1",
    "organisation": "or-test",
}
EXPORT_BODY = ExportBody(b"\1" * 34, (Scheme("FROST", "ed25519"),))
REQUEST = ImportRequest(
    **header(1, digest(encode_message(SIGNERS))),
    **PLACE,
    keys=(ImportItem("one", BODY, b"\2" * 33),),
)
RECEIPT = ImportReceipt(
    **header(2, digest(encode_message(REQUEST))),
    outcomes=(ImportOutcome("one", "done", wallet_id="wa-1", public_key=b"\2" * 33),),
)
EXPORT = ExportRequest(
    **header(3, digest(encode_message(RECEIPT))),
    **PLACE,
    keys=(ExportItem("one", EXPORT_BODY, "02" * 33, key_id="key-1"),),
)
RESPONSE = ExportResponse(
    **header(4, digest(encode_message(EXPORT))),
    outcomes=(ExportOutcome("one", "key-1", "done", b"{}"),),
)
ALL: tuple[Message, ...] = (SIGNERS, REQUEST, RECEIPT, EXPORT, RESPONSE)
OFFLINE = Conversation("rehearsal", CEREMONY)


def refusal(
    conversation: Conversation, message: Message | bytes, kind: type[Message] | None = None
) -> Failure:
    data = message if isinstance(message, bytes) else encode_message(message)
    awaited = kind or type(decode_message(data))
    with pytest.raises(CeremonyError) as error:
        conversation.accept(data, awaited)
    assert error.value.message
    assert error.value.hint
    return error.value.failure


@pytest.mark.parametrize("message", ALL, ids=lambda m: type(m).__name__)
def test_a_message_comes_back(message: Message) -> None:
    assert decode_message(encode_message(message)) == message


def test_a_whole_ceremony() -> None:
    offline, relay = OFFLINE, OFFLINE
    _, offline = offline.accept(encode_message(SIGNERS), Signers)
    relay = Conversation("rehearsal", CEREMONY, last=digest(encode_message(SIGNERS)))
    for mine, theirs in ((REQUEST, RECEIPT), (EXPORT, RESPONSE)):
        offline = offline.sent(encode_message(mine))
        assert relay.accept(encode_message(mine), type(mine))[0] == mine
        relay = relay.accept(encode_message(mine), type(mine))[1].sent(encode_message(theirs))
        assert offline.accept(encode_message(theirs), type(theirs))[0] == theirs
        offline = offline.accept(encode_message(theirs), type(theirs))[1]
    assert offline.sequence == relay.sequence == 4


AFTER_REQUEST = OFFLINE.accept(encode_message(SIGNERS), Signers)[1].sent(encode_message(REQUEST))


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"environment": "production"}, Failure.ENVIRONMENT),
        ({"ceremony": bytes(16)}, Failure.CEREMONY),
        ({"sequence": 1}, Failure.SEQUENCE),
        ({"sequence": 3}, Failure.SEQUENCE),
        ({"answers": b""}, Failure.ANSWER),
        ({"answers": bytes(32)}, Failure.ANSWER),
        ({"ceremony": b""}, Failure.MALFORMED),
        ({"ceremony": bytes(17)}, Failure.MALFORMED),
        ({"answers": bytes(31)}, Failure.MALFORMED),
        ({"sequence": -1}, Failure.MALFORMED),
        ({"sequence": 2**31}, Failure.MALFORMED),
        ({"outcomes": ()}, Failure.MALFORMED),
        ({"outcomes": RECEIPT.outcomes * 1001}, Failure.MALFORMED),
        ({"version": 2}, Failure.FORMAT_VERSION),
    ],
)
def test_a_receipt_with_one_thing_wrong(changes: dict[str, Any], failure: Failure) -> None:
    message = msgspec.structs.replace(RECEIPT, **changes)
    data = msgspec.msgpack.encode(message)
    assert refusal(AFTER_REQUEST, data, ImportReceipt) == failure
    assert AFTER_REQUEST.accept(encode_message(RECEIPT), ImportReceipt)[0] == RECEIPT


@pytest.mark.parametrize("message", [SIGNERS, REQUEST, EXPORT, RESPONSE])
def test_another_kind_than_awaited(message: Message) -> None:
    assert refusal(AFTER_REQUEST, message, ImportReceipt) == Failure.KIND


def test_replay() -> None:
    after = AFTER_REQUEST.accept(encode_message(RECEIPT), ImportReceipt)[1]
    assert refusal(after, RECEIPT) == Failure.REPLAY
    assert refusal(AFTER_REQUEST, SIGNERS) == Failure.REPLAY


def test_signers_come_first_or_not_at_all() -> None:
    later = msgspec.structs.replace(SIGNERS, time="2026-01-01T00:00:01Z")
    assert refusal(AFTER_REQUEST, later) == Failure.SEQUENCE


def test_signers_of_the_other_environment() -> None:
    wrong = msgspec.structs.replace(SIGNERS, environment="production")
    assert refusal(OFFLINE, wrong) == Failure.ENVIRONMENT
    production = Conversation("production", CEREMONY)
    assert refusal(production, SIGNERS) == Failure.ENVIRONMENT


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"", Failure.MALFORMED),
        (b"\xc0", Failure.MALFORMED),
        (b"\x91" * 100_000, Failure.MALFORMED),
        (b"\xdd\xff\xff\xff\xff", Failure.MALFORMED),
        (msgspec.msgpack.encode({"version": 1}), Failure.MALFORMED),
        (msgspec.msgpack.encode({"version": 1, "kind": "signers"}), Failure.MALFORMED),
        (msgspec.msgpack.encode({"version": 1, "kind": "\x1b[31m"}), Failure.KIND),
        (msgspec.msgpack.encode({"version": 0, "kind": "signers"}), Failure.FORMAT_VERSION),
        (bytes(MAX_MESSAGE + 1), Failure.OVERSIZED),
        (encode_message(RECEIPT) + b"\0", Failure.MALFORMED),
        (encode_message(RECEIPT)[:-1], Failure.MALFORMED),
    ],
)
def test_bytes_that_are_no_message(data: bytes, failure: Failure) -> None:
    with pytest.raises(CeremonyError) as error:
        decode_message(data)
    assert error.value.failure == failure
    assert "\x1b" not in error.value.message


def test_another_encoding_of_the_same_message() -> None:
    fields = msgspec.msgpack.decode(encode_message(RECEIPT))
    swapped = msgspec.msgpack.encode(dict(reversed(fields.items())))
    unknown = msgspec.msgpack.encode(fields | {"more": 1})
    for data in (swapped, unknown):
        with pytest.raises(CeremonyError) as error:
            decode_message(data)
        assert error.value.failure == Failure.MALFORMED


@given(st.binary(max_size=200), st.sampled_from(ALL), st.integers(0, 10_000))
def test_any_bytes_give_a_message_or_a_refusal(noise: bytes, message: Message, at: int) -> None:
    good = encode_message(message)
    at %= len(good)
    for data in (noise, good[:at] + noise + good[at + len(noise) :]):
        try:
            assert encode_message(decode_message(data)) == data
        except CeremonyError:
            continue


def test_digest_in_words_and_hex() -> None:
    """The example of the word list's own documentation (PGPfone Owner's Manual, 1996)."""
    value = bytes.fromhex("E58294F2E9A227486E8B061B31CC528FD7FA3F19")
    assert " ".join(digest_words(value)) == (
        "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa"
        " afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless"
    )
    assert digest_hex(b"\x01\x02\xff") == "0102 ff"


@given(st.binary(min_size=32, max_size=32))
def test_digests_come_back(value: bytes) -> None:
    assert parse_digest(digest_hex(value)) == value
    numbered = " ".join(f"{place} {word}" for place, word in enumerate(digest_words(value), 1))
    assert parse_digest(numbered) == value
    assert parse_digest(" ".join(digest_words(value)).upper()) == value
    assert parse_digest("  " + "-".join(digest_words(value)) + "\n") == value


def test_wrong_digests() -> None:
    words = list(digest_words(secrets.token_bytes(32)))
    swapped = [words[1], words[0], *words[2:]]
    for text in (
        "",
        "00" * 31,
        "00" * 33,
        "zz" * 32,
        " ".join(words[:-1]),
        " ".join([*words, words[0]]),
        " ".join(swapped),
        " ".join(["aardvarks", *words[1:]]),
        "\N{CYRILLIC SMALL LETTER A}ardvark " + " ".join(words[1:]),
    ):
        with pytest.raises(CeremonyError) as error:
            parse_digest(text)
        assert error.value.failure == Failure.DIGEST


def test_one_struct_serves_link_and_api() -> None:
    text = b'{"curve":"secp256k1","protocol":"CGGMP21","minSigners":3,"encryptedKeyShares":[{'
    text += b'"signerId":"aWQ=","encryptedKeyShare":"//4="}]}'
    assert msgspec.json.encode(BODY) == text
    assert msgspec.json.decode(text, type=ImportBody) == BODY
    assert BODY.api_path == "/keys/import"
    assert msgspec.structs.replace(BODY, network="Bitcoin").api_path == "/wallets/import"
