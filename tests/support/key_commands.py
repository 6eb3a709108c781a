"""What the tests of `ceremony api encrypt` and `ceremony inspect` share."""

import json
from pathlib import Path

from ceremony.curves import CURVES
from ceremony.secret import Secret
from ceremony.sharing import recombine
from tests.support.fake_cluster import Cluster
from tests.support.key_samples import Sample


def encrypting(cluster: Cluster) -> tuple[str, ...]:
    """The command for these signers, up to the key."""
    signers = ("--signers", "signers.json", "--fingerprint", cluster.fingerprint)
    return ("api", "encrypt", *signers, "--out", "request.json")


def prepare(sample: Sample, *, expect: bool | None = None) -> tuple[str, ...]:
    """Writes the sample's files; gives the options that name them, and its address: if
    ``expect`` says so, or else where the key is not taken without one.
    """
    Path("source").write_bytes(sample.source)
    for name, content in sample.files.items():
        Path(name).write_bytes(content)
    needed = sample.needs_expected if expect is None else expect
    expected = ("--expect", sample.address) if needed else ()
    return ("--key-file", "source", *sample.options, *expected)


def split_key(cluster: Cluster, request: str = "request.json") -> Secret:
    """What three of five signers get together out of a request."""
    body = json.loads(Path(request).read_text())
    shares = cluster.opened(body)
    curve = CURVES[body["curve"]]
    found = [recombine(curve, three) for three in (shares[:3], shares[2:], shares[1:4])]
    assert found[0] is not None
    assert all(other is not None and other.matches(found[0]) for other in found)
    return found[0]


class NoRandomness:
    """Stands where the kernel's generator does, and is never asked."""

    asked = 0

    def __call__(self, size: int) -> bytes:
        self.asked += 1
        raise AssertionError(f"{size} bytes of randomness were asked for")
