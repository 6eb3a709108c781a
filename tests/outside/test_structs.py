"""Hostile text in every text of every struct that is decoded, found by introspection.

A field that is added tomorrow is attacked by these tests without a change here.
"""

import json
import types
from collections.abc import Callable, Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from ceremony.dfns import bodies, wire
from ceremony.errors import CeremonyError, Failure
from ceremony.message import NONCE_SIZE, kinds
from ceremony.message.codec import decode_message
from tests.support.hostile_texts import (
    FORGED,
    HUGE,
    LONE,
    TEXTS,
    check_shown,
    text_paths,
    with_text,
)

CHECKED_LATER = {
    "SignerEntry": "parse_signers, of the chosen cluster alone",
    "Cluster": "parse_signers, the chosen one alone",
    "SignersAnswer": "parse_signers",
    "ReceivedShare": "shown printable, because Dfns retired the key with this answer",
    "ExportAnswer": "shown printable, because Dfns retired the key with this answer",
}
"""The structs whose texts are taken as they are, and who is responsible."""

SPACED = {"spaces"}
"""What is ASCII alone: names and sentences may hold it, and no screen shows it as it is."""


def example(kind: Any) -> Any:
    """A value of a type, built from its annotations: texts are ``a1``, lists have one entry."""
    if hasattr(kind, "__metadata__"):
        return example(kind.__origin__)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        fields = {name: example(hints[name]) for name in kind.__struct_fields__}
        return kind(**fields | ({"nonce": bytes(NONCE_SIZE)} if "nonce" in fields else {}))
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return example(next(one for one in arguments if one is not type(None)))
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (example(arguments[0]),)
    simple: dict[Any, Any] = {
        str: "a1",
        int: 1,
        bool: True,
        bytes: b"\x01" * 32,
        msgspec.Raw: msgspec.Raw(b"null"),
    }
    return simple[kind]


def refusal(decode: Callable[[], object]) -> Failure | None:
    """The class of the refusal, whose text can be shown; None where it is taken."""
    try:
        decode()
    except CeremonyError as error:
        check_shown(f"{error.message}\n{error.hint}")
        return error.failure
    return None


def structs_of(module: types.ModuleType) -> list[type[msgspec.Struct]]:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__ == module.__name__
    ]
    return [kind for kind in found if kind.__struct_fields__]


MESSAGES = list(kinds.Message.__args__)


def example_message(kind: type[kinds.Header]) -> dict[str, Any]:
    first = kind in kinds.BEFORE_ANY
    message = msgspec.structs.replace(
        example(kind), ceremony=b"" if first else b"\x02" * kinds.CEREMONY_ID_SIZE
    )
    value: dict[str, Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(message))
    return value


def hostile_messages() -> Iterator[Any]:
    for kind in MESSAGES:
        for path in text_paths(example_message(kind)):
            yield pytest.param(kind, path, id=f"{kind.__name__}:{'.'.join(map(str, path))}")


@pytest.mark.parametrize("kind", MESSAGES)
def test_the_example_of_each_message_is_one(kind: type[kinds.Header]) -> None:
    message = decode_message(msgspec.msgpack.encode(example_message(kind)))
    assert isinstance(message, kind)


@pytest.mark.parametrize(("kind", "path"), list(hostile_messages()))
def test_hostile_text_in_a_message_is_refused(
    kind: type[kinds.Header], path: tuple[Any, ...]
) -> None:
    value = example_message(kind)
    for name, text in (TEXTS | {"huge": HUGE}).items():
        data = msgspec.msgpack.encode(with_text(value, path, text))
        refused = refusal(lambda data=data: decode_message(data))  # type: ignore[misc]
        failure = Failure.KIND if path == ("kind",) else Failure.MALFORMED
        assert refused is failure or (refused is None and name in SPACED), name


@pytest.mark.parametrize("kind", structs_of(bodies))
def test_hostile_text_in_a_body_is_refused(kind: type[msgspec.Struct]) -> None:
    if kind.__name__ in CHECKED_LATER:
        return
    value = msgspec.json.decode(wire.encode(example(kind)))
    assert wire.decode(json.dumps(value).encode(), kind, "the answer") is not None
    for path in text_paths(value):
        if path[-1] in ("nextPageToken", "signerId", "encryptedKeyShare", "encryptionKey"):
            continue  # sent back and never shown; bytes in base64
        for name, text in (TEXTS | LONE | {"huge": HUGE}).items():
            data = json.dumps(with_text(value, path, text)).encode()
            refused = refusal(lambda data=data: wire.decode(data, kind, "it"))  # type: ignore[misc]
            spaced = path[-1] in ("name", "externalId") and name in SPACED
            assert refused is Failure.MALFORMED or (refused is None and spaced), (path, name)


def test_an_opaque_page_token_is_bounded() -> None:
    with pytest.raises(CeremonyError) as refused:
        wire.decode(json.dumps({"items": [], "nextPageToken": HUGE}).encode(), bodies.Page, "it")
    assert refused.value.failure is Failure.MALFORMED


def test_what_is_checked_later_still_exists() -> None:
    names = {kind.__name__ for kind in structs_of(bodies)}
    assert names >= CHECKED_LATER.keys()


@pytest.mark.parametrize("name", TEXTS)
def test_the_check_itself_sees_each_text(name: str) -> None:
    """A check that passes everything would pass all of these tests."""
    with pytest.raises(AssertionError):
        check_shown(f"something\n{TEXTS[name]}")
    assert FORGED not in "something"
