"""The same rules for a key of a ceremony as for one of `ceremony api encrypt`."""

import dataclasses

import msgspec
import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.formats import read_key
from ceremony.offline.entering import enter_all
from ceremony.offline.sent import ADDRESS
from ceremony.offline.source_entry import enter_source
from ceremony.secret import Secret
from tests.support.key_samples import SAMPLES
from tests.support.laptop import Laptop, importing


def without_expectation(laptop: Laptop) -> Laptop:
    """A plan as no plan file can be: its check requires an expectation."""
    imports = tuple(msgspec.structs.replace(key, expect=None) for key in laptop.plan.imports)
    laptop.plan = msgspec.structs.replace(laptop.plan, imports=imports)
    return laptop


@pytest.mark.parametrize("name", ["hex", "near-seed"])
def test_a_key_that_nobody_expects_is_not_taken(name: str) -> None:
    """Above all not one of which nothing tells whether it is the right one."""
    sample = SAMPLES[name]
    curve = "secp256k1" if name == "hex" else None
    key = read_key(name, Secret(sample.source), curve=curve)[0]
    assert key.needs_expected is sample.needs_expected
    laptop = without_expectation(importing())
    room = dataclasses.replace(laptop.room, enter=lambda room, source, keys: [key])
    with pytest.raises(CeremonyError) as error:
        enter_all(room, laptop.signers)
    assert error.value.failure is Failure.ADDRESS
    assert error.value.control is ADDRESS


def test_a_source_of_another_format_is_named_at_the_desk() -> None:
    """As `ceremony inspect` does: the hint says what it looks like."""
    laptop = importing()
    typed = [SAMPLES["wif"].source, b"1f" * 32]
    room = laptop.room
    laptop.desk = type(laptop.desk)(laptop._answered, lambda _: Secret(typed.pop(0)))
    room = dataclasses.replace(room, desk=laptop.desk)
    enter_source(room, laptop.plan.sources[0], laptop.plan.imports)
    assert typed == []
    (told,) = laptop.desk.errors
    assert "it has the shape of: wif" in told.hint
