"""Which user and password a registry gets.

The files are those of podman and docker: containers-auth.json(5) and docker's config.json, of which the part `auths` is
read. Helper programs that keep credentials elsewhere are not started.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from package_extract.errors import AccessDenied, CorruptImage
from package_extract.image.json_documents import MAXIMUM_DOCUMENT, decode_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["basic_authorization"]

_DOCKER_HUB = ("https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io")


def basic_authorization(reference: Reference, options: OpenOptions) -> str | None:
    """The value of a header `Authorization` for the reference's registry, or None to ask without one."""
    username = options.username or reference.username
    if username is not None:
        password = options.password if options.username else reference.password
        return "Basic " + base64.b64encode(f"{username}:{password or ''}".encode()).decode()
    for path in [Path(options.authfile)] if options.authfile else _usual_files():
        encoded = _entry(path, reference, required=options.authfile is not None)
        if encoded is not None:
            return f"Basic {encoded}"
    return None


def _usual_files() -> Iterator[Path]:
    runtime, home = os.environ.get("XDG_RUNTIME_DIR"), os.environ.get("HOME", "")
    if runtime:
        yield Path(runtime, "containers/auth.json")
    yield Path(os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config", "containers/auth.json")
    yield Path(os.environ.get("DOCKER_CONFIG") or f"{home}/.docker", "config.json")


def _entry(path: Path, reference: Reference, *, required: bool) -> str | None:
    """What the file has for the longest part of the repository's name, else for its host."""
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_DOCUMENT + 1)
    except OSError as error:
        if required:
            raise AccessDenied(f"the authfile {path} cannot be read: {error.strerror}") from None
        return None
    try:
        entries = decode_object(content, f"the authfile {path}").get("auths")
    except CorruptImage as error:
        raise AccessDenied(str(error)) from None
    if not isinstance(entries, dict):
        return None
    return next((found for name in _names(reference) if (found := _pair(entries.get(name))) is not None), None)


def _names(reference: Reference) -> Iterator[str]:
    name, registry = reference.repository, reference.registry
    while "/" in name:
        yield name
        name = name.rpartition("/")[0]
    yield from (registry, f"https://{registry}")
    if registry == "docker.io":
        yield from _DOCKER_HUB


def _pair(entry: Any) -> str | None:
    encoded = entry.get("auth") if isinstance(entry, dict) else None
    if not isinstance(encoded, str) or not encoded:
        return None
    try:
        return encoded if b":" in base64.b64decode(encoded, validate=True) else None
    except (binascii.Error, ValueError):
        return None
