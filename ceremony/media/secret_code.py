"""A secret in a QR code, held before the camera: a key, words, or a share on paper.

The process that reads pictures sees it, as it sees whatever is held up. It is confined by the
kernel, keeps nothing, and is ended as soon as the code is read.
"""

from collections.abc import Callable

from ceremony.desk.port import Awaiting, Desk
from ceremony.errors import CeremonyError, Failure
from ceremony.link.feedback import is_feedback
from ceremony.link.frame import parse_frame
from ceremony.message.kinds import Environment
from ceremony.optics.confine import CONFINED
from ceremony.optics.eye import Source
from ceremony.secret import Secret


def scan_secret(
    desk: Desk, source_of: Callable[[], Source], environment: Environment, prompt: str
) -> Secret:
    """The text of the only code in view, in UTF-8; it is never shown.

    People say that it is there. Codes of the link are passed over, and so is a view with
    several codes, which is told. Escape raises ``cancelled``. Raises ``file`` when pictures
    end without such a code, ``machine`` (ENV-OPTICS) where production is not confined, and
    what ``source_of`` raises.
    """
    # Asked, so that the code of the share before this one is not taken again.
    desk.ask(f"{prompt} hold its QR code before the camera, then press Enter:", str)
    source = source_of()
    several = False
    try:
        while True:
            if desk.key() == "escape":
                raise CeremonyError(
                    Failure.CANCELLED,
                    "the scan was stopped by the people in the room",
                    hint="nothing was taken; what was sent is taken up by `ceremony resume`",
                )
            source.start()
            if environment == "production" and not source.confined:
                raise CONFINED.refusal(
                    Failure.MACHINE,
                    "the kernel does not confine the process of the camera",
                    hint="install libseccomp2, or use the live image; nothing was taken",
                )
            glance = source.look()
            texts = {text for text in (glance.seen.texts if glance.seen else ()) if not _ours(text)}
            if len(texts) == 1:
                return Secret(texts.pop().encode())
            if texts and not several:
                several = True
                desk.show("several codes are in view: hold up one alone")
            if glance.over:
                raise CeremonyError(
                    Failure.FILE,
                    "the pictures have ended, and none shows one code alone",
                    hint="name a picture with the source's code, or type the source",
                )
            desk.progress(Awaiting("the code of the source"))
    finally:
        source.rest()


def _ours(text: str) -> bool:
    """A frame or a feedback of the link: the other screen is in view."""
    if is_feedback(text):
        return True
    try:
        parse_frame(text)
    except CeremonyError:
        return False
    return True
