"""direct_url.json: where a Python distribution came from if not from an index.

https://packaging.python.org/en/latest/specifications/direct-url-data-structure/. The checks are those of pip, which
takes no notice of a file that fails them, and so are the spelling of the hash and the removal of credentials.
"""

from __future__ import annotations

import json
import re
from typing import Any

from package_extract.errors import FormatError

__all__ = ["read_direct_url"]

_INFOS: dict[str, dict[str, type]] = {
    "archive_info": {"hashes": dict, "hash": str},
    "dir_info": {"editable": bool},
    "vcs_info": {"vcs": str, "commit_id": str, "requested_revision": str},
}
_ENVIRONMENT_VARIABLES = re.compile(r"\$\{[A-Za-z0-9-_]+\}(:\$\{[A-Za-z0-9-_]+\})?")
_MOST_BYTES = 1 << 20


def read_direct_url(data: bytes) -> dict[str, Any]:
    """The file's known keys, without credentials in the URL, as `pip inspect` prints them."""
    if len(data) > _MOST_BYTES:
        raise _invalid("it is too large")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _invalid("it is not JSON") from error
    if not isinstance(document, dict):
        raise _invalid("it is not an object")
    found = _known(document, {"url": str, "subdirectory": str, **dict.fromkeys(_INFOS, dict)})
    present = [key for key in _INFOS if key in found]
    if "url" not in found or len(present) != 1:
        raise _invalid("it needs `url` and exactly one of " + ", ".join(_INFOS))
    info = _known(found[present[0]], _INFOS[present[0]])
    found[present[0]] = _archive_info(info) if present[0] == "archive_info" else info
    if present[0] == "vcs_info" and not {"vcs", "commit_id"} <= info.keys():
        raise _invalid("`vcs_info` needs `vcs` and `commit_id`")
    if present[0] == "dir_info" and not re.match("file://[^/]*/", found["url"], re.IGNORECASE):
        raise _invalid("a local directory needs an absolute file: URL")
    found["url"] = _without_credentials(found["url"])
    return found


def _known(document: dict[str, Any], types: dict[str, type]) -> dict[str, Any]:
    found = {key: document[key] for key in types if document.get(key) is not None}
    for key, value in found.items():
        if not isinstance(value, types[key]):
            raise _invalid(f"`{key}` is of another type")
    return found


def _archive_info(info: dict[str, Any]) -> dict[str, Any]:
    """`hashes` and the older `hash` complete each other, and must agree."""
    hashes = info.get("hashes")
    if hashes is not None and not all(isinstance(value, str) for value in hashes.values()):
        raise _invalid("a hash is not a string")
    if "hash" in info:
        algorithm, equals, value = info["hash"].partition("=")
        if not equals or (hashes is not None and hashes.get(algorithm) != value):
            raise _invalid("`hash` and `hashes` disagree")
        hashes = hashes or {algorithm: value}
    if not hashes:
        return {} if hashes is None else {"hashes": {}}
    return {"hashes": hashes, "hash": "=".join(next(iter(hashes.items())))}


def _without_credentials(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _invalid("`url` is not a URL") from error
    credentials, at, host = parts.netloc.rpartition("@")
    if at and credentials != "git" and not _ENVIRONMENT_VARIABLES.fullmatch(credentials):
        parts = parts._replace(netloc=host)
    return parts.geturl()


def _invalid(reason: str) -> FormatError:
    return FormatError(f"direct_url.json is invalid: {reason}", code="invalid-direct-url")
