"""Randomness that stays safe when the generator repeats: hedged with what it protects.

    kernel = 32 bytes of the generator, drawn again each time
    PRK    = HKDF-Extract(salt = kernel, ikm = len(secret) || secret || context)
    bytes  = HKDF-Expand(PRK, info = DOMAIN || number of the draw, size)          SHA-256

A good generator alone makes the bytes uniform, whatever the secret is. If it repeats or is
known to somebody (a cloned virtual machine, a broken driver), they are still unknown to
whoever does not know the secret, and differ wherever secret or context differ: two plaintexts
never meet one ephemeral key. The same secret in the same context gives the same output once
more, which tells nothing new.

HKDF: RFC 5869. The idea: RFC 8937 and RFC 6979, section 3.6.
"""

import hashlib
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ceremony.errors import Control, Failure
from ceremony.secret import UNTRUSTED, Random, Secret, draw

DOMAIN = b"dfns-ceremony hedge v1"

KERNEL_SIZE = 32
"""Bytes of the generator for each draw: as many as SHA-256 keeps."""

REPEATS = Control(
    "IMP-RANDOMNESS", "the generator does not give the same bytes twice while a request is built"
)

LEAST_WATCHED = 16
"""Bytes of the shortest draw that must not come twice: shorter ones may by chance."""

Hedge = Callable[[Random, Secret, bytes], Random]
"""``hedged``; or for vectors, which fix every draw, ``unhedged``."""


def hedged(random: Random, secret: Secret, context: bytes) -> Random:
    """A generator for what protects ``secret``, in this ``context`` (see ``context_of``).

    Every draw from it raises ``randomness`` as ``draw`` does.
    """
    count = 0
    length = len(secret).to_bytes(8, "big")

    def hedging(size: int) -> bytes:
        nonlocal count
        count += 1
        kernel = draw(random, KERNEL_SIZE).reveal()
        extracted = hmac.digest(kernel, length + secret.reveal() + context, hashlib.sha256)
        info = DOMAIN + count.to_bytes(8, "big")
        return HKDFExpand(SHA256(), size, info).derive(extracted)

    return hedging


def unhedged(random: Random, _secret: Secret, _context: bytes) -> Random:
    """``random`` itself."""
    return random


def context_of(*parts: bytes | str | int | None) -> bytes:
    """The parts as bytes that no other parts give: each with its kind and its length."""
    return b"".join(map(_encoded, parts))


def never_twice(random: Random) -> Random:
    """IMP-RANDOMNESS: ``random``, stopped where it gives the same bytes twice.

    Hedged, nobody would see it. Raises ``randomness``. It remembers digests of the draws, as
    long as it is in use.
    """
    seen: set[bytes] = set()

    def watched(size: int) -> bytes:
        value = random(size)
        digest = hashlib.sha256(value).digest()
        if len(value) >= LEAST_WATCHED and digest in seen:
            raise REPEATS.refusal(
                Failure.RANDOMNESS,
                "the source of randomness gave the same bytes twice",
                hint=UNTRUSTED,
            )
        seen.add(digest)
        return value

    return watched


def _encoded(part: bytes | str | int | None) -> bytes:
    if isinstance(part, bytes):
        kind, value = b"b", part
    elif isinstance(part, str):
        kind, value = b"s", part.encode()
    else:
        kind, value = b"i", str(part).encode()  # None too: no number is written so
    return kind + len(value).to_bytes(8, "big") + value
