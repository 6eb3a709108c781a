"""The documents as HTML: every link leads somewhere, and nothing of a page is lost."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scripts.packing.documents import html, slug, write_documents, write_manual
from scripts.packing.source import ROOT, commit_of

PAGES = frozenset({"README.md", "docs/plan.md"})


class Links(HTMLParser):
    """What a page refers to, and the places in it that can be referred to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.to.append(value)
            elif name == "id" and value is not None:
                self.places.add(value)


@pytest.mark.parametrize(
    ("link", "page", "leads"),
    [
        ("docs/plan.md", "README.md", ["docs/plan.html"]),
        ("../README.md", "docs/plan.md", ["../README.html"]),
        ("plan.md#the-keys", "docs/plan.md", ["plan.html#the-keys"]),
        ("#the-keys", "docs/plan.md", ["#the-keys"]),
        ("https://example.org/x.md", "README.md", ["https://example.org/x.md"]),
        ("../scripts/test", "docs/plan.md", []),
        ("../../outside.md", "docs/plan.md", []),
    ],
)
def test_where_a_link_leads(link: str, page: str, leads: list[str]) -> None:
    assert Links(html(f"[text]({link})", page, PAGES)).to == leads


def test_a_page() -> None:
    page = html(
        "# A `plan`\n\n## The keys, all\n\n| a | b |\n|---|---|\n| <b> | 1 |\n", "x.md", PAGES
    )
    assert "<title>A `plan`</title>" in page
    assert '<h2 id="the-keys-all">' in page
    assert "<td>&lt;b&gt;</td>" in page


def test_names_of_headings() -> None:
    assert slug("Keys in: 44 formats, `hex`") == "keys-in-44-formats-hex"


def test_every_link_of_the_documents_leads_somewhere(tmp_path: Path) -> None:
    write_documents(ROOT, tmp_path)
    pages = {path: Links(path.read_text()) for path in tmp_path.rglob("*.html")}
    assert len(pages) > 20
    for path, links in pages.items():
        for link in links.to:
            if re.match("[a-z]+:", link):
                continue
            name, _, place = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), f"{path.name}: {link}"
            assert not place or place in pages[target].places, f"{path.name}: {link}"


def test_the_manual_page(tmp_path: Path) -> None:
    write_manual(ROOT, tmp_path / "man", commit_of("HEAD"))
    text = (tmp_path / "man/ceremony.1").read_text()
    assert text.startswith(".TH CEREMONY 1")
    assert ".SS ceremony self\\-check" in text
