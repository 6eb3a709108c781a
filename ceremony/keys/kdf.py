"""What a key derivation may cost that a file asks for: the one guard for all formats.

A passphrase is made hard to guess by work, and the file says how much. One that asks for
hours stops a ceremony, so what it asks for is checked before anything is derived. The
maxima are far above what programs write and keep each derivation below about half a
minute on an old laptop, and below 1 GiB.
"""

from ceremony.errors import Control, Failure

COST = Control(
    "IMP-COST", "no file asks for more work, to open it, than any program that writes such files"
)

MAX_ROUNDS = 10_000_000
"""Of PBKDF2 and its kin. OpenSSL writes 2,048, careful people a million: some ten seconds."""

MAX_BCRYPT_ROUNDS = 1000
"""Of OpenSSH's bcrypt_pbkdf. ssh-keygen writes 16 or 24; a thousand take half a minute."""

MAX_SCRYPT_MEMORY = 1 << 30
"""Bytes: 128 * r * (n + p). Geth's standard (n = 2^18, r = 8, p = 1) takes 2^28."""

MAX_SCRYPT_WORK = 1 << 24
"""n * r * p, the mixing. Geth's standard is 2^21."""

MAX_SCRYPT_BLOCKS = 1 << 10
"""r * p, each derived by PBKDF2 before the mixing, whatever n is. Programs write 8 to 64."""

_MOST_DIGITS = 15


def check_kdf_cost(
    what: str,
    *,
    rounds: int = 0,
    bcrypt_rounds: int = 0,
    scrypt: tuple[int, int, int] | None = None,
) -> None:
    """IMP-COST: refuse a derivation that no program asks for; ``what`` names the file's subject.

    ``rounds`` are all rounds of PBKDF2, or of an older derivation, together;
    ``bcrypt_rounds`` those of OpenSSH's; ``scrypt`` are n, r and p. Raises ``oversized``
    with the number that was asked for.
    """
    asked = [
        ("rounds", rounds, MAX_ROUNDS),
        ("rounds of bcrypt", bcrypt_rounds, MAX_BCRYPT_ROUNDS),
    ]
    if scrypt is not None:
        n, r, p = scrypt
        asked += [
            ("bytes of memory for scrypt", 128 * r * (n + p), MAX_SCRYPT_MEMORY),
            ("steps of scrypt", n * r * p, MAX_SCRYPT_WORK),
            ("blocks of scrypt", r * p, MAX_SCRYPT_BLOCKS),
        ]
    for unit, number, most in asked:
        if number > most:
            raise COST.refusal(
                Failure.OVERSIZED,
                f"the {what} asks for {_said(number)} {unit} to open it, the limit is {most:,}",
                hint="no program writes such a file: find out where it comes from",
            )


def _said(number: int) -> str:
    # A file can ask with a number of thousands of digits.
    return f"{number:,}" if number < 10**_MOST_DIGITS else f"more than 10^{_MOST_DIGITS}"
