"""The printed script: the steps of the screens, the facts of the plan, and no signers' words."""

import io
import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from ceremony.desk import plain
from ceremony.message import digest_hex, digest_words
from ceremony.record.plan import Operation, Plan
from ceremony.record.plan_example import EXAMPLE_SIGNERS, example_plan
from ceremony.record.plan_kit import KitWallets, kit_lines
from ceremony.record.script import (
    KEYS_A_PAGE,
    MARKS,
    KeyPage,
    PrintedStep,
    Script,
    Words,
    places_of,
    script_of,
)
from ceremony.record.script_html import script_html
from ceremony.record.script_pdf import latin, script_pdf
from ceremony.record.steps import PLAN, RELAY_STEPS, SIGNERS, steps_of
from tests.support.kit_files import archive_of, kit_named
from tests.support.plans import changed, plan_of

OPERATIONS: tuple[Operation, ...] = ("import-wallets", "import-keys", "export-keys")


class Text(HTMLParser):
    """The text of an HTML page, and the tags in it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.parts).split())


def pdf_pages(script: Script) -> list[str]:
    pages = PdfReader(io.BytesIO(script_pdf(script))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def both(script: Script) -> tuple[str, str]:
    return Text(script_html(script)).text, " ".join(pdf_pages(script))


def printed(script: Script, kind: type) -> list[object]:
    return [b for section in script.sections for b in section.blocks if isinstance(b, kind)]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("entropy", [False, True])
def test_the_steps_are_those_of_the_screens(operation: Operation, entropy: bool) -> None:
    text = changed(operation, ("# people_entropy = false", f"people_entropy = {entropy}".lower()))
    script = script_of(plan_of(text))
    expected = [*steps_of(operation, entropy), *RELAY_STEPS]
    found = [step for step in printed(script, PrintedStep) if isinstance(step, PrintedStep)]
    assert [(s.title, s.does, s.aloud) for s in found] == [
        (step.title, step.does, step.aloud) for step in expected
    ]
    count = len(expected) - len(RELAY_STEPS)
    assert [s.number for s in found] == [str(n) for n in range(1, count + 1)] + ["R1", "R2", "R3"]
    for step, planned in zip(found, expected, strict=True):
        assert [who.split(" (")[0] for who in step.who] == list(planned.who)
    for whole in both(script):
        places = [whole.index(f"{step.number} {step.title}") for step in found]
        assert places == sorted(places)
        for step in found:
            for line in (*step.does, *step.aloud, *step.who):
                assert line in whole


@pytest.mark.parametrize("operation", OPERATIONS)
def test_all_that_is_read_aloud_has_its_place(operation: Operation) -> None:
    script = script_of(plan_of(example_plan(operation)))
    words = [block for block in printed(script, Words) if isinstance(block, Words)]
    assert words[0].title == "The words of the plan's digest"
    assert [block.title for block in words[1:]] == [
        place for step in steps_of(operation, False) for place in places_of(step)
    ]
    for step in steps_of(operation, False):
        expected = {PLAN: 0, SIGNERS: 2}.get(step, len(step.aloud))
        assert len(places_of(step)) == expected
    assert [bool(block.words) for block in words] == [True] + [False] * (len(words) - 1)
    html = script_html(script).decode()
    assert html.count('<td class="word">') == 32 * len(words)
    assert html.count("<b></b>") == 32 * (len(words) - 1)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_plan_is_not_its_own_witness(operation: Operation) -> None:
    """Neither the pin nor one of its words in a row is printed."""
    script = script_of(plan_of(example_plan(operation)))
    pin = bytes.fromhex(EXAMPLE_SIGNERS)
    words = digest_words(pin)
    for whole in both(script):
        bare = re.sub(r"[\s\d]+", " ", whole)
        assert EXAMPLE_SIGNERS not in whole
        assert digest_hex(pin) not in whole
        assert " ".join(words[:3]) not in bare
        assert EXAMPLE_SIGNERS[:16] not in whole
    # The same look does find what is printed: the words of the plan.
    digest = plan_of(example_plan(operation)).digest
    for whole in both(script):
        assert digest_hex(digest)[:39] in whole
        numbered = " ".join(f"{n} {word}" for n, word in enumerate(digest_words(digest), 1))
        assert numbered in whole


@pytest.mark.parametrize("environment", ["production", "rehearsal"])
def test_the_mark_is_on_every_page(environment: str) -> None:
    text = changed("import-keys", ('environment = "production"', f'environment = "{environment}"'))
    script = script_of(plan_of(text))
    mark = {"production": "PRODUCTION", "rehearsal": "PRACTICE"}[environment]
    other = next(name for name in MARKS.values() if name != mark)
    pages = pdf_pages(script)
    assert len(pages) >= 7
    for number, page in enumerate(pages, 1):
        assert page.count(mark) >= 2
        assert other not in page
        assert f"page {number} of {len(pages)}" in page
        assert script.footer in page
    html = script_html(script).decode()
    # Browsers repeat the head and the foot of a table on every printed page.
    assert f'<table class="page">\n<thead><tr><th>{mark}</th></tr></thead>\n<tfoot>' in html
    assert f"<tfoot><tr><td>{mark} &middot; Keys into Dfns, plan " in html
    assert f"<title>{mark}: Keys into Dfns</title>" in html
    assert other not in html


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_fact_of_the_plan_is_there(operation: Operation) -> None:
    plan = plan_of(example_plan(operation))
    facts = [plan.title, plan.dfns.organisation, plan.dfns.api, operation]
    facts += [person.name for person in plan.people]
    facts += [source.name for source in plan.sources] + [source.format for source in plan.sources]
    for key in plan.imports:
        facts += [key.label, key.source, key.path or "", key.expect or "nothing: it is made"]
        facts += [key.network or "a key on"]
        for wallet in key.wallets:
            facts += [wallet.network, wallet.expect, wallet.name or ""]
    for export in plan.exports:
        facts += [export.label, export.public_key, export.form, export.key or export.wallet or ""]
        facts += [*export.to, *export.recipients]
        facts += [f"any {export.threshold} of {len(export.to)}"] if export.threshold else []
    for whole in both(script_of(plan)):
        assert [fact for fact in facts if fact not in whole] == []
        for other in ("Exception sheet 1", "Exception sheet 2", "who decided", "Signatures"):
            assert other in whole


def test_the_rest_of_a_plan_is_there() -> None:
    text = changed(
        "import-keys",
        ("# threshold = 3", "threshold = 4"),
        ('# cluster = "..."', 'cluster = "cl-7"'),
        ("# [machine]", "[machine]\nroot_keeps_data = true\n#"),
        ('# protocol = "CGGMP21"', 'protocol = "FROST_BITCOIN"'),
        ('# name = "Cold"', 'name = "Cold storage"'),
        ('format = "hex"', 'format = "keystore-v3"\npassphrase = true\nentry = "file"'),
        ('# file = "..."', 'file = "utc.json"'),
        ('curve = "secp256k1"\n', 'curve = "secp256k1"\nmaster_key = true\n'),
        ('name = "Cold on Ethereum"', 'path = "m/0/1"'),
    )
    facts = ["4 signers", "cl-7", "may keep data", "FROST_BITCOIN", "Cold storage", "a master key",
             "Ethereum m/0/1", "keystore-v3, from utc.json, with a passphrase"]  # fmt: skip
    for whole in both(script_of(plan_of(text))):
        assert [fact for fact in facts if fact not in whole] == []


def test_the_network_of_an_exported_wif() -> None:
    recipients = 'recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]'
    text = changed(
        "export-keys", ('form = "age"', 'form = "wif"'), (recipients, 'network = "Litecoin"')
    )
    for whole in both(script_of(plan_of(text))):
        assert "network Litecoin" in whole


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&amp; &#60; </style>",
    "{0} {x}",
    "\u202e\u202dreversed",
    "\u4e2d\u6587 keys",
    "Krak\u00f3w \u017b\u00f3\u0142\u0107 \u03a9mega",
    "\U0001f600",
    "a\u0301e\u0308",
    "\ufb01 \u00bd \u2122 \u2026",
)


@pytest.mark.parametrize("title", HOSTILE)
def test_what_a_plan_says_cannot_change_the_page(title: str) -> None:
    plan = plan_of(example_plan("import-wallets"))
    person = msgspec.structs.replace(plan.people[0], name=title)
    changed_plan = msgspec.structs.replace(
        plan, title=title, people=(person, *plan.people[1:]), digest=bytes(32)
    )
    plain_page = Text(script_html(script_of(plan)))
    page = Text(script_html(script_of(changed_plan)))
    assert page.tags == plain_page.tags
    assert page.attributes == plain_page.attributes
    assert len(pdf_pages(script_of(changed_plan))) > 5


@settings(max_examples=200)
@given(st.text())
def test_any_text_has_latin_letters(text: str) -> None:
    latin(text).encode("latin-1")
    assert all(part.isprintable() for part in latin(text))


def test_letters_beyond_the_font() -> None:
    text = "Krak\u00f3w \u017b\u00f3\u0142\u0107 \ufb01 \u2026 \u4e2d \u202e"
    assert latin(text) == "Krak\u00f3w Z\u00f3<U+0142>c fi ... <U+4E2D> <U+202E>"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_same_plan_gives_the_same_bytes(operation: Operation) -> None:
    plan = plan_of(example_plan(operation))
    first, second = script_pdf(script_of(plan)), script_pdf(script_of(plan))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert script_html(script_of(plan)) == script_html(script_of(plan))
    metadata = PdfReader(io.BytesIO(first)).metadata
    assert metadata is not None
    assert str(metadata.get("/CreationDate")).startswith("D:19800101"), "nothing of today"


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = Text(script_html(script_of(plan_of(example_plan("export-keys")))))
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form", "a"}
    assert not page.attributes & {"src", "href", "onload", "onclick"}


def plan_of_400() -> Plan:
    archive = archive_of(kit_named("CMP keys"))
    lines = kit_lines(archive, KitWallets("vault", ("Ethereum", "Solana"), accounts="0-199"))
    return plan_of(example_plan("import-wallets", head_only=True) + lines)


def test_400_keys_in_the_pages_of_the_screen() -> None:
    assert KEYS_A_PAGE == plain.PAGE
    script = script_of(plan_of_400())
    pages = [page for page in printed(script, KeyPage) if isinstance(page, KeyPage)]
    assert [len(page.keys) for page in pages] == [KEYS_A_PAGE] * 20
    numbers = [key.number for page in pages for key in page.keys]
    assert numbers == [*range(1, 401)]
    texts = pdf_pages(script)
    for number, page in enumerate(pages, 1):
        (text,) = [text for text in texts if f"The keys, page {number} of 20" in text]
        # One page of paper for one page of the screen, with its box for initials.
        assert all(f"{key.number}. {key.label}:" in text for key in page.keys)
        assert "the same as on the screen. Initials:" in text
    html = Text(script_html(script)).text
    assert all(f"{key.number}. {key.label} :" in html for page in pages for key in page.keys)
    assert html.count("the same as on the screen. Initials:") == 20
