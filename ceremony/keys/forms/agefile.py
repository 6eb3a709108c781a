"""age files: the key for one or more recipients, who open it with their own keys."""

from collections.abc import Sequence
from dataclasses import replace

from ceremony.errors import CeremonyError, Failure
from ceremony.keys.forms.clear import hex_digits, read_hex
from ceremony.keys.forms.form import OutOptions, Output, only
from ceremony.keys.material import KeyMaterial
from ceremony.secret import Random, Secret

MAX_RECIPIENTS = 32

AGE_CHECKED = (
    "it opens with a key made for this moment; whether a recipient can open it, only he can try"
)
"""What reading back proves of an age file, and what it cannot."""


def write_age(
    key: KeyMaterial, options: OutOptions, _random: Random
) -> tuple[tuple[Output, ...], OutOptions]:
    """An armoured age file (https://age-encryption.org/v1) with the key in hex.

    Recipients are ``age1...`` or OpenSSH public keys. One more is added, whose
    identity is made here, opens the file once for comparing, and is forgotten: no
    other way shows, without the recipients' keys, that the file opens. rage takes
    its randomness from the kernel, not from ``random``.
    """
    import pyrage  # type: ignore[import-untyped]

    recipients = check_recipients(options.recipients)
    check = pyrage.x25519.Identity.generate()
    content = pyrage.encrypt(
        hex_digits(key).reveal() + b"\n", [*recipients, check.to_public()], armored=True
    )
    reading = replace(options, identity=Secret(str(check).encode()))
    return (Output("key.age", Secret(content), clear=False),), reading


def read_age(outputs: tuple[Output, ...], curve: str, options: OutOptions) -> KeyMaterial:
    """The key in an age file, opened with an X25519 identity (AGE-SECRET-KEY-1...)."""
    import pyrage

    if options.identity is None:
        raise _does_not_open("an age file opens with an identity, and none is given")
    try:
        identity = pyrage.x25519.Identity.from_str(options.identity.reveal().decode().strip())
    except (pyrage.IdentityError, UnicodeDecodeError):
        raise _does_not_open("this is not an age identity") from None
    try:
        content = pyrage.decrypt(only(outputs).reveal(), [identity])
    except pyrage.DecryptError:
        raise _does_not_open("the age file does not open with this identity") from None
    return read_hex((Output("key.hex", Secret(content), clear=True),), curve, options)


def check_recipients(texts: Sequence[str]) -> list[object]:
    """pyrage's recipients of these texts, each named once. Raises ``malformed``."""
    if not 0 < len(texts) <= MAX_RECIPIENTS:
        raise _recipient_error(f"{len(texts)} recipients are not 1 to {MAX_RECIPIENTS}")
    recipients = [_recipient(n, text) for n, text in enumerate(texts, 1)]
    if len({text.strip() for text in texts}) != len(recipients):
        raise _recipient_error("a recipient is named twice")
    return recipients


def _recipient(number: int, text: str) -> object:
    """pyrage's recipient for ``age1...`` or an OpenSSH public key. Raises ``malformed``."""
    import pyrage

    kind = pyrage.ssh if text.strip().startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        # The text may be the private identity, given by mistake: it is not shown.
        raise _recipient_error(f"recipient {number} is not an age recipient") from None


def _recipient_error(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.MALFORMED,
        message,
        hint="recipients begin with age1, ssh-ed25519 or ssh-rsa; age-keygen -y shows them",
    )


def _does_not_open(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.DECRYPT, message, hint="open it with age or rage, where the recipient's key is"
    )
