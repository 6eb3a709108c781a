"""One private key, read and checked, whatever the format it came in."""

from dataclasses import dataclass

from ceremony.curves import CURVES, ed25519_seed_scalar
from ceremony.errors import CeremonyError, Failure
from ceremony.keys.refusals import key_error
from ceremony.secret import Secret

KEY_SIZE = 32
"""Bytes of a private key on all three curves, and of an ed25519 seed."""


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """A private key whose public key was computed from it.

    ``secret_scalar`` is 32 bytes, big-endian, in range. ``public_key`` is compressed
    (33 bytes; 32 for ed25519). ``seed`` is the RFC 8032 seed where the source held
    one: it cannot be had from a scalar. ``path`` says how the key was derived,
    ``warnings`` what a person should know before using it. ``needs_expected``: the
    source could as well have been something else than this key (a public key, an
    address, the words of another kind of wallet), so that commands take it only with
    the address or public key that its owner expects.
    """

    curve: str
    secret_scalar: Secret
    public_key: bytes
    seed: Secret | None = None
    path: str | None = None
    warnings: tuple[str, ...] = ()
    needs_expected: bool = False


def scalar_key(
    curve: str,
    secret_scalar: Secret,
    *,
    path: str | None = None,
    warnings: tuple[str, ...] = (),
) -> KeyMaterial:
    """The key of a secret scalar, 32 bytes big-endian. Raises ``key`` out of range."""
    order = CURVES[curve].order
    if len(secret_scalar) != KEY_SIZE:
        raise key_error(f"a private key has {KEY_SIZE} bytes, this one {len(secret_scalar)}")
    if not 0 < int.from_bytes(secret_scalar.reveal(), "big") < order:
        raise key_error(f"the private key is zero or not below the order of {curve}")
    public_key = CURVES[curve].base_multiply(secret_scalar).compressed
    return KeyMaterial(curve, secret_scalar, public_key, path=path, warnings=warnings)


def seed_key(
    seed: Secret, *, path: str | None = None, warnings: tuple[str, ...] = ()
) -> KeyMaterial:
    """The ed25519 key of an RFC 8032 seed, 32 bytes. Raises ``key``."""
    secret_scalar = ed25519_seed_scalar(seed)
    public_key = CURVES["ed25519"].base_multiply(secret_scalar).compressed
    return KeyMaterial("ed25519", secret_scalar, public_key, seed, path, warnings)


def pair_key(pair: Secret, what: str) -> KeyMaterial:
    """The ed25519 key of a seed followed by its public key, 64 bytes; ``what`` names it.

    Raises ``public-key`` when the second half is not the public key of the first.
    """
    key = seed_key(Secret(pair.reveal()[:KEY_SIZE]))
    if key.public_key != pair.reveal()[KEY_SIZE:]:
        raise CeremonyError(
            Failure.PUBLIC_KEY,
            f"the public half of the {what} does not belong to its private half",
            hint="at least one character is wrong, or it was put together from two keys",
        )
    return key
