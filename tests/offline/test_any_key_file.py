"""Whatever bytes the key file holds: a key or a refusal, never a bug, never the bytes again."""

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ceremony.keys.format_table import FORMATS
from ceremony.offline.source_options import KIT
from tests.support.invoking import main
from tests.support.key_samples import SAMPLES

FORMAT_OPTIONS = [(name, SAMPLES[name].options) for name in (*FORMATS, KIT)]


@pytest.mark.parametrize(("name", "options"), [(None, ()), *FORMAT_OPTIONS])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@example(content=b"PK\x03\x04" + bytes(100))
@example(content=b"\xff\xfe1\x00")
@example(content=b"\x30\x82\xff\xff")
def test_any_bytes(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str | None,
    options: tuple[str, ...],
    content: bytes,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("source").write_bytes(content)
    for file, known in SAMPLES[name].files.items() if name else ():
        Path(file).write_bytes(known)
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        asked = ("--format", name, *options) if name else ()
        status = main(["inspect", "--key-file", "source", *asked])
    assert status in (0, 1, 2)
    lines = said.getvalue().splitlines()
    assert len(lines) == (0 if status == 0 else 2)
    assert all(line.isprintable() for line in lines)
