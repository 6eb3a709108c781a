"""Where the programs' randomness comes from: the kernel, and nowhere else yet."""

import secrets


def system_random(size: int) -> bytes:
    """``size`` bytes from the kernel's generator (getrandom, which waits until seeded)."""
    return secrets.token_bytes(size)
