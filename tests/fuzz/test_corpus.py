"""What fuzzing kept, replayed: every input that once reached something new, and every finding."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS, seeds

CORPUS = Path(__file__).parent / "corpus"


def inputs(name: str) -> list[Path]:
    found = sorted((CORPUS / name).iterdir())
    assert found, f"the corpus of {name} is empty: scripts/fuzz --keep {name}"
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_is_a_value_or_a_refusal(name: str) -> None:
    for path in inputs(name):
        TARGETS[name](path.read_bytes())
    for seed in seeds().get(name, []):
        TARGETS[name](seed)


def test_no_folder_is_left_over() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
