"""A private key as SLIP-39 shares, any k of n of which give it back.

One group, extendable, as the standard recommends for new backups. Lower-level functions
of shamir-mnemonic are used: its own split takes its randomness from a module variable.

Source: SLIP-0039, sections "Shamir's secret sharing scheme" and "Format of the share".
"""

import hashlib
import hmac

from shamir_mnemonic import EncryptedMasterSecret, Share  # type: ignore[import-untyped]
from shamir_mnemonic.constants import (  # type: ignore[import-untyped]
    DIGEST_INDEX,
    DIGEST_LENGTH_BYTES,
    ID_LENGTH_BITS,
    MAX_SHARE_COUNT,
    SECRET_INDEX,
)
from shamir_mnemonic.shamir import RawShare, _interpolate  # type: ignore[import-untyped]

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.material import KEY_SIZE
from ceremony.keys.refusals import key_error
from ceremony.keys.slip39.recovery import ShareSet, check_passphrase
from ceremony.secret import Random, Secret, draw

ITERATION_EXPONENT = 1
"""Work against guessing the passphrase: 20,000 rounds of PBKDF2, the reference's default."""


def check_share_numbers(threshold: int, count: int) -> None:
    """Raises ``threshold`` unless 2 <= threshold <= count <= 16."""
    if not 2 <= threshold <= count <= MAX_SHARE_COUNT:
        raise CeremonyError(
            Failure.THRESHOLD,
            f"{threshold} of {count} shares is not possible",
            hint=f"at least 2 must be needed, and at most {MAX_SHARE_COUNT} are made",
        )


def split_slip39(
    secret: Secret,
    threshold: int,
    count: int,
    random: Random,
    *,
    passphrase: Secret | None = None,
) -> tuple[Secret, ...]:
    """``count`` shares of a 32-byte secret as text, 33 words each; ``threshold`` recover it.

    They were read back before they are returned: all of them lie on one polynomial,
    and it gives the secret. Raises ``threshold`` unless 2 <= threshold <= count <= 16,
    ``key``, ``passphrase`` (printable ASCII), ``randomness``.
    """
    check_share_numbers(threshold, count)
    if len(secret) != KEY_SIZE:
        raise key_error(f"a private key has {KEY_SIZE} bytes, this one {len(secret)}")
    check_passphrase(passphrase)
    identifier = int.from_bytes(draw(random, 2).reveal(), "big") % (1 << ID_LENGTH_BITS)
    encrypted = EncryptedMasterSecret.from_master_secret(
        secret.reveal(),
        b"" if passphrase is None else passphrase.reveal(),
        identifier,
        True,
        ITERATION_EXPONENT,
    )
    values = _split(encrypted.ciphertext, threshold, count, random)
    shares = tuple(
        Secret(
            Share(identifier, True, ITERATION_EXPONENT, 0, 1, 1, index, threshold, value.reveal())
            .mnemonic()
            .encode()
        )
        for index, value in enumerate(values)
    )
    check_shares(shares, secret, threshold, passphrase=passphrase)
    return shares


def check_shares(
    shares: tuple[Secret, ...],
    secret: Secret,
    threshold: int,
    *,
    passphrase: Secret | None = None,
) -> None:
    """Any ``threshold`` of ``shares`` give back ``secret``. Raises ``inconsistent``."""
    entered = ShareSet()
    for number, share in enumerate(shares, 1):
        entered = entered.add(share)
        if entered.status().complete != (number >= threshold):
            raise _not_given_back()
    if not entered.recover(passphrase).matches(secret):
        raise _not_given_back()


def _split(secret: bytes, threshold: int, count: int, random: Random) -> list[Secret]:
    # The polynomial is fixed by its value at SECRET_INDEX, by a digest of that value
    # at DIGEST_INDEX, and at the first threshold - 2 indices by random shares.
    free = [draw(random, len(secret)) for _ in range(threshold - 2)]
    salt = draw(random, len(secret) - DIGEST_LENGTH_BYTES).reveal()
    digest = hmac.digest(salt, secret, hashlib.sha256)[:DIGEST_LENGTH_BYTES]
    points = [RawShare(index, share.reveal()) for index, share in enumerate(free)]
    points += [RawShare(DIGEST_INDEX, digest + salt), RawShare(SECRET_INDEX, secret)]
    return free + [Secret(_interpolate(points, index)) for index in range(len(free), count)]


def _not_given_back() -> CeremonyError:
    return CeremonyError(
        Failure.INCONSISTENT,
        "the shares just written do not give the key back",
        hint="stop: this machine miscalculates; use another one",
    )
