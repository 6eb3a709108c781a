"""Which host the relay gives the token to: an address alone, and Dfns' own or a confirmed one."""

import ipaddress
import re
from urllib.parse import urlsplit

from ceremony.errors import CeremonyError, Control, Failure, printable
from ceremony.message import Environment

URL = Control(
    "RLY-URL", "plain http goes to this machine only and is a rehearsal; the rest is production"
)
HOST = Control(
    "RLY-HOST", "a production host is one that Dfns documents, or is named twice and shown loudly"
)

DFNS_HOSTS = ("api.dfns.io", "api.uae.dfns.io")
"""The hosts that Dfns documents: Europe and the United Arab Emirates."""

CONFIRMED = "DFNS_HOST_CONFIRMED"
"""Names another host than those, in the same place as the rest of the configuration."""

URL_HINT = "it is https:// and a host, as in https://api.dfns.io"


def check_api_url(url: str) -> tuple[str, Environment]:
    """RLY-URL: the address without a slash at its end, and what is said there.

    Plain http goes to this machine only, and is a rehearsal; https is production, and
    nothing switches that. A path may follow the host, as some gateways have one: calls are
    sent below it and signed without it. Raises ``configuration``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_url("DFNS_API_URL is not an address", URL_HINT) from None
    if parts.username is not None or parts.password is not None or "?" in url or "#" in url:
        # Not shown: what is in there may be a password.
        raise _no_url("DFNS_API_URL has a user, a query or a fragment in it", URL_HINT)
    if not re.fullmatch(r"[\x21-\x7e]+", url) or not host:
        raise _no_url(f"DFNS_API_URL {printable(url)} is not an address alone", URL_HINT)
    path = parts.path.removesuffix("/")
    if not re.fullmatch(r"(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)*", path):
        raise _no_url(f"DFNS_API_URL {printable(url)} has an unusable path", URL_HINT)
    if parts.scheme == "http" and not is_loopback(host):
        raise _no_url(
            f"DFNS_API_URL {printable(url)} is plain http to another machine",
            "use https: whoever listens would read the token",
        )
    if parts.scheme not in ("http", "https"):
        raise _no_url(f"DFNS_API_URL {printable(url)} is neither https nor http", URL_HINT)
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
    return origin + path, "rehearsal" if parts.scheme == "http" else "production"


def check_host(api_url: str, confirmed: str) -> str:
    """RLY-HOST: a production host is one of Dfns' own, or named a second time.

    A name that only looks like Dfns' is given the token, and its signers may be anybody's.
    ``confirmed`` is the value of DFNS_HOST_CONFIRMED. Returns a warning for people; empty for
    Dfns' own hosts and for a rehearsal. Raises ``configuration``.
    """
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    if parts.scheme == "http" or host in DFNS_HOSTS:
        return ""
    if confirmed != host:
        raise HOST.refusal(
            Failure.CONFIGURATION,
            f"{printable(host)} is not a host that Dfns documents ({', '.join(DFNS_HOSTS)})",
            hint=f"compare every letter with what Dfns gave you; if it is right, set {CONFIRMED} "
            "to that host, beside DFNS_API_URL",
        )
    return f"WARNING: {printable(host)} IS NOT A HOST THAT DFNS DOCUMENTS; {CONFIRMED} names it"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_url(message: str, hint: str) -> CeremonyError:
    return URL.refusal(Failure.CONFIGURATION, message, hint=hint)
