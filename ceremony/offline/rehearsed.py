"""The offline side of a rehearsal, as a process of its own: python -m ceremony.offline.rehearsed.

It makes fresh keys, imports them, exports them again and compares, over a simulated
screen and camera. It can do nothing but rehearse: every message says so, and none of
another environment is taken.
"""

import argparse
import sys
from pathlib import Path

import msgspec
import numpy as np

from ceremony.curves import CURVES, ED25519
from ceremony.desk.command import Parser, run
from ceremony.desk.digests import check_confirmed
from ceremony.dfns.key_import import DEFAULT_MIN_SIGNERS, Destination
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import read_passphrase, write_file
from ceremony.keys.material import KeyMaterial, scalar_key, seed_key
from ceremony.link import Progress, Receiving
from ceremony.message import Conversation, digest
from ceremony.message.kinds import CEREMONY_ID_SIZE
from ceremony.offline import crossing
from ceremony.offline.events import Done, Event, Moved, Moving, Said, Step
from ceremony.offline.state import write_state
from ceremony.optics.rehearsal import receive_simulated, send_simulated
from ceremony.optics.simulated import HD720

WALLET_NETWORK = "Ethereum"
"""Keys on secp256k1 become wallets, the others keys: both routes are rehearsed."""

PATIENCE = 120.0
"""Seconds that a message may take, the other side's start included."""


class Room:
    """The light and the folder of one rehearsal; keeps every message that crosses."""

    def __init__(self, light: Path, work: Path, loss: float, seed: int) -> None:
        self._light, self._work = light, work
        self._conditions = HD720.lossy(loss)
        self._generator = np.random.default_rng(seed)

    def show(self, name: str, data: bytes) -> None:
        self._keep(name, data)
        say(Said(name, digest(data).hex()))
        statistics = send_simulated(self._light, data, timeout=PATIENCE)
        say(Moved(name, to_offline=False, statistics=statistics))

    def look(self, name: str) -> bytes:
        def tell(progress: Progress) -> None:
            if isinstance(progress, Receiving):
                say(Moving(name, progress.received, progress.needed))

        say(Moving(name, 0, 0))
        data, statistics = receive_simulated(
            self._light, self._conditions, self._generator, tell, timeout=PATIENCE
        )
        self._keep(name, data)
        say(Moved(name, to_offline=True, statistics=statistics))
        return data

    def _keep(self, name: str, data: bytes) -> None:
        write_file(str(self._work / f"{name}.message"), data, "the message")


def rehearse(options: argparse.Namespace) -> None:
    """A whole ceremony: import, receipt, export, comparison."""
    room = Room(Path(options.light), Path(options.work), options.loss, options.seed)
    conversation = Conversation("rehearsal", system_random(CEREMONY_ID_SIZE))

    signers, conversation = crossing.take_signers(conversation, room.look("signers"))
    check_confirmed(signers.fingerprint(), options.fingerprint, "these signers")
    say(Step(f"the {len(signers.signers)} signers are those that were pinned"))

    keys = fresh_keys(options.keys)
    data, conversation = crossing.make_import_request(
        conversation,
        signers,
        [*zip(keys, destinations(keys), strict=True)],
        DEFAULT_MIN_SIGNERS,
        system_random,
    )
    say(Step(f"{len(keys)} fresh keys split, checked and encrypted for their signers"))
    room.show("import-request", data)

    receipt = room.look("import-receipt")
    outcomes, conversation = crossing.take_receipt(conversation, receipt, keys)
    for key, outcome in zip(keys, outcomes, strict=True):
        if outcome.error:
            raise CeremonyError(
                Failure.REFUSED,
                f"the key on {key.curve} was not imported: {outcome.error}",
                hint="the logs of relay and sandbox say more",
            )
        what = f"wallet {outcome.wallet_id}" if outcome.wallet_id else f"key {outcome.key_id}"
        say(Step(f"{key.curve}: imported as {what}"))

    decryption_key = sealed_decryption_key(options)
    say(Step("the export's decryption key is sealed, read back and opened"))
    data, conversation = crossing.make_export_request(
        conversation, [outcome.key_id for outcome in outcomes], decryption_key
    )
    room.show("export-request", data)

    response = room.look("export-response")
    recovered, conversation = crossing.take_export_response(
        conversation, response, decryption_key, [key.public_key for key in keys]
    )
    for key, found in zip(keys, recovered, strict=True):
        if isinstance(found, CeremonyError):
            raise found
        if not found.secret_scalar.matches(key.secret_scalar):
            raise CeremonyError(
                Failure.KEY,
                f"another key came back on {key.curve}",
                hint="a bug: keep the folder of this rehearsal and report it",
            )
        say(Step(f"{key.curve}: the same key came back"))
    say(Done(len(keys)))


def fresh_keys(count: int) -> list[KeyMaterial]:
    """``count`` new keys on each curve; on ed25519 from a seed, as wallets make them."""
    keys = []
    for curve in CURVES.values():
        for _ in range(count):
            scalar = curve.random_scalar(system_random)
            keys.append(seed_key(scalar) if curve is ED25519 else scalar_key(curve.name, scalar))
    return keys


def destinations(keys: list[KeyMaterial]) -> list[Destination]:
    return [
        Destination(WALLET_NETWORK if key.curve == "secp256k1" else None, f"rehearsal {i}")
        for i, key in enumerate(keys, 1)
    ]


def sealed_decryption_key(options: argparse.Namespace) -> DecryptionKey:
    """A fresh key, once it is sealed into a file that opens again."""
    key = DecryptionKey.generate(system_random)
    passphrase = read_passphrase(options.passphrase_file)
    write_state(str(Path(options.work) / "export.state"), key, passphrase, system_random)
    return key


def say(event: Event) -> None:
    sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = Parser(prog="python -m ceremony.offline.rehearsed", description=__doc__)
    for name in ("--light", "--work", "--fingerprint", "--passphrase-file"):
        parser.add_argument(name, required=True)
    parser.add_argument("--keys", type=int, required=True)
    parser.add_argument("--loss", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.set_defaults(handler=rehearse)
    return run("ceremony", parser, None)


if __name__ == "__main__":
    sys.exit(main())
