"""Gives each request a correlation id, returns it in X-Correlation-ID, and writes the access line."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import logs

HEADER = "X-Correlation-ID"
# What a caller may choose; anything else would travel into logs and headers unchecked.
ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,128}")

log = logging.getLogger(__name__)


class CorrelationMiddleware:
    """Plain ASGI, and the outermost layer: it also answers what no other layer expected, because
    an answer made further out would lack the header and the line would lack the id."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        correlation = logs.correlation_id.set(_correlation_id(scope))
        request = logs.aws_request_id.set(getattr(scope.get("aws.context"), "aws_request_id", None))
        try:
            await self._serve(scope, receive, send)
        finally:
            logs.aws_request_id.reset(request)
            logs.correlation_id.reset(correlation)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status: int | None = None

        async def send_with_header(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = logs.correlation_id.get()
            await send(message)

        try:
            await self.app(scope, receive, send_with_header)
        except Exception:
            log.exception("unexpected error")
            if status is not None:
                raise
            answer = JSONResponse({"detail": "Internal server error"}, status_code=500)
            await answer(scope, receive, send_with_header)
        finally:
            _log_access(scope, status, started)


def _correlation_id(scope: Scope) -> str:
    asked = Headers(scope=scope).get(HEADER, "")
    return asked if ACCEPTED.fullmatch(asked) else str(uuid.uuid4())


def _log_access(scope: Scope, status: int | None, started: float) -> None:
    fields = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "duration_ms": round((time.perf_counter() - started) * 1000, 1),
        "user_id": scope.get("state", {}).get("user_id"),
    }
    log.info("request served", extra={logs.FIELDS: fields})
