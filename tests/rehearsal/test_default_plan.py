"""The plan of a rehearsal where nobody names one is a plan like any other."""

import pytest

from ceremony.rehearsal.plans import default_plan
from tests.support.plans import findings


@pytest.mark.parametrize("keys", [1, 3])
def test_it_has_no_mistakes(keys: int) -> None:
    assert findings(default_plan(keys).decode()).mistakes == ()
