"""Files: read with a limit, written once and as a whole, secrets read by one rule."""

from ceremony.files.appending import Lines
from ceremony.files.names import STANDARD, WRITTEN, check_absent, numbered
from ceremony.files.reading import MAX_FILE, MAX_SECRET_FILE, read_file
from ceremony.files.secrets import exposure, read_passphrase, read_secret
from ceremony.files.writing import write_file, write_files

__all__ = [
    "MAX_FILE",
    "MAX_SECRET_FILE",
    "STANDARD",
    "WRITTEN",
    "Lines",
    "check_absent",
    "exposure",
    "numbered",
    "read_file",
    "read_passphrase",
    "read_secret",
    "write_file",
    "write_files",
]
