"""Light: QR codes drawn, shown, seen and read, and nothing secret anywhere near them.

The only layer that uses OpenCV, numpy, qrcode, zxing-cpp and zbar. It takes messages and
gives messages, so that it can run in a process of its own. A picture is a grey image,
a numpy array of uint8 with rows first.
"""

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Grey, ``picture[row, column]``, 0 is black."""
