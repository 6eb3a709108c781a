"""The API over HTTP: an ASGI application, which any ASGI server or client can take."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ceremony.sandbox.api_error import ApiError, not_authorized
from ceremony.sandbox.operations import OPERATIONS, Operation
from ceremony.sandbox.state import Call, Sandbox

MAX_BODY = 1024 * 1024
"""Bytes of a request. The largest import, 20 signers, has 150,000."""

MAX_DELAY = 600
"""Seconds that a slow answer may take at the most."""

GARBAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

Drop = Callable[[Request], None]
Endpoint = Callable[[Request], Awaitable[Response]]


def raise_reset(_: Request) -> None:
    """What a lost answer is without a server: the client's call fails."""
    raise ConnectionResetError("the sandbox closed the connection on purpose")


def build_app(sandbox: Sandbox, drop: Drop = raise_reset) -> Starlette:
    """The sandbox as an ASGI application. ``drop`` closes a request's connection."""
    app = Starlette(
        routes=[Route(o.path, _endpoint(sandbox, o, drop), methods=[o.method]) for o in OPERATIONS],
        exception_handlers={
            HTTPException: lambda _, error: _refusal(sandbox, _http_error(error)),
            Exception: lambda _, error: _refusal(sandbox, _server_error(500)),
        },
    )
    app.router.redirect_slashes = False  # a redirected change would not be what was signed
    return app


def _endpoint(sandbox: Sandbox, operation: Operation, drop: Drop) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await _answer(sandbox, operation, request, drop)
        except ApiError as error:
            return _refusal(sandbox, error)
        except asyncio.CancelledError:  # the server ends
            drop(request)
            return Response(status_code=503)

    return endpoint


async def _answer(sandbox: Sandbox, operation: Operation, request: Request, drop: Drop) -> Response:
    """Faults before; who may, and whether it was signed; the call itself; faults after.

    Between the checks and the end of the call nothing waits: it is done whole or not
    at all, however many clients there are.
    """
    take, call = sandbox.faults.take, operation.call
    body = await _body(request)
    if fault := take("slow", call):
        await asyncio.sleep(min(fault.value, MAX_DELAY))
    if take("lost-request", call):
        drop(request)
        return Response(status_code=500)
    if fault := take("error", call):
        raise _server_error(fault.value)
    if take("token-expired", call):
        raise not_authorized()
    access = sandbox.access
    access.check_bearer(request.headers.get("authorization"))
    for permission in operation.permissions:
        access.check_permission(permission)
    if operation.permissions and take("no-permission", call):
        raise access.forbidden(operation.permissions[0])
    if operation.change:
        token = request.headers.get("x-dfns-useraction")
        access.spend(token, operation.method, request.url.path, body)
    answer = operation.run(
        sandbox, Call(dict(request.path_params), dict(request.query_params), body)
    )
    if fault := take("slow-answer", call):
        await asyncio.sleep(min(fault.value, MAX_DELAY))
    if take("lost-answer", call):
        drop(request)
        return Response(status_code=500)
    if fault := take("error-after", call):
        raise _server_error(fault.value)
    if take("garbage", call):
        return Response(GARBAGE, media_type="text/html")
    return Response(msgspec.json.encode(answer), media_type="application/json")


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ApiError(413, f"the body has more than {MAX_BODY} bytes")
    return body


def _refusal(sandbox: Sandbox, error: ApiError) -> Response:
    error_id = str(int.from_bytes(sandbox.random(8), "big"))
    return Response(
        msgspec.json.encode(error.body(error_id)), error.status, media_type="application/json"
    )


def _server_error(status: int) -> ApiError:
    """Dfns, "API errors", for 500; other statuses are for gateways, without a text."""
    return ApiError(status, "Internal Server Error" if status == 500 else f"Status {status}")


def _http_error(error: Exception) -> ApiError:
    """No such path, or another method: the router's own refusals."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return ApiError(status, {404: "Not Found", 405: "Method Not Allowed"}.get(status, "Error"))
