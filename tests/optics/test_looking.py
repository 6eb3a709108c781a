"""A picture is as large as its header said, or it is none."""

import numpy as np
import pytest

from ceremony.optics.looking import decoded
from ceremony.optics.worker_messages import Reason, Refused
from tests.support.jpegs import jpeg_of


@pytest.mark.parametrize("size", [(32, 64), (64, 32), (63, 64), (6400, 6400), (1, 1)])
def test_another_size_after_decoding_than_before(size: tuple[int, int]) -> None:
    """Whatever way is found to have two readers see two sizes: they are compared."""
    assert decoded(jpeg_of(64), size) == Refused(Reason.OTHER_SIZE, 64, 64)


def test_the_same_size() -> None:
    picture = decoded(jpeg_of(64), (64, 64))
    assert isinstance(picture, np.ndarray)
    assert picture.shape == (64, 64)
