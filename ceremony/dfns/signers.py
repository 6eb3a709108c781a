"""The signers of a cluster: whom a key is split for."""

import hashlib
import re
from dataclasses import dataclass

from ceremony.dfns import bodies, wire
from ceremony.ecies import EncryptionKey
from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.text import parse_base64

MAX_SIGNERS = 20
"""More signers than Dfns runs; it bounds the search of an export's shares."""

MAX_CLUSTERS = 100
"""Clusters in one answer. Dfns names one or a few."""

CLUSTER_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
"""The characters of the ids that Dfns gives, none of which can deceive on a screen."""

MAX_SIGNER_ID = 64
"""Bytes of a signer's id. Those of Dfns have 32; its reference also takes other lengths, and
sorts them (tests/vectors/dfns/signer-order.json)."""

MAX_LISTED = 6
"""Clusters that an error names."""

UNIQUE = Control(
    "SIG-UNIQUE", "no two signers have one identity, one key, or a key and its negation"
)

FINGERPRINT_DOMAIN = b"dfns-ceremony signers v1\0"


@dataclass(frozen=True, slots=True)
class Signer:
    signer_id: bytes
    signer_id_text: str
    encryption_key: EncryptionKey


@dataclass(frozen=True, slots=True)
class SignersInfo:
    """The signers of one cluster, in the order of their share indexes (from 1).

    The order is that of the decoded bytes of the ids: the order of the base64 text
    is another one and sends every share to the wrong signer.
    """

    cluster_id: str
    signers: tuple[Signer, ...]

    def fingerprint(self) -> bytes:
        """SHA-256, 32 bytes, of the cluster's id and every signer's id and key.

        What people pin and compare: it changes with any of them, and with nothing
        else of the answer (docs/format.md, "Fingerprint of the signers").
        """
        digest = hashlib.sha256(FINGERPRINT_DOMAIN)
        parts = [self.cluster_id.encode()]
        for signer in self.signers:
            parts += [signer.signer_id, signer.encryption_key.point.compressed]
        for part in parts:
            digest.update(len(part).to_bytes(4, "big") + part)
        return digest.digest()


def parse_signers(answer: bytes, cluster_id: str | None = None) -> SignersInfo:
    """The signers of a cluster from the answer of GET /signers.

    Without ``cluster_id`` there must be one cluster only. Raises ``malformed``,
    ``cluster``, ``signers``, ``encryption-key`` or ``duplicate``.
    """
    clusters = wire.decode(answer, bodies.SignersAnswer, "the answer of GET /signers").clusters
    if not clusters:
        raise wire.malformed("the answer of GET /signers names no cluster")
    if len(clusters) > MAX_CLUSTERS:
        raise wire.malformed(f"the answer of GET /signers names {len(clusters)} clusters")
    cluster = _choose(clusters, cluster_id)
    if not CLUSTER_ID.fullmatch(cluster.cluster_id):
        raise wire.malformed(
            f"the id of the cluster is not one of Dfns: {printable(cluster.cluster_id)}"
        )
    if not cluster.signers:
        raise wire.malformed(f"cluster {cluster.cluster_id} has no signers")
    if len(cluster.signers) > MAX_SIGNERS:
        raise CeremonyError(
            Failure.SIGNERS,
            f"cluster {cluster.cluster_id} has {len(cluster.signers)} signers, "
            f"this program takes up to {MAX_SIGNERS}",
            hint="ask Dfns whether this answer is right",
        )
    signers = tuple(sorted(map(_signer, cluster.signers), key=lambda s: s.signer_id))
    check_unique_signers(signers)
    return SignersInfo(cluster.cluster_id, signers)


def check_unique_signers(signers: tuple[Signer, ...]) -> None:
    """SIG-UNIQUE: no identity and no key twice, nor a key and its negation.

    Whoever holds the key of two signers reads two shares. Raises ``duplicate``.
    """
    for what, values in (
        ("identity", [s.signer_id for s in signers]),
        ("encryption key", [s.encryption_key.point.compressed[1:] for s in signers]),
    ):
        for i, value in enumerate(values):
            if value in values[:i]:
                first, second = signers[values.index(value)], signers[i]
                raise UNIQUE.refusal(
                    Failure.DUPLICATE,
                    f"two signers have the same {what}:"
                    f" {first.signer_id_text} and {second.signer_id_text}",
                    hint="stop: the list of signers is wrong or forged; ask Dfns",
                )


def _choose(clusters: tuple[bodies.Cluster, ...], cluster_id: str | None) -> bodies.Cluster:
    names = ", ".join(printable(c.cluster_id) for c in clusters[:MAX_LISTED])
    if len(clusters) > MAX_LISTED:
        names += f" and {len(clusters) - MAX_LISTED} more"
    if cluster_id is None and len(clusters) > 1:
        raise CeremonyError(
            Failure.CLUSTER,
            f"there are {len(clusters)} clusters: {names}",
            hint="choose one with --cluster, as Dfns named it to you",
        )
    found = [c for c in clusters if cluster_id in (None, c.cluster_id)]
    if len(found) != 1:
        raise CeremonyError(
            Failure.CLUSTER,
            f"{len(found)} clusters have the id {printable(cluster_id or '')}",
            hint=f"clusters in this answer: {names}",
        )
    return found[0]


def _signer(entry: bodies.SignerEntry) -> Signer:
    signer_id = parse_base64(entry.signer_id, "the id of a signer")
    if not 0 < len(signer_id) <= MAX_SIGNER_ID:
        raise wire.malformed(
            f"the id of a signer has 1 to {MAX_SIGNER_ID} bytes, this one {len(signer_id)}"
        )
    try:
        encryption_key = EncryptionKey.parse(entry.encryption_key)
    except CeremonyError as error:
        raise CeremonyError(
            Failure.ENCRYPTION_KEY,
            f"signer {entry.signer_id}: {error.message}",
            hint="stop: the list of signers is wrong or forged; ask Dfns",
        ) from None
    return Signer(signer_id, entry.signer_id, encryption_key)
