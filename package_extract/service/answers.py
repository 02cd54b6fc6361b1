"""Answers that tell an error, and what the OpenAPI page says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.responses import JSONResponse

from package_extract.service.errors import code_of, status_of, status_of_exit_code
from package_extract.service.models import Failure

if TYPE_CHECKING:
    from fastapi import Request, Response
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    from package_extract.errors import PackageExtractError
    from package_extract.service.records import Record

__all__ = ["FAILURES", "failed", "failure", "not_routed", "not_understood", "told"]

FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Failure, "description": "Not understood: wrong usage."},
    401: {"model": Failure, "description": "No valid token."},
    403: {"model": Failure, "description": "The registry, or the operator of the service, refuses access."},
    404: {"model": Failure, "description": "No such image, platform or id."},
    408: {"model": Failure, "description": "The request did not arrive in time."},
    413: {"model": Failure, "description": "The request is too large."},
    422: {"model": Failure, "description": "The image is corrupt or unreadable."},
    424: {"model": Failure, "description": "A registry or an index did not deliver, or a limit was reached."},
    429: {"model": Failure, "description": "Too many requests."},
    503: {"model": Failure, "description": "The store cannot be reached, or too many requests at a time."},
}


def failure(status: int, error: str, code: str, parameters: dict[str, Any]) -> Response:
    """An answer in the one shape of all errors."""
    return JSONResponse({"error": error, "code": code, "parameters": parameters}, status)


def failed(record: Record) -> Response:
    """The answer to whoever asks for the result of a request that failed."""
    status = status_of_exit_code(record.exit_code or 1)
    return failure(status, record.reason or "", record.code or "", record.parameters)


async def told(request: Request, error: PackageExtractError) -> Response:
    """A `PackageExtractError`: the sentence that the command would print."""
    return failure(status_of(error), str(error), code_of(error), dict(request.path_params))


async def not_understood(request: Request, error: RequestValidationError) -> Response:
    """A body or a parameter that is not what it should be; what was sent is not repeated, it may be a password."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return failure(400, f"{place}: {first['msg']}", "invalid-request", dict(request.path_params))


async def not_routed(request: Request, error: HTTPException) -> Response:
    """No such path, or not with this method."""
    detail = str(error.detail)
    said = f"there is nothing at {request.url.path}; /docs tells what there is" if error.status_code == 404 else detail
    answer = failure(error.status_code, said, detail.lower().replace(" ", "-"), {})
    answer.headers.update(error.headers or {})
    return answer
