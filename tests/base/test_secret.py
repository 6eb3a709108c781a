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


def test_text_from_outside_is_made_harmless() -> None:
    assert (
        printable("abc\x1b[31m\n\u202e")
        == "abc\N{REPLACEMENT CHARACTER}[31m" + "\N{REPLACEMENT CHARACTER}" * 2
    )
    assert printable("x" * 100) == "x" * 80 + "…"
