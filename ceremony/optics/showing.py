"""The picture of the whole screen: grey, as large as the screen, drawn where it changes.

Codes of the message that is shown, its captions, and beside them the panel: what our own
camera sees, mirrored as people expect of themselves, the last code's mark, progress, hints,
and the small code for the other side, which is large while no message is shown.
"""

import textwrap

import cv2
import numpy as np

from ceremony.link.pace import Pace
from ceremony.optics.draw import Wall, draw_to_fit
from ceremony.optics.layout import Box, layout, looking
from ceremony.optics.picture import Picture
from ceremony.optics.reel import Reel
from ceremony.optics.screen_messages import Mark, Present, Status
from ceremony.optics.worker_messages import OUTLINE_UNIT, Outline, Preview

WHITE, BLACK = 255, 0

MARKS = {
    Mark.NONE: "no code seen",
    Mark.NEW: "NEW code: +1",
    Mark.REPEATED: "code seen before",
    Mark.FOREIGN: "ANOTHER message's code",
    Mark.UNREADABLE: "UNREADABLE code",
    Mark.COMPLETE: "COMPLETE",
}
"""Each says in words what a colour would."""

STANDS = 18
"""Sixtieths of a second for which a feedback stands at least: what a poor camera in a dim
room takes to see it once without the next one (docs/performance.md, the dwell law)."""

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT = 30
"""Pixels of a line at scale 1, with the space below it."""

_CHARACTER = 0.62
"""The mean width of a character, in heights of a line."""


class Showing:
    """The picture of a screen of ``size``, width and height in pixels.

    ``reel`` is what was shown before, on another picture: its frames go on.
    """

    def __init__(self, size: tuple[int, int], reel: Reel | None = None) -> None:
        width, height = size
        self.picture: Picture = np.full((height, width), WHITE, np.uint8)
        self._size = size
        self._places = layout(width, height)
        self._request = Present(b"", 1)
        self._reel = Reel() if reel is None else reel
        self._pace, self._wall = Pace(1, (1, 1), 1), Wall(width, height, longest=1)
        self._period = 0
        self._preview: tuple[Preview, tuple[Outline, ...]] | None = None
        self._status: Status | None = None
        self._feedback = ""
        self._stood = STANDS
        self._aiming = True

    def present(self, request: Present) -> None:
        """Another message, or none. The same one goes on where it was, at each version.

        Raises ``oversized`` for one that the link does not take.
        """
        if request.message:
            self._reel.put(request.message, request.version)
        self._request = request
        self._period = 0
        self._arrange()
        self._captions(request.captions)
        if not request.message:
            return
        box = self._places.codes
        # One frame is the whole message: it stands still, and as large as it can.
        grid = (request.across, request.down) if self.needed > 1 else (1, 1)
        self._pace = Pace(request.version, grid, request.dwell)
        self._wall = Wall(box.width, box.height, longest=self._reel.longest, grid=grid)

    @property
    def needed(self) -> int:
        """Frames that give the message which is shown; 0 for none."""
        return self._reel.needed if self._request.message else 0

    @property
    def frames(self) -> int:
        """Frames of it that were shown, in codes of this version."""
        return self._reel.shown if self._request.message else 0

    def turn(self, periods: int = 1) -> bool:
        """Draw what changes in so many sixtieths of a second; whether anything did."""
        self._stood += periods
        changed = self._renew_feedback()
        if not self._request.message:
            return changed
        codes = False
        for _ in range(periods):
            if self._period == 0 or self.needed > 1:
                for place in self._pace.due(self._period):
                    self._wall.put(place, self._reel.take())
                    codes = True
            self._period += 1
        if codes:
            box = self._places.codes
            self.picture[box.top : box.bottom, box.left : box.right] = self._wall.picture
        return changed or codes

    def status(self, status: Status) -> None:
        """What stands beside the codes."""
        self._status = status
        if status.preview is not None:
            self._preview = (status.preview, status.outlines)
        if self._arrange():
            return
        if status.preview is not None:
            self._draw_preview()
        self._draw_words()
        self._renew_feedback()

    def _renew_feedback(self) -> bool:
        """The last feedback that was said, when the one before has stood; whether it is new."""
        if self._status is None or self._status.feedback == self._feedback:
            return False
        if self._feedback and self._stood < STANDS:
            return False
        self._feedback, self._stood = self._status.feedback, 0
        self._draw_feedback()
        return True

    def _arrange(self) -> bool:
        """Everything in another place, where what is shown asks for it; whether it did."""
        aiming = not self._request.message
        alone = aiming and self._says()
        places = (looking if alone else layout)(*self._size)
        if (places, aiming) == (self._places, self._aiming):
            return False
        self._places, self._aiming = places, aiming
        self.picture[:] = WHITE
        self._captions(self._request.captions)
        self._draw_preview()
        self._draw_words()
        self._feedback, self._stood = self._status.feedback if self._status else "", 0
        self._draw_feedback()
        return True

    def _says(self) -> bool:
        return self._status is not None and self._status.feedback != ""

    def _draw_words(self) -> None:
        if self._status is None:
            return
        status = self._status
        unit, box = self._places.unit, self._places.words
        self._clear(box)
        self._line(status.title, box.left, box.top, box.width)
        self._mark(status, Box(box.left, box.top + unit + unit // 4, box.width, unit))
        rest = Box(box.left, box.top + 4 * unit, box.width, box.height - 4 * unit)
        self._lines(rest, status.lines)

    def _mark(self, status: Status, box: Box) -> None:
        unit = self._places.unit
        done = min(status.done, status.of)
        counted = f"    {done} of {status.of}" if status.of else ""
        self._line(MARKS[status.mark] + counted, box.left, box.top, box.width)
        bar = Box(box.left, box.bottom + unit // 4, box.width, unit)
        cv2.rectangle(self.picture, (bar.left, bar.top), (bar.right - 1, bar.bottom), BLACK, 2)
        if status.of:
            filled = bar.left + (bar.width - 1) * done // status.of
            cv2.rectangle(self.picture, (bar.left, bar.top), (filled, bar.bottom), BLACK, -1)

    def _draw_preview(self) -> None:
        if self._preview is None:
            return
        preview, outlines = self._preview
        # Who only looks sees it large: aiming is all there is to do.
        places = self._places
        large = not self._request.message and not self._says()
        box = places.codes.inner(places.unit) if large else places.preview
        rows = np.frombuffer(preview.rows, np.uint8).reshape(-1, preview.width)
        small = cv2.cvtColor(rows, cv2.COLOR_GRAY2BGR)
        height, width = rows.shape
        scale = min(box.width / width, box.height / height)
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        seen = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
        for outline in outlines:
            points = np.array(outline, np.float64).reshape(4, 2) / OUTLINE_UNIT * size
            for grey, thickness in ((WHITE, 5), (BLACK, 2)):
                cv2.polylines(seen, [points.astype(np.int32)], True, (grey,) * 3, thickness)
        mirrored = cv2.flip(seen[:, :, 0], 1)
        self._clear(box)
        left = box.left + (box.width - size[0]) // 2
        self.picture[box.top : box.top + size[1], left : left + size[0]] = mirrored
        cv2.rectangle(
            self.picture, (left, box.top), (left + size[0] - 1, box.top + size[1] - 1), BLACK, 1
        )

    def _draw_feedback(self) -> None:
        box = self._places.feedback
        self._clear(box)
        if self._feedback:
            code = draw_to_fit(self._feedback, box.width)
            into = self.picture[box.top : box.bottom, box.left : box.right]
            self._place(into, code, (box.width - code.shape[0]) // 2)

    def _captions(self, captions: tuple[str, ...]) -> None:
        """All lines, however small they must be: people compare the words of a digest."""
        box = self._places.captions
        self._clear(box)
        if not box.height:
            return
        pitch = box.height // max(4, len(captions))
        for number, line in enumerate(captions):
            self._line(line, box.left, box.top + number * pitch, box.width, pitch * 5 // 6)

    def _lines(self, box: Box, lines: tuple[str, ...]) -> None:
        unit = self._places.unit
        across = max(8, int(box.width / unit / _CHARACTER))
        wrapped = [part for line in lines for part in (textwrap.wrap(line, across) or [""])]
        for number, line in enumerate(wrapped):
            top = box.top + number * (unit + unit // 5)
            if top + unit > box.bottom:
                return
            self._line(line, box.left, top, box.width)

    def _line(self, text: str, left: int, top: int, width: int, unit: int = 0) -> None:
        """One line, smaller where it would not fit. The font has ASCII alone."""
        text = text.encode("ascii", "replace").decode()
        unit = unit or self._places.unit
        scale = unit / _FONT_HEIGHT
        thick = max(1, round(scale * 1.6))
        (needs, _), _ = cv2.getTextSize(text, _FONT, scale, thick)
        if needs > width:
            scale *= width / needs
        bottom = top + int(unit * 0.8)
        cv2.putText(self.picture, text, (left, bottom), _FONT, scale, BLACK, thick, cv2.LINE_AA)

    def _clear(self, box: Box) -> None:
        self.picture[box.top : box.bottom, box.left : box.right] = WHITE

    @staticmethod
    def _place(into: Picture, code: Picture, margin: int) -> None:
        if margin < 0:
            # A code that does not fit with whole pixels is not shown: it could not be read.
            return
        side = code.shape[0]
        into[margin : margin + side, margin : margin + side] = code
