"""README and docs/ceremony.md show a ceremony as it looks: a real one is held and compared."""

from pathlib import Path

from tests.support.ceremony_page import PAGE, form_of, sessions, shown_on

README = PAGE.parents[1] / "README.md"


def test_the_sessions_are_what_the_programs_say(tmp_path: Path) -> None:
    """Each line, in its order. `python -m tests.support.ceremony_page` writes them again."""
    said = sessions(tmp_path)
    shown = shown_on(PAGE.read_text(encoding="utf-8"))
    assert list(shown) == list(said)
    for command, text in shown.items():
        assert form_of(text) == form_of(said[command]), command


def test_the_readme_shows_parts_of_them() -> None:
    """Every line of its session stands in the page's, which a real ceremony is compared with."""
    page = shown_on(PAGE.read_text(encoding="utf-8"))
    excerpts = shown_on(README.read_text(encoding="utf-8"))
    assert len(excerpts) == 2
    for command, text in excerpts.items():
        lines = [line for line in text.splitlines() if line != "..."]
        assert len(lines) > 8
        rest = iter(form_of(page[command]))
        assert all(line in rest for line in form_of("\n".join(lines))), command


def test_the_lines_fit_the_page() -> None:
    """100 columns, but for what the programs say."""
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        inside ^= line.startswith("```")
        assert inside or len(line) <= 100 or line.startswith("|"), line
