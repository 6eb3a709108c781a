"""Answers that are JSON by the letter (RFC 8259), and that some parsers cannot take."""

from ceremony.sandbox.faults import Faults

DIGITS = 5_000
"""More than Python's int() takes from a text (4,300)."""

DEPTH = 5_000
"""More than a recursive parser's stack has."""

EXTRA = {
    "odd-number": b"1e999",
    "odd-integer": b"1" + b"0" * (DIGITS - 1),
    "odd-depth": b"[" * DEPTH + b"]" * DEPTH,
}


def oddly(answer: bytes, faults: Faults, call: str) -> bytes:
    """The answer with what the faults that strike this call add to it."""
    for name, value in EXTRA.items():
        if faults.take(name, call):
            answer = answer[:-1] + b',"note":' + value + b"}"
    if faults.take("odd-twice", call):
        field = answer[1:].split(b",", 1)[0].removesuffix(b"}")
        answer = answer[:-1] + b"," + field + b"}"
    return answer
