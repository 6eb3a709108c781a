"""Build the request that imports a private key, for POST /wallets/import or /keys/import."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ceremony.curves import CURVES, Curve
from ceremony.dfns import wire
from ceremony.dfns.bodies import EncryptedKeyShare, ImportBody
from ceremony.dfns.scheme import check_scheme
from ceremony.dfns.signers import Signer, SignersInfo
from ceremony.ecies import EPHEMERAL_KEY_SIZE, encrypt
from ceremony.errors import CeremonyError, Control, Failure
from ceremony.hedge import REPEATS, Hedge, context_of, hedged, never_twice
from ceremony.secret import UNTRUSTED, Random, Secret
from ceremony.sharing import SHARING, THRESHOLD, check_sharing, check_threshold, split

DEFAULT_MIN_SIGNERS = 3
"""What the API accepts today."""

DESTINATION = Control(
    "IMP-DESTINATION", "network and name are such that the API and its SDKs carry them unchanged"
)
SCALAR = Control(
    "IMP-KEY", "the private key is a scalar of its curve, in range, and is never reduced"
)
EPHEMERAL = Control(
    "IMP-EPHEMERAL", "no ephemeral key is used twice, within a request or across its keys"
)
HEDGED = Control("IMP-HEDGE", "a generator that repeats gives no key, share or plaintext away")

MAX_NAME = 100
"""Characters of a key's name, as Dfns documents; taken for wallets too."""

BUILT = (DESTINATION, SCALAR, THRESHOLD, REPEATS, HEDGED, SHARING, EPHEMERAL)
"""What holds of every key when ``build_import_bodies`` returns."""

HEDGE = "dfns-ceremony import v1"
"""What the context of an import's hedged randomness begins with."""


@dataclass(frozen=True, slots=True)
class Destination:
    """What the key becomes: a wallet on ``network``, or without one a key."""

    network: str | None = None
    name: str | None = None
    master_key: bool = False

    @property
    def path(self) -> str:
        return "/wallets/import" if self.network else "/keys/import"

    def check(self) -> None:
        """IMP-DESTINATION: what the API and its SDKs can carry. Raises ``usage``."""
        for what, text in (("network", self.network), ("name", self.name)):
            # The SDKs sign and send a non-ASCII body as different texts.
            if text is not None and not (
                0 < len(text) <= MAX_NAME and text.isascii() and text.isprintable()
            ):
                raise _no_destination(
                    f"the {what} must have 1 to {MAX_NAME} printable ASCII characters"
                )
        if self.network and self.master_key:
            raise _no_destination("a wallet cannot be a master key: give a network or --master-key")


@dataclass(frozen=True, slots=True)
class KeyToImport:
    """One key and what becomes of it.

    ``secret_scalar`` is 32 bytes, big-endian; ``public_key`` compressed, as people were
    shown it.
    """

    curve: str
    secret_scalar: Secret
    public_key: bytes
    protocol: str
    destination: Destination


def build_import_bodies(
    signers: SignersInfo,
    keys: Sequence[KeyToImport],
    min_signers: int,
    random: Random,
    hedge: Hedge = hedged,
) -> tuple[ImportBody, ...]:
    """The body of the import of each key, in their order.

    Every secret scalar is split for all signers, the sharing is checked against the
    public key, and each share is encrypted to its signer; no ephemeral key serves twice
    among all of them. Raises ``scheme``, ``threshold``, ``key``, ``usage``,
    ``randomness``, or what ``check_sharing`` finds.

    IMP-HEDGE: each polynomial is drawn from ``random`` hedged with its key, each
    ephemeral scalar hedged with the share that it protects, both in the context of the
    signers, the key's place among ``keys`` and all that the body says. Vectors fix every
    draw by ``hedge=unhedged``.
    """
    watched = never_twice(random)
    bodies = tuple(
        _build(signers, key, min_signers, watched, hedge, place) for place, key in enumerate(keys)
    )
    check_fresh_ephemeral_keys(bodies)
    return bodies


def _build(
    signers: SignersInfo,
    key: KeyToImport,
    min_signers: int,
    random: Random,
    hedge: Hedge,
    place: int,
) -> ImportBody:
    key.destination.check()
    protocol, curve = check_scheme(key.protocol, key.curve)
    check_threshold(min_signers, len(signers.signers))
    check_secret_scalar(curve, key.secret_scalar)
    to, what = key.destination, (signers.fingerprint(), place, protocol, curve.name, min_signers)
    context = context_of(HEDGE, *what, to.network, to.name, to.master_key)
    hedged_by_key = hedge(random, key.secret_scalar, context)
    shares = split(curve, key.secret_scalar, min_signers, len(signers.signers), hedged_by_key)
    public_shares = [curve.base_multiply(share) for share in shares]
    check_sharing(curve, key.secret_scalar, min_signers, shares, public_shares, key.public_key)
    points = wire.encode_points(public_shares)
    return ImportBody(
        network=key.destination.network,
        name=key.destination.name,
        curve=key.curve,
        protocol=protocol,
        min_signers=min_signers,
        encrypted_key_shares=tuple(
            EncryptedKeyShare(
                signer.signer_id,
                _encrypted(signer, _plaintext(curve, share, points), random, hedge, context),
            )
            for signer, share in zip(signers.signers, shares, strict=True)
        ),
        master_key=key.destination.master_key or None,
    )


def _encrypted(
    signer: Signer, plaintext: Secret, random: Random, hedge: Hedge, context: bytes
) -> bytes:
    own = context_of(context, signer.signer_id, signer.encryption_key.encoded)
    return encrypt(signer.encryption_key, plaintext, hedge(random, plaintext, own))


def parse_import_body(body: bytes) -> ImportBody:
    """An import request as somebody else built it. Raises ``malformed`` or ``scheme``."""
    request = wire.decode(body, ImportBody, "the import request", wire.WRITE_AGAIN)
    check_scheme(request.protocol, request.curve)
    return request


def check_secret_scalar(curve: Curve, secret_scalar: Secret) -> None:
    """IMP-KEY: 32 bytes, 0 < s < order. Raises ``key``; the scalar is never reduced."""
    try:
        CURVES[curve.name].parse_scalar(secret_scalar.reveal())
    except CeremonyError:
        raise SCALAR.refusal(
            Failure.KEY,
            f"the private key is not a scalar of {curve.name}: over zero, below the order",
            hint="check the format and the curve of the key",
        ) from None


def check_fresh_ephemeral_keys(bodies: Sequence[ImportBody]) -> None:
    """IMP-EPHEMERAL: no ephemeral key twice, within a body or across them.

    One that repeats, with the nonce fixed, gives both shares away. Raises ``randomness``.
    """
    ephemeral_keys = [
        share.encrypted_key_share[-EPHEMERAL_KEY_SIZE:]
        for body in bodies
        for share in body.encrypted_key_shares
    ]
    if len(set(ephemeral_keys)) != len(ephemeral_keys):
        raise EPHEMERAL.refusal(
            Failure.RANDOMNESS,
            "two shares were encrypted with one ephemeral key: the randomness repeats",
            hint=UNTRUSTED,
        )


def _plaintext(curve: Curve, share: Secret, points: msgspec.Raw) -> Secret:
    scalar = wire.scalar_json(curve, share)
    return Secret(wire.encode(wire.ImportShare(wire.SHARE_VERSION, scalar, points)))


def _no_destination(message: str) -> CeremonyError:
    return DESTINATION.refusal(
        Failure.USAGE, message, hint="change network or name in the plan or on the command line"
    )
