"""The file that tells a client how to reach this sandbox, and with which credential."""

import os
import secrets
from pathlib import Path

from ceremony.errors import CeremonyError, Failure, printable

TABLE_MARK = "# written by ceremony-sandbox: the place of a rehearsal, not of Dfns\n"
"""The first line of the table for plans, by which its writer knows it, too."""

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


def plan_table(
    url: str, org_id: str, cluster_id: str | None, fingerprint: bytes, threshold: int
) -> str:
    """The [dfns] of a plan for this sandbox, in TOML; no value has a quote in it."""
    cluster = "" if cluster_id is None else f'cluster = "{cluster_id}"\n'
    return (
        f'{TABLE_MARK}\n[dfns]\napi = "{url}"\norganisation = "{org_id}"\n{cluster}'
        f'signers = "{fingerprint.hex()}"\nthreshold = {threshold}\n'
    )


def write_environment(path: Path, text: str) -> None:
    """``text`` in a file of mode 0600, whole or not at all.

    Replaces what an earlier sandbox wrote, and refuses to replace anything else: a
    file of that name may well hold the real credentials. Raises ``file``.
    """
    write_marked(path, text, MARK, "--env")


def check_environment(path: Path) -> None:
    """Raises ``file`` if there is a file of this name that no sandbox wrote."""
    check_marked(path, MARK, "--env")


def write_marked(path: Path, text: str, mark: str, option: str) -> None:
    """As ``write_environment``, for a text that begins with ``mark``. Raises ``file``."""
    check_marked(path, mark, option)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unusable(path, error.strerror or "it cannot be written", option) from None


def check_marked(path: Path, mark: str, option: str) -> None:
    """Raises ``file`` if there is a file of this name that does not begin with ``mark``."""
    try:
        with path.open("rb") as file:
            ours = file.read(len(mark)) == mark.encode()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read", option) from None
    if not ours:
        raise _unusable(path, "it exists and was not written by a sandbox", option)


def _unusable(path: Path, why: str, option: str) -> CeremonyError:
    return CeremonyError(
        Failure.FILE,
        f"{option} {printable(str(path))}: {why}",
        hint=f"name a new file for {option} in a folder that you may write to",
    )
