"""Tables that people compare: whole values, pages, and no answer by habit."""

import pytest

from ceremony.desk.port import Desk, Table
from ceremony.desk.screen_compare import values
from ceremony.desk.screen_desk import PAGE
from ceremony.desk.screen_lines import wrapped
from ceremony.desk.screen_rows import LARGE_ROWS, ROWS, pages_of
from ceremony.errors import CeremonyError, Failure
from tests.support.screens import Room, play

ADDRESS = "addr1q" + "9x8f7k2m4n6p3r5t" * 6
END = "this is the end of the page"


def table(rows: int) -> Table:
    return Table(
        "keys that go in",
        ("label", "network", "address"),
        tuple((f"key {n}", "Cardano", f"{ADDRESS}{n:04d}") for n in range(1, rows + 1)),
    )


def test_every_row_is_on_one_page_and_every_value_whole() -> None:
    pages = pages_of(table(400))
    assert len(pages) == 400 // ROWS
    assert [page.number for page in pages] == list(range(1, 21))
    records = [record for page in pages for record in page.records]
    assert [record.title for record in records] == [f"label: key {n}" for n in range(1, 401)]
    assert [dict(record.cells)["address"] for record in records] == [
        f"{ADDRESS}{n:04d}" for n in range(1, 401)
    ]
    assert {page.common for page in pages} == {(("network", "Cardano"),)}
    assert len(pages_of(table(400), LARGE_ROWS)) == 80
    assert pages_of(table(0)) == []


def test_a_column_is_common_only_where_all_rows_say_so() -> None:
    mixed = Table("t", ("label", "network"), (("a", "x"), ("b", "x"), ("c", "y")))
    assert pages_of(mixed)[0].common == ()
    assert pages_of(table(1))[0].common == (), "of one row nothing is common"


@pytest.mark.parametrize("width", [40, 72, 98, 160])
def test_a_long_value_goes_on_below_itself(width: int) -> None:
    lines = [line for line, _ in values((("address", ADDRESS), ("x", "y")), width, 4)]
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("    address: addr1q")
    assert "".join(line[13:] for line in lines[:-1]) == ADDRESS
    assert lines[-1] == "    x:       y"


@pytest.mark.parametrize(
    ("line", "width", "parts"),
    [
        ("short", 20, ["short"]),
        ("", 20, [""]),
        ("one two three four", 10, ["one two", "    three", "    four"]),
        ("abcdefghijklmnopqrst", 10, ["abcdefghij", "    klmnopqr", "    st"]),
        ("a bcdefghijklmnopqrst", 10, ["a", "    bcdefghi", "    jklmnopq", "    rst"]),
        ("\u6c34" * 6, 8, ["\u6c34" * 4, "    " + "\u6c34" * 2]),
    ],
)
def test_a_line_is_broken_and_nothing_of_it_is_lost(
    line: str, width: int, parts: list[str]
) -> None:
    assert wrapped(line, width, "    ") == parts


async def to_the_end(room: Room) -> None:
    while END not in room.text:
        await room.press("pagedown")


def test_a_page_takes_its_word_after_its_end_was_shown() -> None:
    async def people(room: Room) -> None:
        await room.sees("page 1 of 2, rows 1 to 20 of 25", "lines more below: PgDn")
        await room.types("same", "enter")
        await room.sees("the end of the page was not shown yet: press PgDn")
        await to_the_end(room)
        await room.press("enter")
        await room.sees("the page is not confirmed: type same or differs")
        await room.types("yes", "enter")
        await room.sees("the page is not confirmed: type same or differs")
        await room.press("pageup")
        await room.types("same", "enter")
        await room.sees("page 2 of 2, rows 21 to 25 of 25")
        await to_the_end(room)
        await room.types("same", "enter")
        await room.sees("has come to its end")

    def script(desk: Desk) -> str:
        desk.compare(table(25))
        return "compared"

    assert play(script, people).outcome() == "compared"


def test_a_short_page_is_seen_at_once() -> None:
    async def people(room: Room) -> None:
        await room.sees("page 1 of 1", END, ADDRESS[:60])
        await room.types("same", "enter")
        await room.sees("has come to its end")

    play(lambda desk: desk.compare(table(1)), people).outcome()


def test_a_page_that_differs_stops() -> None:
    async def people(room: Room) -> None:
        await room.sees("page 1 of 2")
        await room.types("differs", "enter")
        await room.sees("ERROR DSK-PAGE: page 1 of 2 of keys that go in is not confirmed", "STOP")

    app = play(lambda desk: desk.compare(table(25)), people)
    with pytest.raises(CeremonyError) as caught:
        app.outcome()
    assert caught.value.failure is Failure.CONFIRMATION
    assert caught.value.control is PAGE


def test_large_text_and_another_size_show_the_same_rows() -> None:
    async def people(room: Room) -> None:
        await room.sees("page 1 of 5, rows 1 to 5 of 25")
        for size in ((60, 20), (140, 50), (100, 30)):
            await room.resize(*size)
            await room.sees("label: key 1", "network: Cardano")
            assert max(map(len, room.lines)) <= size[0]
        await room.press("f4")
        await to_the_end(room)
        await room.sees("label: key 5")
        await room.types("differs", "enter")
        await room.sees("It ends here")

    play(lambda desk: desk.compare(table(25)), people, size=(80, 24), large=True)
