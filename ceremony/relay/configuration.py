"""Where the relay finds Dfns and its credential, from one place only, checked before use."""

import io
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.files import MAX_SECRET_FILE
from ceremony.keys.der_cost import check_pem_file
from ceremony.message import Environment
from ceremony.relay.host import CONFIRMED, check_api_url, check_host
from ceremony.relay.surroundings import check_surroundings, read_private
from ceremony.relay.token import check_organisation, organisation_of
from ceremony.secret import Secret

CREDENTIAL = Control(
    "RLY-CREDENTIAL", "the credential is an unencrypted key of a kind that Dfns takes"
)

NAMES = ("DFNS_API_URL", "DFNS_AUTH_TOKEN", "DFNS_CRED_ID", "DFNS_PRIVATE_KEY")
"""The names of Dfns' own examples."""

ORGANISATION = "DFNS_ORG_ID"
"""May pin the organisation, in the same place."""

DEFAULT_FILE = ".env"

MAX_CONFIGURATION = 64 * 1024
"""Bytes of the .env file: an RSA key of 8192 bits has 6,400."""

PEM_LABELS = ("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY")

PEM_BEGIN = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class Configuration:
    """``api_url`` is https, or http to this machine: scheme, host, port, and maybe a path.

    ``organisation`` is the id that the token names; empty if it names none. ``notes`` are
    lines that people must see beside the address.
    """

    api_url: str
    environment: Environment
    auth_token: Secret
    credential_id: str
    private_key: Secret
    organisation: str = ""
    notes: tuple[str, ...] = ()


def read_configuration(path: str | None, environ: Mapping[str, str]) -> Configuration:
    """The names, all from one place: the token of one must not reach the host of another.

    That place is the file ``path`` if one is named; else the environment, if it has any
    of the names; else ``.env`` in the working directory. Raises ``configuration`` or
    ``file``; no error shows a value, except of the URL and of the organisation.
    """
    notes = check_surroundings(environ)
    values, place = _values(path, environ)
    for name in NAMES:
        if not values.get(name, "").strip():
            raise _wrong(
                f"{name} is missing in {place}",
                f"give all of {', '.join(NAMES)} in one place: a file with --env, "
                "the environment, or .env in the working directory",
            )
    api_url, environment = check_api_url(values["DFNS_API_URL"].strip())
    warning = check_host(api_url, (values.get(CONFIRMED) or "").strip().lower())
    token = Secret(_token(values, "DFNS_AUTH_TOKEN").encode())
    organisation = organisation_of(token)
    check_organisation(organisation, (values.get(ORGANISATION) or "").strip())
    return Configuration(
        api_url,
        environment,
        token,
        _token(values, "DFNS_CRED_ID"),
        _private_key(values["DFNS_PRIVATE_KEY"].strip()),
        organisation,
        (warning, *notes) if warning else notes,
    )


def _values(path: str | None, environ: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    if path is None and any(environ.get(name) for name in NAMES):
        return environ, "the environment"
    if path is None and not os.path.lexists(DEFAULT_FILE):
        return {}, f"the environment, and there is no {DEFAULT_FILE} here"
    return _read_env(path or DEFAULT_FILE), printable(path or DEFAULT_FILE)


def _read_env(path: str) -> dict[str, str]:
    from dotenv import dotenv_values  # only here: --help needs no parser

    data = read_private(path, "the configuration", MAX_CONFIGURATION)
    # It warns of lines that it cannot read, with their numbers; we say what is missing.
    logging.getLogger("dotenv.main").setLevel(logging.CRITICAL)
    try:
        text = data.decode()
        # No interpolation: a $ in a value is a $.
        values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    except (UnicodeDecodeError, ValueError):
        raise _wrong(
            f"the configuration {printable(path)} is not text of the form NAME=VALUE",
            "look at it with an editor, or write it again",
        ) from None
    return {name: value for name, value in values.items() if value is not None}


def _token(values: Mapping[str, str], name: str) -> str:
    text = values[name].strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,8192}", text):
        raise _wrong(
            f"{name} has spaces, line breaks or characters beyond ASCII in it",
            "copy it again from Dfns' dashboard, on one line",
        )
    return text


def _private_key(text: str) -> Secret:
    """PEM as it stands, with ``\\n`` for line breaks, or in a file of that name."""
    if text.startswith(PEM_BEGIN):
        pem = Secret(text.replace("\\n", "\n").encode())
    elif "\n" in text or not os.path.isfile(text):
        raise CREDENTIAL.refusal(
            Failure.CONFIGURATION,
            "DFNS_PRIVATE_KEY is neither PEM nor the name of a file",
            hint=PEM_HINT,
        )
    else:
        pem = Secret(read_private(text, "the private key", MAX_SECRET_FILE))
    check_private_key(pem)
    return pem


def check_private_key(pem: Secret) -> None:
    """RLY-CREDENTIAL: an unencrypted PEM key of a kind that Dfns takes."""
    from cryptography.exceptions import InternalError, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # OpenSSL proves the primes of an RSA key of any size, and takes minutes for some.
        check_pem_file(pem.reveal(), PEM_LABELS, "credential's private key")
    except CeremonyError as error:
        if error.failure is Failure.OVERSIZED:
            raise
    try:
        key = load_pem_private_key(pem.reveal(), password=None)
    except TypeError:
        raise CREDENTIAL.refusal(
            Failure.CONFIGURATION,
            "DFNS_PRIVATE_KEY is encrypted",
            hint="decrypt it first, for example with openssl pkey",
        ) from None
    except (ValueError, UnsupportedAlgorithm, InternalError):
        raise CREDENTIAL.refusal(
            Failure.CONFIGURATION, "DFNS_PRIVATE_KEY is not a private key in PEM", hint=PEM_HINT
        ) from None
    curves = (ec.SECP256R1, ec.SECP256K1)
    if not (
        isinstance(key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey)
        or (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, curves))
    ):
        raise CREDENTIAL.refusal(
            Failure.CONFIGURATION,
            "DFNS_PRIVATE_KEY is of a kind that Dfns does not take",
            hint=PEM_HINT,
        )


PEM_HINT = "give the PEM of the credential (Ed25519, P-256, secp256k1 or RSA) or the path to it"


def _wrong(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.CONFIGURATION, message, hint=hint)
