"""A sandbox with signers of the test's choice, on a real socket, within this process."""

import threading
from collections.abc import Callable, Iterator

import pytest

from ceremony.sandbox.credential import private_pem
from ceremony.sandbox.server import SandboxServer, listen
from tests.support.api_client import CREDENTIAL_ID, ApiClient


@pytest.fixture
def serve() -> Iterator[Callable[[ApiClient], dict[str, str]]]:
    """A function that serves the sandbox of an ApiClient; gives the DFNS_* names."""
    running: list[tuple[SandboxServer, threading.Thread]] = []

    def start(client: ApiClient) -> dict[str, str]:
        ready = threading.Event()
        listener = listen(0)
        server = SandboxServer([client.sandbox], ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert ready.wait(20)
        running.append((server, thread))
        host, port = listener.getsockname()
        return {
            "DFNS_API_URL": f"http://{host}:{port}",
            "DFNS_AUTH_TOKEN": client.sandbox.access.auth_token,
            "DFNS_CRED_ID": CREDENTIAL_ID,
            "DFNS_PRIVATE_KEY": private_pem(client.private_key),
        }

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
