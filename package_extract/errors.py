"""The errors that users and callers see; every one derives from `PackageExtractError`.

Each class carries the exit code of the command line, so that the library and the command agree on what went wrong.
This module is the one thing that every room of the house may import, `formats` included.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AccessDenied",
    "CorruptImage",
    "DigestMismatch",
    "FormatError",
    "InvalidReference",
    "LimitExceeded",
    "NoSuchImage",
    "PackageExtractError",
    "StoreFailed",
    "ToolMissing",
    "TransferFailed",
    "UnsupportedMediaType",
    "error_named",
]


class PackageExtractError(Exception):
    """Base of all errors: one sentence that says what happened and what to do next."""

    exit_code: ClassVar[int] = 1


class InvalidReference(PackageExtractError, ValueError):
    """The text given for an image cannot be understood, or fits several images."""

    exit_code = 2


class ToolMissing(PackageExtractError):
    """An external tool or an optional library that this door needs is not installed."""


class TransferFailed(PackageExtractError):
    """A registry or daemon could not deliver, even after retries."""


class StoreFailed(PackageExtractError):
    """A store of documents or of facts cannot be reached, read or written."""


class NoSuchImage(PackageExtractError, LookupError):
    """The image, tag or platform asked for does not exist."""

    exit_code = 3


class AccessDenied(PackageExtractError):
    """The registry, the daemon or the file system refuses access."""

    exit_code = 4


class CorruptImage(PackageExtractError, ValueError):
    """The image is truncated, incomplete or not an image at all."""

    exit_code = 5


class DigestMismatch(CorruptImage):
    """A blob's bytes are not those that its digest names."""

    def __init__(self, subject: str, expected: str, found: str) -> None:
        """`subject` names the blob for people, for example "layer 3"."""
        super().__init__(f"{subject} is not what its digest says: expected {expected}, found {found}; fetch it again")
        self.subject, self.expected, self.found = subject, expected, found


class UnsupportedMediaType(CorruptImage):
    """A manifest, configuration or layer is of a kind that cannot be read."""


class LimitExceeded(PackageExtractError):
    """A bound that protects this machine was reached; an entry under `problems` where a part can be left out."""

    exit_code = 5


class FormatError(PackageExtractError, ValueError):
    """Bytes that are not what their format says; raised by `formats`, recorded under `problems`.

    `code` is the short stable name that the problem entry carries.
    """

    exit_code = 5

    def __init__(self, message: str, *, code: str = "corrupt") -> None:
        """`message` is one sentence about the bytes, without the path (the engine knows it)."""
        super().__init__(message)
        self.code = code


def error_named(name: str, message: str) -> PackageExtractError:
    """The error that another process met, as far as the name of its class and its message can bring it over."""
    kind = globals().get(name)
    if not (isinstance(kind, type) and issubclass(kind, PackageExtractError)):
        kind = PackageExtractError
    error = kind.__new__(kind, message)
    error.args = (message,)
    return error
