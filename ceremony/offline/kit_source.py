"""A recovery kit and what opens it, from files and the keyboard: never from arguments."""

from ceremony.desk.passphrase import known_passphrase
from ceremony.desk.secrets import secret_from
from ceremony.files import MAX_SECRET_FILE, read_file
from ceremony.keys.encryption import is_encrypted_pem
from ceremony.keys.fireblocks.kit import read_kit
from ceremony.keys.fireblocks.shares import KitSecrets
from ceremony.keys.material import KeyMaterial
from ceremony.offline.source_options import SourceOptions
from ceremony.secret import Secret


def read_kit_keys(options: SourceOptions) -> tuple[KeyMaterial, ...]:
    """The keys of the kit's wallets at the paths. Raises ``file``, ``passphrase``, and
    what ``read_kit`` raises.
    """
    kit, curve = options.kit, options.curve
    if options.key_file is None or kit.rsa_key is None or curve is None:
        raise ValueError("the options were not checked")
    archive = read_file(options.key_file, "the recovery kit", MAX_SECRET_FILE)
    rsa_key, rsa_passphrase = _rsa_key(
        kit.rsa_key, kit.rsa_passphrase_file, "the RSA key", "--rsa-passphrase-file"
    )
    mobile_rsa_key = mobile_rsa_passphrase = mobile_passphrase = None
    if kit.mobile_rsa_key is not None:
        mobile_rsa_key, mobile_rsa_passphrase = _rsa_key(
            kit.mobile_rsa_key,
            kit.mobile_rsa_passphrase_file,
            "the second RSA key",
            "--mobile-rsa-passphrase-file",
        )
    if kit.mobile_rsa_key is None or options.passphrase_file is not None:
        mobile_passphrase = known_passphrase(options.passphrase_file, "the workspace's owner")
    secrets = KitSecrets(
        rsa_key, rsa_passphrase, mobile_passphrase, mobile_rsa_key, mobile_rsa_passphrase
    )
    return read_kit(
        archive,
        secrets,
        curve=curve,
        paths=options.paths,
        key_id=kit.key_id,
    )


def _rsa_key(
    file: str, passphrase_file: str | None, what: str, option: str
) -> tuple[Secret, Secret | None]:
    """The PEM text of an RSA key, and its passphrase where it is encrypted."""
    pem = secret_from(file, what, what)
    if passphrase_file is None and not is_encrypted_pem(pem):
        return pem, None
    return pem, known_passphrase(passphrase_file, what, option)
