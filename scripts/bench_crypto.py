"""Imports (split, check, encrypt; 3 of 5 signers) and recoveries, for each curve.

The unit is what no secp256k1 import can do without: 16 multiplications by libsecp256k1
(5 public shares, the public key, 5 ephemeral keys, 5 shared points), each with the
reading and writing of its point. Each figure is the quickest of many short turns, taken
in rotation, so that a busy machine spoils none of them alone.
"""

import secrets
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from ceremony import ecies
from ceremony.curves import CURVES, SECP256K1
from ceremony.curves.secp256k1 import shared_point
from ceremony.dfns import wire
from ceremony.dfns.key_export import recover_secret_scalar
from ceremony.dfns.key_import import Destination, KeyToImport, build_import_bodies
from ceremony.dfns.scheme import DEFAULT_PROTOCOLS
from ceremony.dfns.signers import Signer, SignersInfo
from ceremony.ecies import DecryptionKey
from ceremony.secret import Secret
from ceremony.sharing import split
from ceremony.text import base64_text

TURNS = 60
RANDOM = secrets.token_bytes


def five_signers() -> SignersInfo:
    keys = [DecryptionKey.generate(RANDOM).encryption_key for _ in range(5)]
    return SignersInfo("cl-1", tuple(Signer(bytes([i]), "", k) for i, k in enumerate(keys)))


def sixteen_multiplications() -> Callable[[], None]:
    scalar = SECP256K1.random_scalar(RANDOM)
    point = SECP256K1.base_multiply(SECP256K1.random_scalar(RANDOM))

    def work() -> None:
        for _ in range(11):
            SECP256K1.base_multiply(scalar)
        for _ in range(5):
            shared_point(scalar, point)

    return work


def an_import(signers: SignersInfo, curve: str) -> Callable[[], None]:
    scalar = CURVES[curve].random_scalar(RANDOM)
    public_key = CURVES[curve].base_multiply(scalar).compressed
    key = KeyToImport(curve, scalar, public_key, DEFAULT_PROTOCOLS[curve], Destination())

    def work() -> None:
        (body,) = build_import_bodies(signers, [key], 3, RANDOM)
        wire.encode(body)

    return work


def a_recovery(name: str) -> Callable[[], None]:
    curve, key = CURVES[name], DecryptionKey.generate(RANDOM)
    scalar = curve.random_scalar(RANDOM)
    entries = []
    for index, share in enumerate(split(curve, scalar, 3, 5, RANDOM), 1):
        number = wire.ScalarJson(name, f"{index:064x}")
        plain = wire.ExportShare(1, number, wire.scalar_json(curve, share))
        sealed = ecies.encrypt(key.encryption_key, Secret(wire.encode(plain)), RANDOM)
        entries.append(wire.ReceivedShare(f"signer {index}", base64_text(sealed)))
    public_key = curve.base_multiply(scalar).compressed
    answer = wire.encode(
        wire.ExportAnswer(public_key.hex(), DEFAULT_PROTOCOLS[name], name, 3, tuple(entries))
    )
    return lambda: recover_secret_scalar(key, answer, public_key) and None


def quickest(works: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Seconds of one call of each."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(TURNS):
        for name, work in works.items():
            count = 1 if "stark" in name else 8
            began = time.perf_counter()
            for _ in range(count):
                work()
            best[name] = min(best[name], (time.perf_counter() - began) / count)
    return best


def main() -> None:
    signers = five_signers()
    works = {"16 multiplications": sixteen_multiplications()}
    works |= {f"import, {name}": an_import(signers, name) for name in CURVES}
    works |= {f"recovery, {name}": a_recovery(name) for name in CURVES}
    best = quickest(works)
    unit, secp256k1 = best["16 multiplications"], best["import, secp256k1"]
    table = Table(title="Cryptography, 3 of 5 signers", title_justify="left")
    for column in ("what", "a second", "ms", "of 16 multiplications", "of a secp256k1 import"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, seconds in best.items():
        table.add_row(
            name,
            f"{1 / seconds:,.0f}",
            f"{seconds * 1000:.3f}",
            f"{seconds / unit:.2f}",
            f"{seconds / secp256k1:.2f}",
        )
    Console().print(table)
    Console().print(
        "targets: import, secp256k1 at most 1.50 of 16 multiplications; "
        "import, ed25519 at most 0.70 of a secp256k1 import"
    )


if __name__ == "__main__":
    main()
