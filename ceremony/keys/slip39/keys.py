"""What the secret in SLIP-39 shares is: a wallet's seed, or one private key. Never guessed."""

from collections.abc import Sequence

from ceremony.keys.derivation import derive, master_key, parse_path, slip10_ed25519_seed
from ceremony.keys.material import KEY_SIZE, KeyMaterial, scalar_key, seed_key
from ceremony.keys.refusals import key_error
from ceremony.keys.slip39.recovery import ShareSet
from ceremony.secret import Secret

LABEL = "# "
"""How a line begins that says what a file is, and holds no words of a share."""

NO_CHECK = (
    "SLIP-39 has no check against a wrong passphrase, not even against one where none is "
    "needed: only the address tells"
)


def parse_slip39_seed(
    source: Secret, curve: str, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` from the text of shares that a wallet wrote, one in each line.

    Raises what ``ShareSet`` and ``seed_keys`` raise.
    """
    return seed_keys(shares_in(source), curve, paths, passphrase)


def parse_slip39_key(source: Secret, curve: str, passphrase: Secret | None = None) -> KeyMaterial:
    """The key from the text of shares that ``recombine`` wrote, one in each line.

    Raises what ``ShareSet`` and ``raw_key`` raise.
    """
    return raw_key(shares_in(source), curve, passphrase)


def shares_in(source: Secret) -> ShareSet:
    """The shares of a text, one in each line; empty lines and labels are passed over."""
    shares = ShareSet()
    for line in source.reveal().splitlines():
        if line.strip() and not line.lstrip().startswith(LABEL.strip().encode()):
            shares = shares.add(Secret(line))
    return shares


def seed_keys(
    shares: ShareSet, curve: str, paths: Sequence[str], passphrase: Secret | None = None
) -> tuple[KeyMaterial, ...]:
    """The keys at ``paths`` below the seed in the shares, 16 to 64 bytes.

    BIP-32 for secp256k1, SLIP-10 for ed25519, as wallets do. Raises ``path`` before
    the slow part, and what ``ShareSet.recover`` raises.
    """
    levels = [parse_path(path) for path in paths]
    seed = shares.recover(passphrase)
    if curve == "ed25519":
        return tuple(
            seed_key(slip10_ed25519_seed(seed, level), path=path, warnings=(NO_CHECK,))
            for level, path in zip(levels, paths, strict=True)
        )
    master = master_key(seed)
    return tuple(
        scalar_key(curve, derive(master, level).secret_scalar, path=path, warnings=(NO_CHECK,))
        for level, path in zip(levels, paths, strict=True)
    )


def raw_key(shares: ShareSet, curve: str, passphrase: Secret | None = None) -> KeyMaterial:
    """The key whose scalar, 32 bytes big-endian, is the secret in the shares.

    For ed25519 too it is the scalar, as Dfns exports it, never the seed. Raises
    ``key`` and what ``ShareSet.recover`` raises.
    """
    secret = shares.recover(passphrase)
    if len(secret) != KEY_SIZE:
        raise key_error(f"the shares hold {len(secret)} bytes, a private key has {KEY_SIZE}")
    return scalar_key(curve, secret, warnings=(NO_CHECK,))
