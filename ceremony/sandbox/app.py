"""The API over HTTP: an ASGI application, which any ASGI server or client can take."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ceremony.sandbox.api_error import ApiError, not_authorized, status_only
from ceremony.sandbox.line import (
    Connect,
    NoLine,
    cut_answer,
    hint,
    trickle,
    until_gone,
    whole_answer,
)
from ceremony.sandbox.odd_json import oddly
from ceremony.sandbox.operations import OPERATIONS, Operation
from ceremony.sandbox.state import Call, Sandbox

MAX_BODY = 1024 * 1024
"""Bytes of a request. The largest import, 20 signers, has 150,000."""

GARBAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

Endpoint = Callable[[Request], Awaitable[Response]]


class NoResponse(Response):
    """Nothing: the connection has ended, or its bytes were sent beside HTTP."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pass


def build_app(
    organisations: Sequence[Sandbox],
    connect: Connect = lambda _: NoLine(),
    prefix: str = "",
) -> Starlette:
    """The sandbox as an ASGI application.

    ``organisations`` live on one host and are told apart by their tokens. ``connect``
    gives a request's connection. ``prefix`` is a path before all paths of the API; it
    is not part of what user actions sign.
    """
    api = _Api(tuple(organisations), connect, prefix)
    app = Starlette(
        routes=[Route(prefix + o.path, api.endpoint(o), methods=[o.method]) for o in OPERATIONS],
        exception_handlers={
            HTTPException: lambda _, error: api.refusal(_http_error(error)),
            Exception: lambda _, error: api.refusal(status_only(500)),
        },
    )
    app.router.redirect_slashes = False  # a redirected change would not be what was signed
    return app


class _Api:
    """What answers one request."""

    def __init__(self, organisations: tuple[Sandbox, ...], connect: Connect, prefix: str) -> None:
        self._organisations, self._connect, self._prefix = organisations, connect, prefix
        self._faults = organisations[0].faults

    def endpoint(self, operation: Operation) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                return await self._answer(operation, request)
            except ApiError as error:
                return self.refusal(error)
            except asyncio.CancelledError:  # the server ends
                self._connect(request).abort()
                return Response(status_code=503)

        return endpoint

    async def _answer(self, operation: Operation, request: Request) -> Response:
        """Faults before; who may, and whether it was signed; the call itself; faults after.

        Between the checks and the end of the call nothing waits: it is done whole or not
        at all, however many clients there are.
        """
        take, call = self._faults.take, operation.call
        body = await _body(request)
        if fault := take("slow", call):
            await asyncio.sleep(fault.value)
        if take("lost-request", call):
            return await self._dropped(request)
        if fault := take("error", call):
            raise status_only(fault.value)
        if take("token-expired", call):
            raise not_authorized()
        sandbox = self._organisation(request)
        sandbox.check_rate(call)
        access = sandbox.access
        for permission in operation.permissions:
            access.check_permission(permission)
        if operation.permissions and take("no-permission", call):
            raise access.forbidden(operation.permissions[0])
        if operation.method == "POST":
            _check_content_type(request)
        if operation.change:
            access.spend(
                request.headers.get("x-dfns-useraction"), operation.method,
                self._signed_path(request), body,
            )  # fmt: skip

        def run() -> object:
            query = dict(request.query_params)
            return operation.run(sandbox, Call(dict(request.path_params), query, body))

        if fault := take("finishes-late", call):
            sandbox.do_later(fault.value, run)
            return await self._dropped(request)
        if fault := take("pending", call):
            if fault.value:
                sandbox.do_later(fault.value, run)
            return _json({"approvalId": sandbox.new_id("ap"), "status": "Pending"}, 202)
        return await self._told(operation.call, request, msgspec.json.encode(run()))

    async def _told(self, call: str, request: Request, answer: bytes) -> Response:
        """The answer of a call that was done, or what the faults make of it."""
        take = self._faults.take
        if fault := take("slow-answer", call):
            await asyncio.sleep(fault.value)
        if take("lost-answer", call):
            return await self._dropped(request)
        if fault := take("error-after", call):
            raise status_only(fault.value)
        if take("garbage", call):
            return Response(GARBAGE, media_type="text/html")
        answer = oddly(answer, self._faults, call)
        try:
            if await self._sent_raw(call, request, answer):
                return await self._ended(request)
        except ConnectionResetError:
            return await self._dropped(request)
        return Response(answer, media_type="application/json")

    async def _sent_raw(self, call: str, request: Request, answer: bytes) -> bool:
        """What faults send beside HTTP; whether that was all of the answer.

        Raises ConnectionResetError when the client has gone.
        """
        take, line = self._faults.take, self._connect(request)
        if fault := take("early-hints", call):
            await hint(line, fault.value)
        if fault := take("trickle", call):
            await trickle(line, whole_answer(answer), fault.value)
            return True
        if fault := take("cut", call):
            line.write(cut_answer(answer, fault.value, chunked=False))
            return True
        if fault := take("cut-chunked", call):
            line.write(cut_answer(answer, fault.value, chunked=True))
            return True
        return False

    def _organisation(self, request: Request) -> Sandbox:
        """Whose token it is. What was to happen by now has happened. Raises 401."""
        for sandbox in self._organisations:
            sandbox.catch_up()
        authorization = request.headers.get("authorization")
        for sandbox in self._organisations:
            if sandbox.access.admits(authorization):
                return sandbox
        raise not_authorized()

    def _signed_path(self, request: Request) -> str:
        """What a user action has to be for; with a query no change is what was signed."""
        return "" if request.url.query else request.url.path.removeprefix(self._prefix)

    async def _dropped(self, request: Request) -> Response:
        self._connect(request).abort()
        await until_gone(request)
        return NoResponse()

    async def _ended(self, request: Request) -> Response:
        self._connect(request).close()
        await until_gone(request)
        return NoResponse()

    def refusal(self, error: ApiError) -> Response:
        error_id = str(int.from_bytes(self._organisations[0].random(8), "big"))
        return _json(error.body(error_id), error.status)


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _check_content_type(request: Request) -> None:
    """Raises 415 unless the body says that it is JSON."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError(415, "Unsupported Media Type")


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ApiError(413, f"the body has more than {MAX_BODY} bytes")
    return body


def _http_error(error: Exception) -> ApiError:
    """No such path, or another method: the router's own refusals."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return ApiError(status, {404: "Not Found", 405: "Method Not Allowed"}.get(status, "Error"))
