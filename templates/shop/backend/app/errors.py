"""Every refusal the API knows, and the one form in which all of them are answered: {"detail": ...}."""

import logging

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.responses import JSONResponse

log = logging.getLogger(__name__)

THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TooManyRequestsException",
}


class Refusal(Exception):
    """Base of the refusals; a subclass is an HTTP status."""

    status = 400

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotAuthenticated(Refusal):
    status = 401


class Forbidden(Refusal):
    status = 403


class NotFound(Refusal):
    status = 404


class Conflict(Refusal):
    status = 409


class ErrorBody(BaseModel):
    detail: str


def documented(*statuses: int) -> dict:
    """The `responses` of a route for the API's own description."""
    return {status: {"model": ErrorBody} for status in statuses}


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientError, _service_error)
    app.add_exception_handler(BotoCoreError, _service_error)


async def _refused(_: Request, error: Refusal) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse({"detail": error.detail}, status_code=error.status, headers=headers)


async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    """Leaves out the input, which FastAPI would echo: it may be a password, or a NaN, which JSON
    cannot say."""
    told = ("loc", "msg", "type")
    problems = [{member: problem[member] for member in told} for problem in error.errors()]
    return JSONResponse({"detail": problems}, status_code=422)


async def _service_error(_: Request, error: ClientError | BotoCoreError) -> JSONResponse:
    """Throttling and a lost connection pass; any other error of an AWS service is a fault of the
    deployment (a missing permission, a wrong table name), for the log and not for the caller."""
    log.error("an AWS service call failed", exc_info=error)
    if isinstance(error, ClientError) and error.response["Error"]["Code"] not in THROTTLED:
        return JSONResponse({"detail": "Internal server error"}, status_code=500)
    return JSONResponse(
        {"detail": "Temporarily unavailable"}, status_code=503, headers={"Retry-After": "1"}
    )
