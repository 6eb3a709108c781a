"""What somebody changes between the two sides, and the control of the laptop that names it."""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from ceremony.desk.words import WORDS_ASKED
from ceremony.dfns.signers import parse_signers
from ceremony.ecies import DecryptionKey
from ceremony.entropy import system_random
from ceremony.errors import CeremonyError, Failure
from ceremony.files import write_files
from ceremony.machine import Image, Problem
from ceremony.message import Message, decode_message, digest, digest_words, encode_message
from ceremony.offline.source_entry import enter_source
from ceremony.offline.state import seal_state
from ceremony.secret import Secret
from tests.support.laptop import Laptop, Reply, receipt_reply, signers_answer, signers_reply
from tests.support.papers import picked
from tests.support.self_tests import LITTLE
from tests.support.walks import Walk, response_reply

Changes = dict[str, object]
"""Parts of the room in the place of the right ones."""

Tamper = Callable[[Walk, Path], Changes | None]
"""Changes the walk before it begins; the folder is an empty one."""

WRONG_WORDS = "aardvark adroitness absurd adviser"
OTHER_ADDRESS = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
PASSPHRASE = Secret(b"correct horse battery staple")


def on_the_laptop(change: Callable[[Laptop], None]) -> Tamper:
    def tamper(walk: Walk, _: Path) -> None:
        change(walk.laptop)

    return tamper


# The machine and the people.


def network_up(walk: Walk, _: Path) -> None:
    walk.laptop.problems = (Problem("network", "eth0 is up", "unplug it"),)


def network_up_late(walk: Walk, _: Path) -> Changes:
    """Once the first look has passed: it is looked at again before each secret and request."""
    looks = itertools.count()
    up = (Problem("network", "eth0 is up", "unplug it"),)
    return {"machine": lambda: up if next(looks) else ()}


SEALED = Image("0.1.0", "c0ffee" * 6 + "c0ff", "sealed", "00" * 32)


def sealed_image(walk: Walk, _: Path) -> Changes:
    """The laptop runs the image without storage: a key in the clear cannot leave it."""
    return {"image": SEALED}


def a_file_in_the_sealed_image(walk: Walk, _: Path) -> Changes:
    plan = walk.laptop.plan
    (source,) = plan.sources
    read = msgspec.structs.replace(source, entry="file")
    walk.laptop.plan = msgspec.structs.replace(plan, sources=(read,))
    return {"image": SEALED}


def wrong_words_of(subject: str) -> Tamper:
    def tamper(walk: Walk, _: Path) -> None:
        right = walk.laptop.desk.answer
        walk.laptop.desk.answer = lambda q: WRONG_WORDS if subject in q else right(q)

    return tamper


def repeating_generator(_walk: Walk, _: Path) -> Changes:
    """It gives good bytes, and the same ones again after a while: a clone, a broken driver."""
    calls = itertools.count()
    return {"random": lambda size: hashlib.shake_256(bytes([next(calls) % 6])).digest(size)}


def typing(*secrets: bytes) -> Tamper:
    """These are typed where a secret is asked for; then somebody stops the ceremony."""

    def tamper(walk: Walk, _: Path) -> None:
        lines: Iterator[bytes] = iter(secrets)

        def enter(prompt: str) -> Secret:
            if (line := next(lines, None)) is None:
                raise CeremonyError(Failure.CANCELLED, "stopped", hint="the test is over")
            return Secret(line)

        walk.laptop.desk.enter = enter

    return tamper


# The plan.


def plan_with(**changes: object) -> Tamper:
    def change(laptop: Laptop) -> None:
        laptop.plan = msgspec.structs.replace(laptop.plan, **changes)

    return on_the_laptop(change)


def key_with(**changes: object) -> Tamper:
    def change(laptop: Laptop) -> None:
        (key,) = laptop.plan.imports
        changed = msgspec.structs.replace(key, **changes)
        laptop.plan = msgspec.structs.replace(laptop.plan, imports=(changed,))

    return on_the_laptop(change)


def threshold_of(number: int) -> Tamper:
    def change(laptop: Laptop) -> None:
        dfns = msgspec.structs.replace(laptop.plan.dfns, threshold=number)
        laptop.plan = msgspec.structs.replace(laptop.plan, dfns=dfns)

    return on_the_laptop(change)


# The sources.


def material_with(scalar: Secret) -> Tamper:
    """The source gives another scalar than that of the public key which people compared."""

    def tamper(walk: Walk, _: Path) -> Changes:
        key = dataclasses.replace(walk.laptop.key(), secret_scalar=scalar)
        return {"enter": lambda room, source, planned: [key for _ in planned]}

    return tamper


COSTLY = {
    "version": 3,
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "00" * 16},
        "ciphertext": "00" * 32,
        "kdf": "scrypt",
        "kdfparams": {"n": 2**30, "r": 8, "p": 1, "dklen": 32, "salt": "00" * 32},
        "mac": "00" * 32,
    },
}


def costly_keystore(walk: Walk, folder: Path) -> Changes:
    laptop = walk.laptop
    (source,) = laptop.plan.sources
    source = msgspec.structs.replace(source, format="keystore-v3", passphrase=True)
    key = msgspec.structs.replace(laptop.plan.imports[0], curve="secp256k1")
    laptop.plan = msgspec.structs.replace(laptop.plan, sources=(source,), imports=(key,))
    typing(json.dumps(COSTLY).encode(), b"passphrase")(walk, folder)
    return {"enter": enter_source}


def weak_passphrase_of_a_form(walk: Walk, folder: Path) -> None:
    """The state is opened; the exported file's passphrase is one that is guessed."""
    (key,) = walk.laptop.plan.exports
    plan_with(exports=(msgspec.structs.replace(key, form="pkcs8"),))(walk, folder)
    typing(PASSPHRASE.reveal(), b"hunter2")(walk, folder)


# The files of the laptop.


def real_files(walk: Walk, folder: Path) -> Changes:
    """A file of the name that is written next is there already."""
    name = walk.laptop.plan.state if walk.path == "export" else "one.txt"
    (folder / name).write_bytes(b"somebody's")

    def write(files: list[tuple[str, Secret]], subject: str) -> None:
        write_files([(str(folder / name), one.reveal()) for name, one in files], subject)

    return {"write": write}


def other_state(walk: Walk, _: Path) -> Changes:
    """The disk gives back a whole state, of the right passphrase, and of another key."""
    key = DecryptionKey.generate(system_random)
    sealed = Secret(seal_state(key, PASSPHRASE, system_random, LITTLE))
    return {"read": lambda name: sealed}


def damaged_state(walk: Walk, _: Path) -> Changes:
    def read(name: str) -> Secret:
        data = bytearray(walk.laptop.files[name].reveal())
        data[40] ^= 1
        return Secret(bytes(data))

    return {"read": read}


# The messages.


def signers_with(**changes: object) -> Tamper:
    def change(laptop: Laptop) -> None:
        laptop.replies[:] = [signers_reply(laptop, **changes)]

    return on_the_laptop(change)


def other_signers(laptop: Laptop) -> None:
    laptop.replies[0] = signers_reply(laptop, answer=signers_answer())


def one_key_for_two_signers(laptop: Laptop) -> None:
    keys = [signer.encryption_key.text for signer in parse_signers(laptop.answer).signers]
    twice = laptop.answer.decode().replace(keys[1], keys[0]).encode()
    laptop.replies[0] = signers_reply(laptop, answer=twice)


def answer_with(**changes: object) -> Tamper:
    """The receipt or response, with these fields of the message changed."""
    return answer_made(lambda message: msgspec.structs.replace(message, **changes))


def outcome_with(**changes: object) -> Tamper:
    """The receipt or response, with the first outcome changed."""

    def change(message: Message) -> Message:
        first = msgspec.structs.replace(message.outcomes[0], **changes)  # type: ignore[union-attr]
        return msgspec.structs.replace(message, outcomes=(first,))

    return answer_made(change)


def answer_made(change: Callable[[Message], Message]) -> Tamper:
    def tamper(walk: Walk, _: Path) -> None:
        walk.laptop.replies[-1] = _reply(walk, change)

    return tamper


def _reply(walk: Walk, change: Callable[[Message], Message] = lambda m: m) -> Reply:
    exports = walk.laptop.plan.is_export
    return response_reply(change) if exports else receipt_reply(change)  # type: ignore[arg-type]


def shares_of(scalar: Secret) -> Tamper:
    """The relay answers with another key's shares, whole and consistent."""
    return on_the_laptop(
        lambda laptop: laptop.replies.__setitem__(-1, response_reply(scalar=scalar))
    )


def one_bad_share(walk: Walk, _: Path) -> None:
    walk.laptop.replies[-1] = response_reply(spoil=1)


def another_kind(walk: Walk, _: Path) -> None:
    """Signers where an answer is awaited, an answer where signers are."""
    laptop = walk.laptop
    if walk.path == "import":
        laptop.replies[0] = laptop.replies[1]
    else:
        laptop.replies[:] = [signers_reply(laptop, time="2026-01-02T00:00:00+00:00")]


def the_same_again(walk: Walk, _: Path) -> Changes:
    """A pending answer; people wait for a newer one, and the medium brings the same again."""
    pending = _reply(
        walk,
        lambda message: msgspec.structs.replace(
            message,
            outcomes=tuple(
                msgspec.structs.replace(one, status="pending", error="x")
                for one in message.outcomes  # type: ignore[union-attr]
            ),
        ),
    )
    walk.laptop.typed["some keys are pending"] = "wait"
    replies = [*walk.laptop.replies[:-1], pending, pending]
    return {"medium": InTurn(walk.laptop.medium.sent, replies)}


class InTurn:
    """A medium that brings each of these once, whatever is known already."""

    def __init__(self, sent: list[bytes], replies: list[Reply]) -> None:
        self._sent, self._replies = sent, iter(replies)

    def send(self, message: bytes, tell: object) -> None:
        self._sent.append(message)

    def receive(self, kinds: object, known: object, tell: object) -> bytes:
        if (reply := next(self._replies, None)) is None:
            raise CeremonyError(Failure.CANCELLED, "nothing more comes", hint="the test is over")
        return reply(self._sent)


def another_request_on_the_stick(walk: Walk, _: Path) -> None:
    """Of the same plan, for the same keys: what is in it is not what was confirmed."""
    data = walk.sent()[-1]
    forged = msgspec.structs.replace(decode_message(data), ceremony=b"f" * 16)
    walk.sent()[-1] = encode_message(forged)


# What the relay brings back to a laptop that kept nothing.


def back_with(**changes: object) -> Tamper:
    """The message ``returned``, with these fields changed."""
    return on_the_laptop(lambda laptop: _bring(laptop, **changes))


def only_back_with(**changes: object) -> Tamper:
    """The same, and nothing comes after it."""

    def change(laptop: Laptop) -> None:
        _bring(laptop, **changes)
        del laptop.replies[1:]

    return on_the_laptop(change)


def back_of(**changes: object) -> Tamper:
    """The request in it, with these fields changed."""

    def change(laptop: Laptop) -> None:
        request = msgspec.structs.replace(decode_message(laptop.requests[0]), **changes)
        _bring(laptop, request=encode_message(request))

    return on_the_laptop(change)


def back_of_another_ceremony(walk: Walk, folder: Path) -> None:
    """A whole request, of this plan and environment, that no paper knows."""
    paper = digest(walk.laptop.requests[0])
    back_of(ceremony=b"f" * 16)(walk, folder)
    right = walk.laptop.desk.answer
    words = digest_words(paper)

    def answer(question: str) -> str:
        if "the request's digest" in question and (found := WORDS_ASKED.fullmatch(question)):
            return picked(words, found[1])
        return right(question)

    walk.laptop.desk.answer = answer


def back_with_a_state_of_its_own(walk: Walk, folder: Path) -> None:
    """A state whose key somebody else has, in a request that asks Dfns to encrypt to it."""
    laptop = walk.laptop
    key = DecryptionKey.generate(system_random)
    state, request = map(decode_message, laptop.medium.sent)
    sealed = seal_state(key, PASSPHRASE, system_random)
    forged = encode_message(msgspec.structs.replace(state, data=sealed))
    (item,) = request.keys  # type: ignore[union-attr]
    body = msgspec.structs.replace(item.body, encryption_key=key.encryption_key.encoded)
    keys = (msgspec.structs.replace(item, body=body),)
    back_of_another_ceremony(walk, folder)
    changed = msgspec.structs.replace(request, answers=digest(forged), keys=keys)
    _bring(laptop, state=forged, request=encode_message(changed))


def back_with_a_changed_state(walk: Walk, _: Path) -> None:
    state = decode_message(walk.laptop.medium.sent[0])
    data = bytearray(state.data)  # type: ignore[union-attr]
    data[40] ^= 1
    _bring(walk.laptop, state=encode_message(msgspec.structs.replace(state, data=bytes(data))))


def back_with_an_old_state(walk: Walk, _: Path) -> None:
    """Whole, of the same passphrase, and of an export before this one."""
    state = decode_message(walk.laptop.medium.sent[0])
    sealed = seal_state(DecryptionKey.generate(system_random), PASSPHRASE, system_random)
    old = msgspec.structs.replace(state, ceremony=b"o" * 16, data=sealed)
    _bring(walk.laptop, state=encode_message(old))


def back_with_an_answer(walk: Walk, _: Path) -> None:
    """The relay's own answer where the request should be."""
    laptop = walk.laptop
    _bring(laptop, request=laptop.replies[-1](laptop.medium.sent))


def nothing_back(walk: Walk, _: Path) -> None:
    """The relay leaves it out, and shows the answer alone."""
    del walk.laptop.replies[0]


def _bring(laptop: Laptop, **changes: object) -> None:
    message = decode_message(laptop.replies[0]([]))
    data = encode_message(msgspec.structs.replace(message, **changes))
    laptop.replies[0] = lambda _: data
