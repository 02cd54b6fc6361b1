"""What every request passes before the application sees it (ASGI 3.0): log, metrics, tokens and limits.

The body is read here, as far as it may be, so that a slow or endless one holds up nobody else.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from typing import TYPE_CHECKING, Any

from package_extract.document.writing import encode
from package_extract.service.rate import RateLimit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from package_extract.service.metrics import Metrics
    from package_extract.service.settings import ServiceSettings
    from package_extract.service.tokens import Tokens

__all__ = ["Gate"]

GUARDED = "/api/"
LOG = logging.getLogger("package_extract.service.access")


class _Closed(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


class Gate:
    """Middleware around the application."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, tokens: Tokens | None, metrics: Metrics) -> None:
        self._app, self._settings, self._tokens, self._metrics = app, settings, tokens, metrics
        self._rate = RateLimit(settings.rate)
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, client = time.perf_counter(), 500, "-"

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._answering += 1
        try:
            client = self._client(scope)
            self._admit(scope, client)
            await self._app(scope, _replay(await self._body(scope, receive), receive), tell)
        except _Closed as closed:
            await _answer(closed, tell)
        finally:
            self._answering -= 1
            seconds = time.perf_counter() - started
            path = getattr(scope.get("route"), "path", "other")
            self._metrics.answered(scope["method"], path, status, seconds)
            LOG.info("request", extra={"method": scope["method"], "path": scope["path"], "status": status,
                     "client": client, "seconds": round(seconds, 4)})  # fmt: skip

    def _client(self, scope: Scope) -> str:
        address = (scope.get("client") or ("-",))[0]
        if self._tokens is None or not scope["path"].startswith(GUARDED):
            return str(address)
        header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        client = self._tokens.client(header)
        if client is None:
            if self._rate.wait(f"{address} without token"):
                raise _Closed(429, "too-many-requests", "too many requests without a valid token")
            raise _Closed(401, "unauthorized", "a valid token is needed: Authorization: Bearer TOKEN",
                          **{"www-authenticate": "Bearer"})  # fmt: skip
        return client

    def _admit(self, scope: Scope, client: str) -> None:
        if not scope["path"].startswith(GUARDED):
            return
        if self._answering > self._settings.concurrency:
            raise _Closed(503, "busy", "too many requests at a time; try again", **{"retry-after": "1"})
        wait = self._rate.wait(client)
        if wait:
            raise _Closed(429, "too-many-requests", f"at most {self._settings.rate:g} requests per second",
                          **{"retry-after": str(math.ceil(wait))})  # fmt: skip

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self._settings.body_bytes
        too_large = _Closed(413, "too-large", f"a request may have {limit} bytes")
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length[:20]) > limit:
            raise too_large
        parts, size, more = [], 0, True
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                while more:
                    message = await receive()
                    part = message.get("body", b"")
                    size += len(part)
                    if size > limit:
                        raise too_large
                    parts.append(part)
                    more = message["type"] == "http.request" and message.get("more_body", False)
        except TimeoutError:
            raise _Closed(408, "too-slow", "the request did not arrive in time") from None
        return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _answer(closed: _Closed, send: Any) -> None:
    body = encode({"error": closed.message, "code": closed.code, "parameters": {}})
    headers = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    pairs = [(name.encode(), value.encode()) for name, value in (headers | closed.headers).items()]
    await send({"type": "http.response.start", "status": closed.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
