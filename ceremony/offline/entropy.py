"""Entropy of people: added to the machine's own, and never in its place."""

import dataclasses
import hashlib

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ceremony.errors import CeremonyError, Failure
from ceremony.offline.room import Room
from ceremony.record.steps import ENTROPY
from ceremony.secret import Random, Secret, draw

INFO = b"dfns-ceremony entropy of people v1"

MIN_TYPED = 20
"""Characters of one person: 20 throws of a die are 51 bits."""


def add_entropy(room: Room) -> Room:
    """The room with people's entropy in its randomness, if the plan asks for it."""
    if not room.plan.people_entropy:
        return room
    room.desk.step(ENTROPY)
    pool = hashlib.sha256()
    for person in room.plan.people:
        typed = room.desk.secret(
            f"{person.name}: {MIN_TYPED} or more characters of dice, cards or noise:"
        )
        while len(set(typed.reveal())) < 4 or len(typed) < MIN_TYPED:
            room.desk.error(_too_little())
            typed = room.desk.secret(f"{person.name}, again:")
        pool.update(len(typed).to_bytes(4, "big") + typed.reveal())
    room.record.happened("entropy", people=[person.name for person in room.plan.people])
    return dataclasses.replace(room, random=mixed(room.random, Secret(pool.digest())))


def mixed(random: Random, pool: Secret) -> Random:
    """Randomness from ``random`` and the pool: as good as the better of the two.

    Each call is HKDF-Expand (RFC 5869) of the pool and of as many fresh bytes, XORed onto
    the fresh bytes: a pool that an attacker chose cannot make them worse.
    """

    def both(size: int) -> bytes:
        fresh = draw(random, size).reveal()
        nonce = draw(random, 32).reveal()
        out = b""
        block = 0
        while len(out) < size:
            info = INFO + nonce + block.to_bytes(4, "big")
            out += HKDFExpand(SHA256(), 32, info).derive(pool.reveal())
            block += 1
        return bytes(a ^ b for a, b in zip(fresh, out, strict=False))

    return both


def _too_little() -> CeremonyError:
    return CeremonyError(
        Failure.RANDOMNESS,
        f"that is too little: {MIN_TYPED} characters or more, at least 4 different ones",
        hint="throw a die 20 times and type the numbers",
    )
