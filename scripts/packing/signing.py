"""Signatures of a file, by minisign or by an SSH key, whichever the named key is of."""

import subprocess
from pathlib import Path
from shutil import which

from scripts.packing.source import Failed

NAMESPACE = "dfns-ceremony-release"
"""What the signatures are for: ssh-keygen(1) checks that a signature was made for this."""

MINISIGN = "untrusted comment: minisign"
SSH = ("-----BEGIN OPENSSH PRIVATE KEY-----", "ssh-", "sk-ssh-", "ecdsa-", "sk-ecdsa-")
"""A private key, or the public half of one that the agent or a token holds."""


def signer_of(key: Path) -> str:
    """``minisign`` or ``ssh-keygen``, by what the file begins with. Raises ``Failed``."""
    try:
        with key.open(encoding="utf-8", errors="replace") as file:
            first = file.readline(100)
    except OSError as error:
        raise Failed(f"cannot read the key {key}: {error.strerror}", "name a file") from None
    program = "minisign" if first.startswith(MINISIGN) else "ssh-keygen"
    if program == "ssh-keygen" and not first.startswith(SSH):
        raise Failed(f"{key} is neither a key of minisign nor one of SSH", "docs/release.md")
    if which(program) is None:
        raise Failed(f"there is no {program}", f"apt-get install {program.partition('-keygen')[0]}")
    return program


def sign(file: Path, key: Path) -> Path:
    """The signature, a new file beside it. The program itself asks for a passphrase."""
    command: list[str | Path]
    if signer_of(key) == "minisign":
        command, ending = ["minisign", "-S", "-s", key, "-m", file], "minisig"
    else:
        command, ending = ["ssh-keygen", "-Y", "sign", "-f", key, "-n", NAMESPACE, file], "sig"
    if subprocess.run(command).returncode != 0:
        raise Failed(f"{command[0]} did not sign", "is it the right key, and its passphrase?")
    return file.with_name(f"{file.name}.{ending}")
