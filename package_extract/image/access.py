"""What the file system refuses, told as errors of our own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from package_extract.errors import AccessDenied, CorruptImage, NoSuchImage, PackageExtractError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["reading"]


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Within it, an `OSError` becomes `NoSuchImage`, `AccessDenied` or `CorruptImage` about this path."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchImage(f"{path} does not exist") from error
    except PermissionError as error:
        raise AccessDenied(f"{path} may not be read by this user") from error
    except PackageExtractError:
        raise
    except (OSError, ValueError) as error:
        raise CorruptImage(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
