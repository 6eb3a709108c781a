"""A recovery kit and what opens it, from files and the keyboard: never from arguments."""

import argparse

from ceremony.desk.passphrase import known_passphrase
from ceremony.desk.secrets import secret_from
from ceremony.files import MAX_SECRET_FILE, read_file
from ceremony.keys.fireblocks.kit import read_kit
from ceremony.keys.fireblocks.shares import KitSecrets
from ceremony.keys.material import KeyMaterial
from ceremony.offline.source_options import option_text
from ceremony.secret import Secret

ENCRYPTED = b"ENCRYPTED"
"""What stands in every encrypted PEM text: RFC 7468, section 11, and RFC 1421, 4.6.1.1."""


def read_kit_keys(options: argparse.Namespace) -> tuple[KeyMaterial, ...]:
    """The keys of the kit's wallets at the paths. Raises ``file``, ``passphrase``, and
    what ``read_kit`` raises.
    """
    archive = read_file(options.key_file, "the recovery kit", MAX_SECRET_FILE)
    rsa_key, rsa_passphrase = _rsa_key(options, "rsa", "the RSA key")
    mobile_rsa_key = mobile_rsa_passphrase = mobile_passphrase = None
    if options.mobile_rsa_key is not None:
        mobile_rsa_key, mobile_rsa_passphrase = _rsa_key(
            options, "mobile_rsa", "the second RSA key"
        )
    if options.mobile_rsa_key is None or options.passphrase_file is not None:
        mobile_passphrase = known_passphrase(options.passphrase_file, "the workspace's owner")
    secrets = KitSecrets(
        rsa_key, rsa_passphrase, mobile_passphrase, mobile_rsa_key, mobile_rsa_passphrase
    )
    return read_kit(
        archive,
        secrets,
        curve=options.curve,
        paths=tuple(options.path),
        key_id=options.key_id,
    )


def _rsa_key(options: argparse.Namespace, name: str, what: str) -> tuple[Secret, Secret | None]:
    """The PEM text of an RSA key, and its passphrase where it is encrypted."""
    pem = secret_from(getattr(options, f"{name}_key"), what, what)
    file = getattr(options, f"{name}_passphrase_file")
    if file is None and ENCRYPTED not in pem.reveal():
        return pem, None
    return pem, known_passphrase(file, what, option_text(f"{name}_passphrase_file"))
