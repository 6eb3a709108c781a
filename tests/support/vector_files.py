"""Vectors from files; a file that is missing, empty or shorter than it says is an error."""

import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[1] / "vectors"


def cases(name: str, at_least: int) -> list[Any]:
    """The cases of tests/vectors/NAME as pytest parameters, with their names as ids."""
    content = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    found = content["cases"]
    assert content["source"], f"{name} does not say where it comes from"
    assert len(found) == content["count"] >= at_least, f"{name} has {len(found)} cases"
    assert len({case["name"] for case in found}) == len(found), f"{name}: a name stands twice"
    return [pytest.param(case, id=case["name"]) for case in found]
