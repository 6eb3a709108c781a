"""Where the relay finds Dfns and its credential, from one place only, checked before use."""

import io
import ipaddress
import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ceremony.errors import CeremonyError, Failure, printable
from ceremony.files import read_file, read_secret
from ceremony.keys.der_cost import check_pem_file
from ceremony.message import Environment
from ceremony.secret import Secret

NAMES = ("DFNS_API_URL", "DFNS_AUTH_TOKEN", "DFNS_CRED_ID", "DFNS_PRIVATE_KEY")
"""The names of Dfns' own examples."""

DEFAULT_FILE = ".env"

MAX_CONFIGURATION = 64 * 1024
"""Bytes of the .env file: an RSA key of 8192 bits has 6,400."""

PEM_LABELS = ("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY")

PEM_BEGIN = "-----BEGIN "


@dataclass(frozen=True, slots=True)
class Configuration:
    """``api_url`` is scheme, host and port only: https, or http to this machine."""

    api_url: str
    environment: Environment
    auth_token: Secret
    credential_id: str
    private_key: Secret


def read_configuration(path: str | None, environ: Mapping[str, str]) -> Configuration:
    """The four names, all from one place: the token of one must not reach the host of another.

    That place is the file ``path`` if one is named; else the environment, if it has any
    of the names; else ``.env`` in the working directory. Raises ``configuration`` or
    ``file``; no error shows a value, except of the URL.
    """
    values, place = _values(path, environ)
    for name in NAMES:
        if not values.get(name, "").strip():
            raise _wrong(
                f"{name} is missing in {place}",
                f"give all of {', '.join(NAMES)} in one place: a file with --env, "
                "the environment, or .env in the working directory",
            )
    api_url, environment = check_api_url(values["DFNS_API_URL"].strip())
    return Configuration(
        api_url,
        environment,
        Secret(_token(values, "DFNS_AUTH_TOKEN").encode()),
        _token(values, "DFNS_CRED_ID"),
        _private_key(values["DFNS_PRIVATE_KEY"].strip()),
    )


def check_api_url(url: str) -> tuple[str, Environment]:
    """RLY-URL: the address without a slash at its end, and what is said there.

    Plain http goes to this machine only, and is a rehearsal; https is production, and
    nothing switches that. Raises ``configuration``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _wrong("DFNS_API_URL is no address", URL_HINT) from None
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        # Not shown: what is in there may be a password.
        raise _wrong("DFNS_API_URL has a user, a query or a fragment in it", URL_HINT)
    if not re.fullmatch(r"[\x21-\x7e]+", url) or not host or parts.path not in ("", "/"):
        raise _wrong(f"DFNS_API_URL {printable(url)} is not an address alone", URL_HINT)
    if parts.scheme == "http" and not is_loopback(host):
        raise _wrong(
            f"DFNS_API_URL {printable(url)} is plain http to another machine",
            "use https: whoever listens would read the token",
        )
    if parts.scheme not in ("http", "https"):
        raise _wrong(f"DFNS_API_URL {printable(url)} is neither https nor http", URL_HINT)
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
    return origin, "rehearsal" if parts.scheme == "http" else "production"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _values(path: str | None, environ: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    if path is None and any(environ.get(name) for name in NAMES):
        return environ, "the environment"
    if path is None and not os.path.lexists(DEFAULT_FILE):
        return {}, f"the environment, and there is no {DEFAULT_FILE} here"
    return _read_env(path or DEFAULT_FILE), printable(path or DEFAULT_FILE)


def _read_env(path: str) -> dict[str, str]:
    from dotenv import dotenv_values  # only here: --help needs no parser

    data = read_file(path, "the configuration", MAX_CONFIGURATION)
    # It warns of lines that it cannot read, with their numbers; we say what is missing.
    logging.getLogger("dotenv.main").setLevel(logging.CRITICAL)
    try:
        text = data.decode()
        # No interpolation: a $ in a value is a $.
        values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    except (UnicodeDecodeError, ValueError):
        raise _wrong(
            f"the configuration {printable(path)} is not text of the form NAME=VALUE",
            "look at it with an editor, or write it anew",
        ) from None
    return {name: value for name, value in values.items() if value is not None}


def _token(values: Mapping[str, str], name: str) -> str:
    text = values[name].strip()
    if not re.fullmatch(r"[\x21-\x7e]{1,8192}", text):
        raise _wrong(
            f"{name} has blanks, line breaks or characters beyond ASCII in it",
            "copy it again from Dfns' dashboard, on one line",
        )
    return text


def _private_key(text: str) -> Secret:
    """PEM as it stands, with ``\\n`` for line breaks, or in a file of that name."""
    if text.startswith(PEM_BEGIN):
        pem = Secret(text.replace("\\n", "\n").encode())
    elif "\n" in text or not os.path.isfile(text):
        raise _wrong("DFNS_PRIVATE_KEY is neither PEM nor the name of a file", PEM_HINT)
    else:
        pem = read_secret(text, "the private key")
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
        raise _wrong(
            "DFNS_PRIVATE_KEY is encrypted", "decrypt it first, for example with openssl pkey"
        ) from None
    except (ValueError, UnsupportedAlgorithm, InternalError):
        raise _wrong("DFNS_PRIVATE_KEY is no private key in PEM", PEM_HINT) from None
    curves = (ec.SECP256R1, ec.SECP256K1)
    if not (
        isinstance(key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey)
        or (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, curves))
    ):
        raise _wrong("DFNS_PRIVATE_KEY is of a kind that Dfns does not take", PEM_HINT)


URL_HINT = "it is https:// and a host, as in https://api.dfns.io"

PEM_HINT = "give the PEM of the credential (Ed25519, P-256, secp256k1 or RSA) or the path to it"


def _wrong(message: str, hint: str) -> CeremonyError:
    return CeremonyError(Failure.CONFIGURATION, message, hint=hint)
