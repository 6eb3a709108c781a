"""The signers of a cluster: they judge what they are given, and hold it.

Written from the signers' point of view (docs/format.md, "Import"). None of the
checks of the offline side is called here: whatever that side does wrong has to
fail here, as it would at Dfns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from ceremony.curves import Curve, Point, scalar_bytes
from ceremony.dfns import bodies, wire
from ceremony.dfns.scheme import check_scheme
from ceremony.ecies import DecryptionKey, EncryptionKey, decrypt, encrypt
from ceremony.errors import CeremonyError, Failure
from ceremony.sandbox.bodies import EncryptedKeyShare, ImportBody
from ceremony.secret import Random, Secret
from ceremony.text import base64_text, parse_base64

SIGNER_ID_SIZE = 32
"""Bytes of a signer's id, as in the examples of Dfns' documentation."""

HINT = "nothing was imported: build the request again from the signers of this cluster"


@dataclass(frozen=True, slots=True)
class ClusterSigner:
    signer_id: str
    decryption_key: DecryptionKey


@dataclass(frozen=True, slots=True, eq=False)
class HeldShare:
    """What one signer keeps of a key: f(index)."""

    signer_id: str
    index: int
    secret_share: Secret


@dataclass(frozen=True, slots=True, eq=False)
class HeldKey:
    """A key as its cluster holds it; nobody has the whole of it."""

    curve: Curve
    protocol: str
    min_signers: int
    public_key: Point
    shares: tuple[HeldShare, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Signers in the order of their share indexes: by the decoded bytes of their ids."""

    cluster_id: str
    signers: tuple[ClusterSigner, ...]

    @classmethod
    def of(cls, cluster_id: str, decryption_keys: dict[str, DecryptionKey]) -> "Cluster":
        """A cluster of the signers with these ids (base64) and keys, in any order."""
        order = sorted(decryption_keys, key=lambda text: parse_base64(text, "a signer's id"))
        return cls(cluster_id, tuple(ClusterSigner(i, decryption_keys[i]) for i in order))

    @classmethod
    def generate(cls, cluster_id: str, count: int, random: Random) -> "Cluster":
        """A cluster of ``count`` new signers."""
        return cls.of(
            cluster_id,
            {
                base64_text(random(SIGNER_ID_SIZE)): DecryptionKey.generate(random)
                for _ in range(count)
            },
        )

    def answer(self) -> bodies.Cluster:
        """The cluster as GET /signers shows it: never in the order of the share indexes.

        Dfns promises no order, so a client that trusts this one fails here first: they
        stand by the text of their ids, and the other way round where that is by the bytes.
        """
        listed = sorted(self.signers, key=lambda s: s.signer_id)
        if listed == list(self.signers):
            listed.reverse()
        return bodies.Cluster(
            self.cluster_id,
            tuple(
                bodies.SignerEntry(s.signer_id, s.decryption_key.encryption_key.text)
                for s in listed
            ),
        )

    def hold(self, body: ImportBody) -> HeldKey:
        """The key of an import request, if all signers agree that it is sound.

        Each signer opens its share; then together: the same public shares for
        everybody, on one polynomial of degree minSigners - 1, and each share is the
        one that its public share promises. Raises ``scheme``, ``threshold``,
        ``signers``, ``malformed``, ``decrypt``, ``version``, ``curve``,
        ``public-shares`` or ``share``.
        """
        protocol, curve = check_scheme(body.protocol, body.curve)
        if not 2 <= body.min_signers <= len(self.signers):
            raise _refusal(
                Failure.THRESHOLD,
                f"minSigners is {body.min_signers}, the cluster has {len(self.signers)} signers",
            )
        opened = [self._open(signer, curve, body) for signer in self._assigned(body)]
        public_shares = opened[0][1]
        if len(public_shares) != len(self.signers):
            raise _refusal(
                Failure.PUBLIC_SHARES,
                f"there are {len(public_shares)} public shares for {len(self.signers)} signers",
            )
        if any(others != public_shares for _, others in opened):
            raise _refusal(Failure.PUBLIC_SHARES, "the signers were told different public shares")
        check_degree(curve, public_shares, body.min_signers - 1)
        for held, public_share in zip((held for held, _ in opened), public_shares, strict=True):
            if curve.base_multiply(held.secret_share) != public_share:
                raise _refusal(
                    Failure.SHARE,
                    f"the share of signer {held.signer_id} is not that of its public share",
                )
        return HeldKey(
            curve,
            protocol,
            body.min_signers,
            _public_key(curve, public_shares[: body.min_signers]),
            tuple(held for held, _ in opened),
        )

    def _assigned(self, body: ImportBody) -> tuple[ClusterSigner, ...]:
        """The cluster's signers, once it is clear that the request names each once."""
        named = sorted(share.signer_id for share in body.encrypted_key_shares)
        if named != sorted(signer.signer_id for signer in self.signers):
            raise _refusal(
                Failure.SIGNERS,
                "encryptedKeyShares must name each signer of the cluster once, and no other",
            )
        return self.signers

    def _open(
        self, signer: ClusterSigner, curve: Curve, body: ImportBody
    ) -> tuple[HeldShare, tuple[Point, ...]]:
        """What one signer does with the share that is meant for it."""
        subject = f"the share of signer {signer.signer_id}"
        ciphertext = next(
            entry.encrypted_key_share
            for entry in body.encrypted_key_shares
            if entry.signer_id == signer.signer_id
        )
        plaintext = decrypt(signer.decryption_key, parse_base64(ciphertext, subject))
        share = wire.decode_share(plaintext, wire.ImportShare, subject)
        secret_share = wire.read_scalar(share.secret_share, curve, subject)
        public_shares = tuple(
            wire.read_point(point, curve, "a public share")
            for point in wire.decode(
                bytes(share.public_shares), wire.PointsJson, "the public shares"
            )
        )
        index = self.signers.index(signer) + 1
        return HeldShare(signer.signer_id, index, secret_share), public_shares


def check_degree(curve: Curve, points: Sequence[Point], degree: int) -> None:
    """The points f(1) * G, f(2) * G ... are those of an f of exactly this degree.

    By differences: those of order degree + 1 vanish, those of order degree do not.
    Raises ``threshold`` when f has another degree (fewer or more signers would be
    needed than the request says), ``public-shares`` when there is no such f: any n
    points lie on a polynomial of degree n - 1, which proves nothing.
    """
    if not _vanish(curve, points, degree + 1):
        for larger in range(degree + 2, len(points)):
            if _vanish(curve, points, larger):
                raise _refusal(
                    Failure.THRESHOLD,
                    f"the shares need {larger} signers, minSigners says {degree + 1}",
                )
        raise _refusal(
            Failure.PUBLIC_SHARES,
            f"the public shares lie on no polynomial of degree {degree}",
        )
    if _vanish(curve, points, degree):
        raise _refusal(
            Failure.THRESHOLD,
            f"fewer signers than the {degree + 1} of minSigners could recombine the key",
        )


def export_shares(
    held: HeldKey, encryption_key: EncryptionKey, random: Random
) -> tuple[EncryptedKeyShare, ...]:
    """Each signer's share, encrypted by that signer to the request's key."""
    return tuple(
        seal_export_share(share, held.curve, share.index, encryption_key, random)
        for share in held.shares
    )


def seal_export_share(
    share: HeldShare, curve: Curve, index: int, encryption_key: EncryptionKey, random: Random
) -> EncryptedKeyShare:
    plaintext = wire.ExportShare(
        wire.SHARE_VERSION,
        wire.scalar_json(curve, scalar_bytes(index)),
        wire.scalar_json(curve, share.secret_share),
    )
    ciphertext = encrypt(encryption_key, Secret(wire.encode(plaintext)), random)
    return EncryptedKeyShare(signer_id=share.signer_id, encrypted_key_share=base64_text(ciphertext))


def recombine(held: HeldKey) -> Secret:
    """The whole key, which exists at Dfns nowhere: the sandbox signs with it."""
    order, value = held.curve.order, 0
    shares = held.shares[: held.min_signers]
    for share in shares:
        others = [s.index for s in shares if s.index != share.index]
        factor = _at_zero(share.index, others, order)
        value += factor * int.from_bytes(share.secret_share.reveal(), "big")
    return scalar_bytes(value % order)


def _public_key(curve: Curve, points: Sequence[Point]) -> Point:
    indexes = range(1, len(points) + 1)
    factors = [_at_zero(i, [j for j in indexes if j != i], curve.order) for i in indexes]
    public_key = curve.combine(zip(factors, points, strict=True))
    if public_key is None:
        raise _refusal(Failure.PUBLIC_SHARES, "the public shares are those of the key zero")
    return public_key


def _at_zero(index: int, others: Sequence[int], order: int) -> int:
    """Lagrange's factor of the value at ``index`` for the value at 0."""
    numerator = denominator = 1
    for other in others:
        numerator = numerator * other % order
        denominator = denominator * (other - index) % order
    return numerator * pow(denominator, -1, order) % order


def _vanish(curve: Curve, points: Sequence[Point], difference: int) -> bool:
    """Whether all differences of this order of the points are the identity.

    There are none beyond order len(points) - 1: then it holds.
    """
    signs = [(-1) ** (difference - k) * comb(difference, k) for k in range(difference + 1)]
    windows = range(len(points) - difference)
    return all(
        curve.combine(zip(signs, points[i : i + difference + 1], strict=True)) is None
        for i in windows
    )


def _refusal(failure: Failure, message: str) -> CeremonyError:
    return CeremonyError(failure, message, hint=HINT)
