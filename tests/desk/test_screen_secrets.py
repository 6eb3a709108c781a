"""Secrets at the full screen: hidden, never copied anywhere, wrong ones corrected."""

from textual import events

from ceremony.desk.port import Desk
from ceremony.desk.screen_field import SIZE, Hidden
from ceremony.offline.word_lists import BIP39_WORDS
from ceremony.secret import Secret
from tests.support.screens import Room, play

SECRET = "qz1xkwvj7"
END = "has come to its end"


def asked(desk: Desk) -> bytes:
    return desk.secret("passphrase:").reveal()


def everything(room: Room) -> str:
    """All that the app shows or says of itself, the way a picture or a report would have it."""
    app = room.app
    tree = [f"{widget!r} {vars(widget)!r}" for widget in app.screen.walk_children()]
    return "\n".join([room.text, app.export_screenshot(), repr(app), app.clipboard, *tree])


def parts(secret: str, size: int = 4) -> list[str]:
    return [secret[i : i + size] for i in range(len(secret) - size + 1)]


def test_a_hidden_secret_is_nowhere() -> None:
    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        await room.types(SECRET)
        await room.sees("> *********")
        told = everything(room).replace(repr(room.app.screen.query_one(Hidden)._bytes), "")
        assert not [part for part in parts(SECRET) if part in told]
        await room.press("enter")
        await room.sees(END)
        assert not [part for part in parts(SECRET) if part in everything(room)]

    assert play(asked, people).outcome() == SECRET.encode()


def test_it_is_seen_for_a_while_and_not_after_the_field_lost_the_keyboard() -> None:
    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        await room.types(SECRET, "f2")
        await room.sees(f"> {SECRET}")
        room.app.post_message(events.AppBlur())
        await room.sees("> *********")
        room.app.post_message(events.AppFocus())
        await room.press("f2")
        await room.sees(f"> {SECRET}")
        room.app.hide_secrets()
        await room.sees("> *********")
        room.app.screen.query_one(Hidden).reveal_seconds = 0.05
        await room.press("f2")
        await room.sees("> *********")
        await room.press("enter")
        await room.sees(END)

    assert play(asked, people).outcome() == SECRET.encode()


def test_a_paste_is_refused_and_nothing_reaches_a_clipboard() -> None:
    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        field = room.app.screen.query_one(Hidden)
        field.post_message(events.Paste(SECRET))
        await room.sees("nothing was pasted")
        assert field.empty
        await room.types(SECRET)
        await room.press("ctrl+a", "ctrl+x", "ctrl+k", "ctrl+w", "super+c", "ctrl+shift+c")
        room.app.copy_to_clipboard(SECRET)
        assert room.app.clipboard == ""
        await room.press("enter")
        await room.sees(END)

    assert play(asked, people).outcome() == SECRET.encode()


def test_letters_beyond_ascii_and_corrections() -> None:
    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        await room.press("a", "\u00e4", "\u0142", "\u6c34", "backspace", "x")
        await room.sees("> ****")
        await room.press("ctrl+u")
        await room.press("\u00e4", "space", "\u0142", "enter")
        await room.sees(END)

    assert play(asked, people).outcome() == "\u00e4 \u0142".encode()


def test_an_empty_secret_takes_enter_twice() -> None:
    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        await room.press("enter")
        await room.sees("nothing is typed: press Enter again")
        await room.press("enter")
        await room.sees(END)

    assert play(asked, people).outcome() == b""


def test_several_lines_end_with_an_empty_one() -> None:
    async def people(room: Room) -> None:
        await room.sees("pem:", "an empty line ends it")
        await room.press("a", "b", "enter", "c", "enter")
        await room.sees("> **", "*")
        await room.press("enter")
        await room.sees(END)

    app = play(lambda desk: desk.secret("pem:", lines=True).reveal(), people)
    assert app.outcome() == b"ab\nc"


def test_the_field_does_not_grow_and_is_zeroed() -> None:
    fields: list[Hidden] = []

    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        field = room.app.screen.query_one(Hidden)
        fields.append(field)
        array = field._bytes
        for _ in range(SIZE):
            field.put("x")
        field.put("y")
        await room.sees("the field is full")
        assert field._bytes is array
        assert len(array) == SIZE
        await room.press("enter")
        await room.sees(END)

    assert play(asked, people).outcome() == b"x" * SIZE
    assert not any(fields[0]._bytes)


def test_a_field_that_goes_with_its_screen_is_zeroed() -> None:
    fields: list[Hidden] = []

    async def people(room: Room) -> None:
        await room.sees("passphrase:")
        fields.append(room.app.screen.query_one(Hidden))
        await room.types(SECRET, "escape")
        await room.sees("Leave the ceremony?")
        await room.press("2", "enter")
        await room.until(lambda: not room.app.is_running, "the end")

    play(asked, people)
    assert not any(fields[0]._bytes)


def words(desk: Desk) -> bytes:
    return desk.words("bip39:", (12, 24), BIP39_WORDS.whole).reveal()


async def typed(room: Room, text: str, *then: str) -> None:
    await room.sees("bip39:")
    await room.types(text, *then)


def test_words_are_completed_and_a_wrong_one_is_told_by_its_place() -> None:
    async def people(room: Room) -> None:
        await typed(room, "aban")
        await room.sees("0 words of 12 or 24; this word is known: press Space")
        await room.types(" ZOO abou ")
        await room.sees("3 words of 12 or 24", "1 ****", "3 ****", "4 _")
        await room.types("abxx ")
        await room.sees("word 4: that is not a word of the list; the words before it are kept")
        await room.press("enter")
        await room.sees("word 4: that is not a word")
        await room.press(*["backspace"] * 4)
        await room.press("enter")
        await room.sees("3 words are here, of 12 or 24")
        await room.press(*["backspace"] * 3)
        await room.sees("2 words of 12 or 24", "3 ***_")
        await room.press("space")
        await room.sees("word 3: that is not a word")
        await room.types("ut ")
        await room.types("zoo " * 8)
        await room.types("zoo", "enter")
        await room.sees(END)

    assert play(words, people).outcome() == b"abandon zoo about" + b" zoo" * 9


def test_no_more_words_than_there_are() -> None:
    async def people(room: Room) -> None:
        await typed(room, "zoo " * 24)
        await room.sees("24 words of 12 or 24; Enter ends")
        await room.types("z")
        await room.sees("these are all words: press Enter")
        await room.press("enter")
        await room.sees(END)

    assert play(words, people).outcome() == b" ".join([b"zoo"] * 24)


def test_hidden_words_are_nowhere_and_their_lengths_are_not_told() -> None:
    async def people(room: Room) -> None:
        await typed(room, "zoo abandon ")
        hidden = await room.sees("1 ****         2 ****         3 _")
        assert "zoo" not in hidden
        told = everything(room).replace(repr(room.app.screen.query_one(Hidden)._bytes), "")
        assert "abandon" not in told
        await room.press("f2")
        await room.sees("1 zoo", "2 abandon")
        room.app.hide_secrets()
        assert "abandon" not in await room.sees("2 ****")

    play(words, people)


def revealed(desk: Desk) -> str:
    desk.reveal("write this down:", Secret(SECRET.encode()))
    return "copied"


def test_a_secret_for_paper_is_shown_on_demand_and_taken_away() -> None:
    async def people(room: Room) -> None:
        assert SECRET not in await room.sees("write this down:", "(hidden)")
        assert not [part for part in parts(SECRET) if part in everything(room)]
        await room.press("enter")
        await room.sees("it was not shown yet: press S")
        await room.press("s")
        await room.sees(SECRET)
        room.app.post_message(events.AppBlur())
        assert SECRET not in await room.sees("(hidden)")
        await room.press("s")
        await room.sees(SECRET)
        await room.press("s")
        await room.sees("(hidden)")
        await room.press("enter")
        assert SECRET not in await room.sees(END)

    assert play(revealed, people).outcome() == "copied"
