"""One short text as one picture file, read back before anybody relies on it."""

import cv2
import numpy as np

from ceremony.errors import CeremonyError, Failure
from ceremony.optics.decode import read_codes
from ceremony.optics.draw import draw
from ceremony.secret import Secret


def still_png(text: Secret) -> Secret:
    """A PNG of the QR code of ``text`` (QR's alphanumeric characters).

    The file's bytes were decoded again and gave the text. Raises ``malformed`` for
    other characters, ``inconsistent`` when the picture does not give the text.
    """
    _, encoded = cv2.imencode(".png", draw(text.reveal().decode()))
    png = encoded.tobytes()
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None or read_codes(np.asarray(picture, np.uint8)) != [text.reveal().decode()]:
        raise CeremonyError(
            Failure.INCONSISTENT,
            "the picture just drawn does not give the text back",
            hint="use another form, and report this",
        )
    return Secret(png)
