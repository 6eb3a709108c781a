"""What people can do when a camera sees no code that can be read: one sentence."""

from ceremony.optics.worker_messages import OUTLINE_UNIT, Outline, Seen

PATIENCE = 3.0
"""Seconds without a readable code until a hint is given."""

DIM, FLAT, CLIPPED, BLURRED, SLOW, SMALL = 90, 50, 170, 10, 1200, OUTLINE_UNIT // 7
"""Grey levels: the brightest of a picture that is too dark, the least difference of dark and
bright, the darkest of one that is too bright, the steepest edge of a blurred one. Pictures
in a hundred seconds of a slow camera. The smallest code, in parts of the picture's width."""


def hint_for(seen: Seen) -> str:
    """What to try, from one picture in which no code was read."""
    if seen.bright < DIM:
        return "too dark: turn up the light, and the brightness of the other screen"
    if seen.dark > CLIPPED:
        return "too bright: turn lamps away from the screens; look for glare"
    if seen.bright - seen.dark < FLAT:
        return "no contrast: is something in front of the camera?"
    if seen.outlines and max(map(_width, seen.outlines)) < SMALL:
        return "too far away: bring the screens closer, until a code fills the preview"
    if seen.sharp < BLURRED:
        return "blurred: 40 to 60 cm away is mostly sharp; wipe the lens"
    if seen.torn:
        return "codes are seen and not read: hold still, or press < at the other side (slower)"
    if 0 < seen.rate < SLOW:
        return "the camera is slow, as in dim light: more light, or press < at the other side"
    return "no code in view: point this camera at the other screen"


def _width(outline: Outline) -> int:
    across = outline[0::2]
    return max(across) - min(across)
