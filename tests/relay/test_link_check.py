"""`ceremony-relay check`: with a plan it asks Dfns, with --link it answers the laptop."""

from pathlib import Path

import pytest

from ceremony.relay.cli import main


@pytest.mark.parametrize("given", [(), ("plan.toml", "--link", "link.toml")])
def test_it_is_one_of_both(given: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *given]) == 2
    assert "takes a plan, for what Dfns says of it, or --link" in capsys.readouterr().err


def test_no_configuration_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The link test needs no Dfns: a file of credentials that is not there is not missed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DFNS_API_URL", raising=False)
    Path("link.toml").write_text("mine")
    assert main(["--env", "none.env", "check", "--link", "--desk", "plain"]) == 1
    assert "the link's file link.toml exists already" in capsys.readouterr().err
    assert Path("link.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("plan.toml", "--out", "page.html"), "goes with --link"),
        (("--link", "--out", "page.txt"), "the file's name says which"),
    ],
)
def test_the_page_is_that_of_the_link_test(
    given: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *given]) == 2
    assert said in capsys.readouterr().err
