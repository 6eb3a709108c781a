"""Dfns' official SDKs, Python and Node, called in one way: what they took and gave."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dfns_sdk import DfnsClient, DfnsClientConfig, DfnsError, KeySigner

SCRIPT = Path(__file__).parents[1] / "interop/node" / "call.js"

SECONDS = 60
"""For one call of Node on a machine that is busy."""


class Refused(Exception):  # noqa: N818 - it is the SDK's error, as a value
    """An error of the API, as the SDK told it."""

    def __init__(self, status: int, message: str, details: Any) -> None:
        super().__init__(f"{status} {message}")
        self.status, self.message, self.details = status, message, details


def python_sdk(env: dict[str, str], call: str, *arguments: Any) -> Any:
    """``call`` is CLIENT.METHOD of dfns_sdk.DfnsClient; bodies are camelCase."""
    signer = KeySigner(env["DFNS_CRED_ID"], env["DFNS_PRIVATE_KEY"])
    config = DfnsClientConfig(env["DFNS_AUTH_TOKEN"], env["DFNS_API_URL"], signer)
    with DfnsClient(config) as client:
        group, method = call.split(".")
        operation: Callable[..., Any] = getattr(getattr(client, group), method)
        try:
            return operation(*arguments)
        except DfnsError as error:
            raise Refused(error.status_code or 0, error.message, error.details) from None


def node_sdk(modules: Path, env: dict[str, str], call: str, request: Any = None) -> Any:
    """``call`` is CLIENT.METHOD of @dfns/sdk's DfnsApiClient."""
    group, method = call.split(".")
    done = subprocess.run(
        ["node", str(SCRIPT), group, method],
        input="" if request is None else json.dumps(request),
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(modules), **env},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode in (0, 3), done.stderr
    answer = json.loads(done.stdout)
    if done.returncode == 3:
        raise Refused(answer["status"], answer["message"], answer.get("details"))
    return answer
