"""A plan is read strictly, and each mistake in its form is told with its line."""

import hashlib

import pytest

from ceremony.errors import CeremonyError, Failure
from ceremony.record.plan import Operation
from ceremony.record.plan_example import example_plan
from ceremony.record.plan_file import MAX_PLAN, parse_plan, read_plan
from ceremony.record.plan_lines import Lines
from tests.support.plans import changed, form_mistakes, line_of, plan_of

WALLETS: Operation = "import-wallets"
KEYS: Operation = "import-keys"
EXPORTS: Operation = "export-keys"


@pytest.mark.parametrize(
    ("operation", "old", "new", "where", "says"),
    [
        (WALLETS, "format = 1\n", "", "", "a plan begins with `format = 1`"),
        (WALLETS, "format = 1", "format = 2", "format = 2", "a plan begins with"),
        (WALLETS, "format = 1", "format = true", "format = true", "a plan begins with"),
        (WALLETS, "format = 1", "format = 1.0", "format = 1.0", "a plan begins with"),
        (WALLETS, 'title = "T', 'titel = "T', "titel", "no titel in a plan: is it title?"),
        (WALLETS, 'title = "T', 'titel = "T', "", "title is missing"),
        (WALLETS, "[dfns]", "[dnfs]", "[dnfs]", "no dnfs in a plan: is it dfns?"),
        (WALLETS, "[dfns]", "[dnfs]", "", "the table [dfns] is missing"),
        (WALLETS, "[dfns]", "[[dfns]]", "[[dfns]]", "dfns is a table, with a line for each"),
        (WALLETS, '"production"\n', '"prod"\n', '"prod"\n', 'one of "production", "rehearsal"'),
        (WALLETS, 'operation = "import-wallets"', 'operation = "import"',
         'operation = "import"', 'operation is one of "import-wallets", "import-keys", "export'),
        (WALLETS, 'title = "', 'digest = "x"\ntitle = "', "digest", "no digest in a plan"),
        (WALLETS, 'title = "', 'people_entropy = "no"\ntitle = "', "people_entropy = \"no",
         "people_entropy is true or false, without quotes"),
        (WALLETS, "# threshold = 3", 'threshold = "3"', 'threshold = "3"',
         "threshold is a whole number, without quotes"),
        (WALLETS, 'role = "witness"', 'role = "boss"', 'role = "boss"', "role is one of"),
        (WALLETS, 'name = "Cyd Example"\n', "", 'role = "witness"', "[people] has no name"),
        (WALLETS, 'label = "treasury-btc"', "label = 7", "label = 7", "label is text in quotes"),
        (WALLETS, 'path = "m/84', 'paht = "m/84', "paht", "no paht in [keys]: is it path?"),
        (WALLETS, 'label = "treasury-btc"', 'zzz = 1\nlabel = "b"', "zzz", "; it has label, so"),
        (KEYS, 'name = "Cold on', 'named = "Cold on', "named", "no named in [keys.wallets]"),
        (KEYS, 'expect = "0x2B5A', '# expect = "0x2B5A', "[[keys.wallets]]\nnetwork",
         "[keys.wallets] has no expect"),
        (EXPORTS, 'to = ["treasury.age"]', 'to = "treasury.age"', 'to = "treasury.age"',
         "to is a list of texts"),
        (EXPORTS, "threshold = 2", "threshold = false", "threshold = false",
         "threshold is a whole number"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_form(
    operation: Operation, old: str, new: str, where: str, says: str
) -> None:
    text = changed(operation, (old, new))
    line = line_of(text, where) if where else 0
    if where.startswith('role = "witness"'):
        line -= 1  # a field that is missing is told by the header of its table
    found = [m for m in form_mistakes(text) if says in m.text]
    assert [m.line for m in found] == [line], form_mistakes(text)


def test_no_mistake_hides_another() -> None:
    text = changed(
        WALLETS,
        ("format = 1", "format = 3"),
        ('role = "operator"', 'role = "chief"'),
        ('network = "Ethereum"', 'netwrok = "Ethereum"'),
        ('label = "vault-7-sol"', "label = []"),
    )
    lines = [line_of(text, part) for part in ("format = 3", '"chief"', "netwrok", "label = []")]
    assert [mistake.line for mistake in form_mistakes(text)] == lines


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("keys = 5", "1 to 1000 [[keys]]"),
        ("keys = []", "1 to 1000 [[keys]]"),
        ("keys = [1]", "keys is a table"),
        ("people = 5", "people is written as [[people]]"),
        ("[keys]\nlabel = 1", "1 to 1000 [[keys]]"),
        ("[[keys]]\nlabel = 'a'\nsource = 's'\nwallets = 5", "wallets is written as [[keys.wal"),
        ("keys = [" + "{}," * 1001 + "]", "1 to 1000 [[keys]]"),
    ],
)
def test_lists_that_are_none(keys: str, says: str) -> None:
    head = example_plan(WALLETS, head_only=True)
    if keys.startswith("["):
        text = f"{head}\n{keys}\n"
    else:
        text = f"{keys}\n{head.partition('[[people]]')[0]}"
    found = form_mistakes(text)
    assert [m for m in found if says in m.text and m.line], found


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"\xef\xbb\xbfformat = 1\n", 1, "byte order mark"),
        (b"format = 1\ntitle = 'a\n", 2, "this is not TOML"),
        (b"format = 1\n# \xff\n", 2, "not UTF-8"),
        (b"a = 1\na = 2\n", 2, "this is not TOML"),
        (b"a = " + b"[" * 100_000, 0, "this is not TOML that a plan has"),
        (b"a = " + b"1" * 5000, 0, "this is not TOML that a plan has"),
        (b"a" + b".a" * 100_000 + b" = 1", 0, "this is not TOML that a plan has"),
        (b'["a"' + b' . "a"' * 50_000 + b"]", 0, "this is not TOML that a plan has"),
        (b"a = {a" + b".a" * 100_000 + b" = 1}", 0, "this is not TOML that a plan has"),
        (b"#" * (MAX_PLAN + 1), 0, "larger than"),
        (b"", 0, "a plan begins with"),
    ],
)
def test_what_is_not_a_plan_at_all(data: bytes, line: int, says: str) -> None:
    plan, mistakes = read_plan(data)
    assert plan is None
    assert mistakes[0].line == line, mistakes
    assert says in mistakes[0].text


def test_the_reader_raises_with_the_first_mistake_and_their_number() -> None:
    text = changed(WALLETS, ("format = 1", "format = 2"), ('role = "witness"', 'role = "x"'))
    with pytest.raises(CeremonyError, match=r"line 6: a plan begins .* \(and 1 more\)") as caught:
        parse_plan(text.encode())
    assert caught.value.failure is Failure.PLAN


@pytest.mark.parametrize("operation", [WALLETS, KEYS, EXPORTS])
def test_the_digest_is_that_of_the_file(operation: Operation) -> None:
    text = example_plan(operation)
    assert plan_of(text).digest == hashlib.sha256(text.encode()).digest()
    assert plan_of(text.replace("\n", "\r\n")).digest != plan_of(text).digest


def test_lines_of_texts_that_look_like_headers() -> None:
    text = 'a = """\n[[keys]]\nlabel = 1\n"""\n[[keys]]\n"label" = 2\n[keys.more]\nx . y = 3\n'
    lines = Lines(text)
    assert lines.of(("keys", 0)) == 5
    assert lines.of(("keys", 0, "label")) == 6
    assert lines.of(("keys", 0, "more", "x", "y")) == 8
    assert lines.of(("keys", 0, "nothing", "here")) == 5
    assert lines.of(("other",)) == 0


def test_only_a_line_feed_ends_a_line() -> None:
    assert Lines('title = "a\u2028b"\n[dfns]\n').of(("dfns",)) == 2


def test_wallets_are_counted_within_their_key() -> None:
    text = "[[keys]]\n[[keys.wallets]]\n[[keys.wallets]]\n[[keys]]\n[[keys.wallets]]\nname = 1\n"
    lines = Lines(text)
    assert [lines.of(("keys", *place)) for place in ((0, "wallets", 1), (1, "wallets", 0))] == [
        3,
        5,
    ]
    assert lines.of(("keys", 1, "wallets", 0, "name")) == 6
