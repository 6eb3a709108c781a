"""A picture as an array: apart, so that drawing a code to a file needs no numpy."""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Grey, ``picture[row, column]``, 0 is black."""
