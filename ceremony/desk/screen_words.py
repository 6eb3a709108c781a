"""The screen for words of a list: each is checked and completed as it comes, behind stars."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from ceremony.desk.lines import columns
from ceremony.desk.port import Accept
from ceremony.desk.screen_field import Hidden
from ceremony.desk.screen_lines import Lines, Styled
from ceremony.desk.screen_page import Page
from ceremony.desk.screen_view import View
from ceremony.errors import CeremonyError
from ceremony.secret import Secret

ACROSS = 4
"""Words in a row, as on most plates and sheets."""

CELL = 13
"""A place, a blank and the longest words of the lists."""


class Words(Hidden):
    """Words with one blank between them in the field's array; the last may be unfinished.

    A blank ends a word: ``whole`` gives the word of the list for it, or it stays as it is,
    to be corrected.
    """

    ENDS = b" "

    class Changed(Message):
        """A word came or went."""

    def __init__(self, counts: Sequence[int], whole: Accept) -> None:
        super().__init__()
        self._counts, self._whole = tuple(counts), whole

    def finished(self) -> int:
        """How many words are whole."""
        return self._bytes[: self._used].count(b" ")

    def unfinished(self) -> bool:
        return bool(self._used) and self._bytes[self._used - 1] != ord(" ")

    def render(self) -> Content:
        words = self.text().split(" ") if self._clear else self._stars().split(" ")
        cells = [f"{place:2} {word}" for place, word in enumerate(words, 1)]
        cells[-1] += "_"
        rows = [cells[i : i + ACROSS] for i in range(0, len(cells), ACROSS)]
        return Content("\n").join(Content(columns(*row, widths=[CELL] * ACROSS)) for row in rows)

    def _stars(self) -> str:
        """Four for each whole word, whatever its length, which would narrow it down."""
        last = self._used - self._bytes.rfind(b" ", 0, self._used) - 1
        return "**** " * self.finished() + "*" * last

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space":
            self._complete()
        elif event.key == "enter":
            if not self.unfinished() or self._complete():
                self._end()
        elif event.key == "backspace":
            self._drop()
            self.post_message(self.Changed())
        elif event.is_printable and event.character is not None:
            if self.finished() < max(self._counts):
                self.put(event.character)
                self.post_message(self.Changed())
            else:
                self.post_message(self.Refused("these are all words: press Enter"))
        else:
            return
        event.stop()
        event.prevent_default()

    def complete_now(self) -> bool:
        """Whether what is typed of the last word already says which word it is."""
        try:
            return bool(self.unfinished() and self._whole(self._last()))
        except CeremonyError:
            return False

    def _last(self) -> str:
        return self._bytes[self._bytes.rfind(b" ", 0, self._used) + 1 : self._used].decode()

    def _complete(self) -> bool:
        """Makes the last word whole. False, and told, where the list has no such word."""
        if not self.unfinished():
            return False
        try:
            word = self._whole(self._last())
        except CeremonyError as error:
            place = self.finished() + 1
            self.post_message(
                self.Refused(f"word {place}: {error.message}; the words before it are kept")
            )
            return False
        while self.unfinished():
            self._drop()
        for character in f"{word} ":
            self.put(character)
        self.post_message(self.Changed())
        return True

    def _end(self) -> None:
        if self.finished() in self._counts:
            self.post_message(self.Done())
            return
        counts = " or ".join(map(str, self._counts))
        self.post_message(self.Refused(f"{self.finished()} words are here, of {counts}"))


class AskWords(Page[Secret]):
    """The words of a secret; what comes back has one blank between them."""

    now = "Type each word, or its first four letters, and a blank. Nobody sees them."
    keys = (("Space", "next word"), ("Enter", "done"), ("F2", "see them for 5 s"))

    def __init__(self, view: View, prompt: str, counts: Sequence[int], whole: Accept) -> None:
        super().__init__(view)
        self._prompt, self._counts, self._whole = prompt, counts, whole

    def question(self) -> ComposeResult:
        yield Lines((self._prompt, "bold"), classes="asked")
        yield Words(self._counts, self._whole)
        yield Lines(self._state(0, False), classes="told")

    def on_words_changed(self, event: Words.Changed) -> None:
        event.stop()
        field = self.query_one(Words)
        state = self._state(field.finished(), field.complete_now())
        self.query_one(".told", Lines).put(state)

    def on_hidden_refused(self, event: Hidden.Refused) -> None:
        event.stop()
        self.tell(event.why)

    def on_hidden_done(self, event: Hidden.Done) -> None:
        event.stop()
        self.dismiss(self.query_one(Words).take())

    def _state(self, words: int, whole: bool) -> Styled:
        of = " or ".join(map(str, self._counts))
        end = "; Enter ends" if words in self._counts else ""
        return f"{words} words of {of}{'; this word is known: press Space' if whole else end}", ""
