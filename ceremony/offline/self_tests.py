"""Known answers that this installation must give before it touches a key.

Sources: shares and ECIES, tests/vectors/dfns (made with Dfns' reference); HKDF, RFC 5869
A.1; mnemonic to address, BIP-39's first test vector and its account on Ethereum.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import partial

from ceremony.addresses import addresses
from ceremony.curves import CURVES
from ceremony.desk.port import Progress, Working
from ceremony.ecies import DecryptionKey, decrypt, encrypt
from ceremony.errors import Control, Failure
from ceremony.keys.formats import read_key
from ceremony.link import Complete, Receiver, Sender
from ceremony.optics.matrix import DEFAULT_VERSION, capacity, code_matrix
from ceremony.optics.png import png_of
from ceremony.optics.worker_messages import Codes, Look, Next, Opened
from ceremony.optics.worker_process import WorkerProcess
from ceremony.secret import Secret
from ceremony.sharing import evaluate, recombine
from ceremony.text import parse_base64

SELF_TEST = Control("ENV-SELF-TEST", "this installation computes every known answer")

SHARES = {
    "secp256k1": (
        "8bb17a01d203670962901b991c8937ff328787ddcd8c8508ce0af9d3676b4dde",
        "bfc1652242a0da5e304251fe52752f153e2a8ed2d53cea7aecda344ff67c59be",
        "4b72df2414a4416792d26d976efe6715b60339c9f380cf47fb12cf968db1665b",
        "03ca46fd6ed2c3e226fecd49110dda51f00f48463291ba0dce29ca7783bf828541",
    ),
    "stark": (
        "032f4bbffc9706c767abc3e523c829336de8d9d878b03e6d8a5b18659d1177dd",
        "001e64ce167d22d7752d763239b6068908dbb44adc5a73a299c37e8eb815559a",
        "034db08e1314299edcd93a175d7e2fbc76c48e23550ab210241e96f45526cd77",
        "0303f9f01b2e5d88c95f56cc05590c4bb301bbca395ad98ec973e63789d7f45b5c",
    ),
    "ed25519": (
        "0e2d59bf5110cd3e4b9da8756d1d518d94ca74095cfa319d078c9e6de51be3f9",
        "0f035689b844933623c179c9374ed999df194552856aa2503078807b851ac704",
        "0d30b049095560746f5f223ea46c2b275f04bf7d3f6d3716dff2bbcf0d40d710",
        "1b2b6a4f8e8e8396acab89e1d038cf1b36b908e1488d00206fbc92df36b92b04",
    ),
}
"""For each curve both coefficients of f, f(1), and f(0) * G."""

ECIES_KEY = "0183aa3627c61e503b63b4a967f0318c269f1993801a54b7da260f939a18f2132d"
ECIES_CIPHERTEXT = (
    "itG1NVaRjQLI/9TGwE87Q00dxOiKl6jcVfG3ORT+/QML15BFljKxOewVH0NfVq6nhHJF1wzSnPrTHXSExobuVg=="
)
ECIES_PLAINTEXT = "iTZHx7Caju8z/if5fo0V"

HKDF_ANSWER = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"

MNEMONIC = Secret(b"abandon " * 11 + b"about")
ADDRESS = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"

SelfTests = Mapping[str, Callable[[], bool]]
"""Tests by their names; each gives whether its answer was the known one."""

LINK_MESSAGE = bytes(range(256)) * 8
LINK_CAPACITY = 300

LINK_FRAMES = "295015ad0e3d8e9f80c070cbd906e15cabcc3b88ce0b62946d716e0eea9914f6"
"""SHA-256 of the frames with which ``pictures`` begins, in codes of the default version."""

PIXELS = 3
"""The width of a module in a picture that nothing disturbs."""


def run_self_tests(
    progress: Callable[[Progress], None], tests: SelfTests | None = None
) -> tuple[str, ...]:
    """The names of the tests, all passed. Raises ``machine`` in the name of ENV-SELF-TEST.

    Without ``tests`` they are all that there are.
    """
    tests = TESTS if tests is None else tests
    for number, (name, test) in enumerate(tests.items(), 1):
        progress(Working(f"self-test: {name}", number, len(tests)))
        if not test():
            raise SELF_TEST.refusal(
                Failure.MACHINE,
                f"the self-test {name} gives another answer than the known one",
                hint="stop: this installation or this machine computes wrongly; use another one",
            )
    return tuple(tests)


def _sharing(curve: str) -> bool:
    secret, slope, first, public_key = SHARES[curve]
    group = CURVES[curve]
    coefficients = [Secret(bytes.fromhex(secret)), Secret(bytes.fromhex(slope))]
    values = [evaluate(group, coefficients, i).to_bytes(32, "big") for i in (1, 2)]
    back = recombine(group, [(i, Secret(value)) for i, value in enumerate(values, 1)])
    return (
        values[0].hex() == first
        and back is not None
        and back.matches(coefficients[0])
        and group.base_multiply(back).compressed.hex() == public_key
    )


def _ecies() -> bool:
    key = DecryptionKey.parse(Secret(bytes.fromhex(ECIES_KEY)))
    known = decrypt(key, parse_base64(ECIES_CIPHERTEXT, "the known answer"))
    # A fixed stream of bytes: encryption and decryption must agree, whatever the bytes.
    stream = hashlib.shake_256(b"dfns-ceremony self-test").digest
    again = decrypt(key, encrypt(key.encryption_key, known, stream))
    return known.reveal() == parse_base64(ECIES_PLAINTEXT, "the known answer") and again.matches(
        known
    )


def _derivation() -> bool:
    path = "m/44'/60'/0'/0/0"
    (key,) = read_key("bip39", MNEMONIC, curve="secp256k1", paths=(path,))
    return addresses("secp256k1", key.public_key, "Ethereum")[0].text == ADDRESS


def _hkdf() -> bool:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    salt, info = bytes(range(13)), bytes(range(0xF0, 0xFA))
    found = HKDF(SHA256(), 42, salt, info).derive(b"\x0b" * 22)
    return found.hex().startswith(HKDF_ANSWER)


def _link() -> bool:
    sender, receiver = Sender(LINK_MESSAGE, LINK_CAPACITY), Receiver()
    for index in range(1, sender.needed * 3, 2):  # half of the frames are lost
        progress = receiver.add(sender.frame(index))
        if isinstance(progress, Complete):
            return progress.message == LINK_MESSAGE
    return False


def pictures(start: Callable[[], WorkerProcess] = WorkerProcess) -> bool:
    """A message as frames, drawn as QR codes, and read by the process that reads pictures.

    Only those that RaptorQ makes up, so that the message is computed and not copied; the
    pictures stay in memory. False as well when the process does not read one, or ends.
    """
    sender, receiver = Sender(LINK_MESSAGE, capacity(DEFAULT_VERSION)), Receiver()
    frames = [sender.frame(index) for index in range(sender.needed, 2 * sender.needed + 2)]
    if hashlib.sha256("".join(frames).encode()).hexdigest() != LINK_FRAMES:
        return False
    with start() as worker:
        for frame in frames:
            for code in _codes(worker, png_of(code_matrix(frame), PIXELS)):
                progress = receiver.add(code)
                if isinstance(progress, Complete):
                    return progress.message == LINK_MESSAGE
    return False


def _codes(worker: WorkerProcess, png: bytes) -> tuple[str, ...]:
    with os.fdopen(os.memfd_create("self-test"), "w+b") as file:
        file.write(png)
        file.seek(0)
        if worker.ask(Look(), file) != Opened():
            return ()
        answer = worker.ask(Next())
    return answer.texts if isinstance(answer, Codes) else ()


TESTS: SelfTests = {
    **{f"sharing on {curve}": partial(_sharing, curve) for curve in SHARES},
    "ECIES": _ecies,
    "HKDF": _hkdf,
    "BIP-39 to an address": _derivation,
    "RaptorQ frames": _link,
    "QR codes": pictures,
}
"""Each by its name, in the order in which they run."""
