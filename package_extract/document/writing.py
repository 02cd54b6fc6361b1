"""Plain data to the bytes of a document (JSON, RFC 8259, UTF-8), and bytes to a file that is never seen half-written.

Not imported before something is written; `pydantic` plays no part in it.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any

__all__ = ["encode", "write_file"]


def encode(document: Any, *, indent: bool = False) -> bytes:
    r"""The document as JSON, one line or indented by two spaces, with a line break at the end.

    A name that is not UTF-8 in the image is surrogate-escaped in memory. JSON has no way to say it, so each such byte
    is written as four characters: `\xff`.
    """
    return (_indented(document) if indent else _compact(document)) + b"\n"


def _compact(document: Any) -> bytes:
    # The standard encoder is loaded already by whoever read the manifest; orjson would cost more to import than it
    # saves on any document under some 3 MB.
    import json

    text = json.dumps(document, ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _escape_surrogates(text).encode()


def _indented(document: Any) -> bytes:
    import orjson  # the standard encoder is 15 times slower as soon as it indents

    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)
    except TypeError:  # it refuses surrogates; without them it says what else is wrong
        return orjson.dumps(orjson.loads(_compact(document)), option=orjson.OPT_INDENT_2)


def _escape_surrogates(text: str) -> str:
    """JSON text without surrogates; they stand within its strings only, where a backslash is written twice."""
    return re.sub("[\ud800-\udfff]", _escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\\\u{code:04x}"


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file so that others see all of it or none: a temporary file beside it, then a rename.

    What is not a regular file (`/dev/stdout`, a named pipe) is written to directly. Raises `OSError`.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            file.write(data)
        return
    directory, name = os.path.split(os.path.realpath(path))  # a link stays a link
    temporary = os.path.join(directory, f".{name[:200]}.{os.urandom(4).hex()}")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        os.replace(temporary, os.path.join(directory, name))
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            error.filename = os.fspath(path)
        raise
