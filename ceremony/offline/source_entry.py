"""How one source of the plan reaches the laptop: typed without echo, from a file, or scanned."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ceremony.curves import CURVES
from ceremony.errors import CeremonyError, Failure, counted
from ceremony.files import MAX_SECRET_FILE, read_file, read_secret
from ceremony.keys.encryption import is_encrypted_pem
from ceremony.keys.fireblocks.kit import read_kit
from ceremony.keys.fireblocks.shares import KitSecrets
from ceremony.keys.formats import format_named
from ceremony.keys.material import KeyMaterial
from ceremony.keys.new import new_key
from ceremony.keys.slip39.keys import raw_key, seed_keys
from ceremony.keys.slip39.recovery import ShareSet
from ceremony.offline.room import Room
from ceremony.offline.sources import read_source
from ceremony.offline.word_lists import SLIP39_WORDS, WORD_LISTS
from ceremony.record.plan import ImportKey, Source
from ceremony.record.plan_check import KIT, NEW, curve_of
from ceremony.secret import Secret

T = TypeVar("T")

SLIP39 = ("slip39-seed", "slip39-key")
"""The formats whose shares come from several custodians, one after the other."""

SEVERAL_LINES = frozenset({"pem", "keystore-v3", "openssh"})
"""Formats that are typed in several lines, until an empty one."""


def enter_source(room: Room, source: Source, planned: Sequence[ImportKey]) -> list[KeyMaterial]:
    """The keys of a source, in the order of ``planned``; asked again until it can be read.

    Raises ``cancelled``, and what ``read_key`` raises for a plan that does not fit.
    """
    if source.format == NEW:
        return [new_key(curve_of(key, source), room.random) for key in planned]
    room.desk.show(f"source {source.name}: {source.format}, for {counted(len(planned), 'key')}")
    if source.format == KIT:
        return _again(room, lambda: _kit(room, source, planned))
    if source.format in SLIP39:
        return _again(room, lambda: _shares(room, source, planned))
    return _again(room, lambda: _single(room, source, planned))


def _again(room: Room, enter: Callable[[], T]) -> T:
    """What ``enter`` gives, tried until it does; each refusal is told. A stop ends it."""
    while True:
        try:
            return enter()
        except CeremonyError as error:
            if error.failure is Failure.CANCELLED:
                raise
            room.desk.error(error)
            room.record.refused(error)


def _single(room: Room, source: Source, planned: Sequence[ImportKey]) -> list[KeyMaterial]:
    several = source.format in SEVERAL_LINES
    prompt = f"{source.format} of source {source.name}:"
    known = WORD_LISTS.get(source.format)
    if known is not None and source.entry == "typed":
        text = room.desk.words(prompt, known.counts, known.whole)
    else:
        text = _secret(room, source, prompt, lines=several)
    passphrase = _passphrase(room, source)
    row = format_named(source.format)
    groups: dict[tuple[str, str | None], list[ImportKey]] = {}
    for key in planned:
        groups.setdefault((curve_of(key, source), key.network), []).append(key)
    found: dict[str, KeyMaterial] = {}
    for (curve, network), keys in groups.items():
        materials = read_source(
            source.format,
            text,
            curve=curve,
            paths=tuple(key.path for key in keys if key.path is not None),
            network=network if "network" in row.takes else None,
            passphrase=passphrase,
        )
        found |= {key.label: material for key, material in zip(keys, materials, strict=True)}
    return [found[key.label] for key in planned]


def _shares(room: Room, source: Source, planned: Sequence[ImportKey]) -> list[KeyMaterial]:
    """SLIP-39: each custodian types a share; the set tells how many are needed."""
    shares = ShareSet()
    while not shares.status().complete:
        number = sum(group.entered for group in shares.status().groups) + 1
        prompt = f"share {number} of source {source.name}:"
        if source.entry == "typed":
            text = room.desk.words(prompt, SLIP39_WORDS.counts, SLIP39_WORDS.whole)
        else:
            text = _secret(room, source, prompt)
        try:
            shares = shares.add(text)
        except CeremonyError as error:
            room.desk.error(error)
            room.record.refused(error)
            continue
        groups = [group for group in shares.status().groups if group.needed]
        room.desk.show(*(f"{group.entered} of {group.needed} shares" for group in groups))
    passphrase = _passphrase(room, source)
    if source.format == "slip39-key":
        return [raw_key(shares, curve_of(key, source), passphrase) for key in planned]
    found: dict[str, KeyMaterial] = {}
    for curve in CURVES:
        keys = [key for key in planned if curve_of(key, source) == curve]
        if keys:
            paths = [key.path or "" for key in keys]
            materials = seed_keys(shares, curve, paths, passphrase)
            found |= {key.label: material for key, material in zip(keys, materials, strict=True)}
    return [found[key.label] for key in planned]


def _kit(room: Room, source: Source, planned: Sequence[ImportKey]) -> list[KeyMaterial]:
    """A recovery kit of Fireblocks: the archive, the RSA key, the owner's passphrase."""
    archive = read_file(_ask_file(room, source.file, "the recovery kit"), "the recovery kit",
                        MAX_SECRET_FILE)  # fmt: skip
    pem = read_secret(_ask_file(room, source.rsa_key, "the RSA key"), "the RSA key")
    rsa_passphrase = None
    if is_encrypted_pem(pem):
        rsa_passphrase = room.desk.secret("passphrase of the RSA key:")
    owner = room.desk.secret("passphrase of the workspace's owner:")
    secrets = KitSecrets(pem, rsa_passphrase, owner, None, None)
    found: dict[str, KeyMaterial] = {}
    groups: dict[tuple[str, str | None], list[ImportKey]] = {}
    for key in planned:
        groups.setdefault((curve_of(key, source), key.key_id), []).append(key)
    for (curve, key_id), keys in groups.items():
        paths = tuple(key.path or "" for key in keys)
        materials = read_kit(archive, secrets, curve=curve, paths=paths, key_id=key_id)
        found |= {key.label: material for key, material in zip(keys, materials, strict=True)}
    return [found[key.label] for key in planned]


def _secret(room: Room, source: Source, prompt: str, *, lines: bool = False) -> Secret:
    if source.entry == "file":
        return read_secret(_ask_file(room, source.file, f"source {source.name}"), "the source")
    if source.entry == "scanned":
        return room.scan(prompt)
    return room.desk.secret(prompt, lines=lines)


def _passphrase(room: Room, source: Source) -> Secret | None:
    if not source.passphrase:
        return None
    return room.desk.secret(f"passphrase of source {source.name}:")


def _ask_file(room: Room, named: str | None, what: str) -> str:
    usual = f" (empty for {named})" if named else ""

    def accept(text: str) -> str:
        if text or named:
            return text or str(named)
        raise CeremonyError(
            Failure.FILE, f"no file is named for {what}", hint="type the path of the file"
        )

    return room.desk.ask(f"file with {what}{usual}:", accept)
