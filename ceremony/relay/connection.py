"""The connections to Dfns: which certificates, which proxy, and one deadline over all.

This is what httpx.HTTPTransport does, with our network backend, which it does not take.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from ceremony.errors import CeremonyError, Failure
from ceremony.message import Environment
from ceremony.relay.deadline import KEEP_ALIVE, Deadline, DeadlineBackend


class Connection(httpx.BaseTransport):
    """An httpx transport over a pool of httpcore. Raises httpx's errors only."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.read(),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpx has an error of the same name for each of httpcore's."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise kind(str(error)) from error


def http_transport(
    api_url: str, environment: Environment, deadline: Deadline
) -> httpx.BaseTransport:
    """Certificates are checked; no call is repeated by itself.

    Production trusts the authorities of certifi, whatever SSL_CERT_FILE says, keeps no key
    log, and follows HTTPS_PROXY and NO_PROXY: TLS goes through the proxy whole. Plain http,
    which never leaves this machine, uses no proxy, because it would read the token.
    """
    backend = DeadlineBackend(deadline)
    if environment == "rehearsal":
        # It makes no TLS; were it asked to, it would trust nobody.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return Connection(httpcore.ConnectionPool(nobody, network_backend=backend))
    bypass = proxy_bypass(httpx.URL(api_url).host)
    address = None if bypass else getproxies().get("https")
    if address is None:
        return Connection(
            httpcore.ConnectionPool(
                tls_context(), network_backend=backend, socket_options=KEEP_ALIVE
            )
        )
    try:
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        raise proxy_error("HTTPS_PROXY is not the address of an http proxy") from None
    if proxy.url.scheme not in ("http", "https"):
        raise proxy_error("HTTPS_PROXY is not the address of an http proxy")
    return Connection(
        httpcore.HTTPProxy(
            str(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=tls_context(),
            proxy_ssl_context=tls_context() if proxy.url.scheme == "https" else None,
            network_backend=backend,
            socket_options=KEEP_ALIVE,
        )
    )


def tls_context() -> ssl.SSLContext:
    """The authorities of certifi, the checks of Python's default, and no key log."""
    context = httpx.create_ssl_context(trust_env=False)
    context.keylog_filename = None  # type: ignore[assignment]  # typeshed does not know None
    return context


def proxy_error(message: str) -> CeremonyError:
    return CeremonyError(
        Failure.CONFIGURATION,
        message,
        hint="set HTTPS_PROXY to http://HOST:PORT or unset it, and unset ALL_PROXY",
    )
