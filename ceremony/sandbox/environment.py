"""The file that tells a client how to reach this sandbox, and with which credential."""

import os
import secrets
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable

MARK = "# written by ceremony-sandbox: a rehearsal, these credentials open nothing else\n"
"""The first line. A file without it is not the sandbox's, and is never replaced."""


def environment(
    url: str, auth_token: str, credential_id: str, private_key: str, org_id: str
) -> str:
    """The names of Dfns' own examples, for python-dotenv and for ``set -a; . FILE``.

    No value has a quote in it: they are URLs, JWTs, ids and PEM.
    """
    values = {
        "DFNS_API_URL": url,
        "DFNS_AUTH_TOKEN": auth_token,
        "DFNS_CRED_ID": credential_id,
        "DFNS_PRIVATE_KEY": private_key.strip(),
        "DFNS_ORG_ID": org_id,
    }
    return MARK + "".join(f"{name}='{value}'\n" for name, value in values.items())


def write_environment(path: Path, text: str) -> None:
    """``text`` in a file of mode 0600, whole or not at all.

    Replaces what an earlier sandbox wrote, and refuses to replace anything else: a
    file of that name may well hold the real credentials. Raises ``file``.
    """
    check_environment(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unusable(path, error.strerror or "it cannot be written") from None


def check_environment(path: Path) -> None:
    """Raises ``file`` if there is a file of this name that no sandbox wrote."""
    try:
        with path.open("rb") as file:
            ours = file.read(len(MARK)) == MARK.encode()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read") from None
    if not ours:
        raise _unusable(path, "it exists and was not written by a sandbox")


def _unusable(path: Path, why: str) -> CeremonyError:
    return CeremonyError(
        Failure.FILE,
        f"--env {printable(str(path))}: {why}",
        hint="name a new file for --env in a folder that you may write to",
    )
