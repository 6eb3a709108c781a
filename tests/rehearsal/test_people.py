"""People at a plain desk, whatever the program does."""

import sys
from pathlib import Path

from ceremony.rehearsal.people import Person, started

DEAF = "import os; os.close(0); print('? what', flush=True); print('the last word')"


def test_the_last_words_of_a_program_that_hears_nothing_are_read(tmp_path: Path) -> None:
    person = Person(started([sys.executable, "-c", DEAF], tmp_path), lambda _: None, {}, "stop")
    assert person.wait(60) == 0
    assert person.lines == ["? what", "the last word"]
