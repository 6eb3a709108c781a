"""The documents as HTML, and the manual page."""

import re
import shutil
import sys
from html import escape
from itertools import pairwise
from pathlib import Path, PurePosixPath
from posixpath import normpath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scripts.packing.source import Commit, run

PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; }}
pre, code {{ font-family: monospace; background: #f2f2f2; }}
pre {{ padding: 1em; overflow-x: auto; }}
table {{ border-collapse: collapse; display: block; overflow-x: auto; }}
td, th {{ border: 1px solid #999; padding: .3em .6em; vertical-align: top; text-align: left; }}
img {{ max-width: 100%; }}
</style>
<body>
{body}
</body>
</html>
"""

OUTSIDE = re.compile(r"[a-z]+:|#")
"""How a link begins that does not lead to another file of the project."""


def write_documents(source: Path, folder: Path) -> None:
    """README.html, docs/....html and so on below ``folder``, with the pictures they show."""
    pages = [path.relative_to(source).as_posix() for path in source.glob("*.md")]
    pages += [path.relative_to(source).as_posix() for path in source.glob("docs/*.md")]
    shutil.copytree(source / "docs/pictures", folder / "docs/pictures")
    for page in pages:
        out = (folder / page).with_suffix(".html")
        text = (source / page).read_text(encoding="utf-8")
        out.write_text(html(text, page, frozenset(pages)), encoding="utf-8")


def html(text: str, page: str, pages: frozenset[str]) -> str:
    """One page. A link to another page leads to its HTML; one to a file that is not there goes."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = page
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            before.attrSet("id", slug(token.content))
            title = token.content if before.tag == "h1" else title
        for child in token.children or ():
            if child.type == "link_open":
                _lead(child, page, pages)
    body = markdown.renderer.render(tokens, markdown.options, {})
    return PAGE.format(title=escape(title), body=body)


def slug(heading: str) -> str:
    """The name of a heading in links: what hosts of Markdown make of it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _lead(link: Token, page: str, pages: frozenset[str]) -> None:
    href = str(link.attrGet("href"))
    if OUTSIDE.match(href):
        return
    path, _, place = href.partition("#")
    if normpath(PurePosixPath(page).parent / path) in pages:
        link.attrSet("href", path.removesuffix(".md") + ".html" + (f"#{place}" if place else ""))
    else:
        del link.attrs["href"]


def write_manual(source: Path, folder: Path, commit: Commit) -> None:
    """The laptop's manual page, as its program writes it."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ceremony.offline.cli", "manual"]
    hint = "scripts/setup all gives this checkout what it needs"
    page = run(command, "no manual page", hint, cwd=source, env=commit.environment)
    (folder / "ceremony.1").write_bytes(page)
