"""A new key, made here."""

from ceremony.curves import curve_named
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.secret import Random, draw


def new_key(curve: str, random: Random) -> KeyMaterial:
    """A key of ``curve`` that exists nowhere else; for ed25519 with its seed.

    Raises ``scheme`` for an unknown curve, ``randomness`` for a broken source.
    """
    found = curve_named(curve)
    if curve == "ed25519":
        return seed_key(draw(random, KEY_SIZE))
    return scalar_key(curve, found.random_scalar(random))
