"""The type that holds secrets shows, compares, copies and hashes none of them."""

import copy
import pickle  # noqa: TID251 -- to prove that it does not work

import pytest

from ceremony.errors import printable
from ceremony.secret import Secret

VALUE = b"\x01\x02 a secret value"


@pytest.mark.parametrize("show", [repr, str, ascii, "{}".format, "{!r}".format, "%s".__mod__])
def test_it_does_not_show(show: object) -> None:
    assert callable(show)
    assert show(Secret(VALUE)) == "Secret(...)"


@pytest.mark.parametrize(
    "use",
    [
        lambda s: s == Secret(VALUE),
        lambda s: s != Secret(VALUE),
        lambda s: s == VALUE,
        lambda s: s in [VALUE],
        hash,
        lambda s: {s},
        copy.copy,
        copy.deepcopy,
        pickle.dumps,
    ],
)
def test_it_refuses(use: object) -> None:
    assert callable(use)
    with pytest.raises(TypeError, match="compared with"):
        use(Secret(VALUE))


def test_it_compares_and_reveals_when_asked() -> None:
    assert Secret(VALUE).matches(Secret(VALUE))
    assert not Secret(VALUE).matches(Secret(VALUE + b"x"))
    assert Secret(bytearray(VALUE)).reveal() == VALUE
    assert len(Secret(VALUE)) == len(VALUE)
    with pytest.raises(AttributeError):
        Secret(VALUE).more = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc\x1b[31m\n\u202e", "abc<U+001B>[31m<U+000A><U+202E>"),
        ("\x9b2J", "<U+009B>2J"),
        ("a\u200bb\u2066c\ufeff", "a<U+200B>b<U+2066>c<U+FEFF>"),
        ("\u05e9\u05dc\u0663", "<U+05E9><U+05DC><U+0663>"),
        ("e\u0301\ufe0f\u3164", "e<U+0301><U+FE0F><U+3164>"),
        ("\ud800", "<U+D800>"),
        ("id" + " " * 70 + "x", "id x"),
        ("Zürich 東京 Ωμέγα", "Zürich 東京 Ωμέγα"),
        ("x" * 100, "x" * 80 + "…"),
        (" " * 100, " …"),
    ],
)
def test_text_from_outside_is_made_harmless(text: str, shown: str) -> None:
    assert printable(text) == shown
