"""Errors as a client sees them: the sentence of the command, a short stable code, and an HTTP status (RFC 9110)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError, StoreFailed

if TYPE_CHECKING:
    from typing import ClassVar

__all__ = ["NotFound", "Refused", "TooManyRequests", "code_of", "status_of", "status_of_exit_code"]

STATUS = {0: 200, 2: 400, 3: 404, 4: 403, 5: 422}
OTHER = 424
"""Failed Dependency (RFC 4918): a registry or an index did not deliver; the service itself is well."""
UNAVAILABLE = 503


class Refused(PackageExtractError):
    """The operator does not allow what was asked for."""

    exit_code: ClassVar[int] = 4


class NotFound(PackageExtractError, LookupError):
    """There is nothing by this id or digest."""

    exit_code: ClassVar[int] = 3


class TooManyRequests(PackageExtractError):
    """The client, or all clients together, have to slow down."""


def code_of(error: PackageExtractError) -> str:
    """The name of the class: "no-such-image"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()


def status_of_exit_code(code: int) -> int:
    """The status for what the command would have exited with."""
    return STATUS.get(code, OTHER)


def status_of(error: PackageExtractError) -> int:
    """The status of a response that tells this error."""
    if isinstance(error, TooManyRequests):
        return 429
    if isinstance(error, StoreFailed):
        return UNAVAILABLE
    return status_of_exit_code(error.exit_code)
