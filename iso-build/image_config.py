"""What iso-build/config says: Debian's release and the packages of each lock."""

from pathlib import Path

HERE = Path(__file__).resolve().parent


def suite() -> str:
    """Debian's release that the image is made of."""
    return (HERE / "config/suite").read_text(encoding="ascii").strip()


def names(part: str) -> list[str]:
    """The lines of ``config/packages.PART`` that are not comments."""
    lines = (HERE / f"config/packages.{part}").read_text(encoding="ascii").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
