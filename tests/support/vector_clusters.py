"""The cluster of a vector in the sandbox."""

from typing import Any

from ceremony.ecies import DecryptionKey
from ceremony.sandbox.cluster import Cluster
from ceremony.secret import Secret


def cluster_of(case: dict[str, Any]) -> Cluster:
    keys = case["decryption_keys"].items()
    return Cluster.of(
        "cl-vector", {i: DecryptionKey.parse(Secret(bytes.fromhex(key))) for i, key in keys}
    )
