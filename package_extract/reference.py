"""What a user writes for an image, and what of it a door opens.

The names of the transports are those of containers-transports(5); names in registries follow the grammar of the
distribution project's `reference` package. `rootfs:` is our own.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from package_extract.errors import InvalidReference, NoSuchImage

__all__ = ["Reference", "parse_reference"]

_PATHS = {"docker-archive": True, "oci": True, "oci-archive": True, "dir": False, "rootfs": False}
"""Transports of paths, and whether one path may hold several images."""
_NAMES = ("docker", "docker-daemon", "containers-storage")
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_DIGEST_END = re.compile(rf"@({_DIGEST})\Z")
_DOMAIN = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(
    rf"(?P<path>(?:(?P<domain>{_DOMAIN})/)?{_COMPONENT}(?:/{_COMPONENT})*)(?::(?P<tag>\w[\w.-]{{0,127}}))?\Z", re.ASCII
)
_MAXIMUM_LENGTH = 8192
_ARCHIVE_ENDINGS = (".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2")


class Reference(NamedTuple):
    """A reference, taken apart. Its text never has credentials."""

    text: str
    """As the user wrote it, without credentials."""
    transport: str
    """"oci", "docker" …; "path" for an existing path whose kind has to be seen."""
    location: str
    """The path, or the name with its tag and digest."""
    choice: str | None = None
    """Which of the images at a path: a name, a tag, a digest, "@" and a place."""
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Without the password."""
        return f"Reference({self.text!r})"

    def __str__(self) -> str:
        return self.text

    @property
    def registry(self) -> str:
        """Host and port of the registry that a `docker://` name leads to."""
        name = _NAME.match(_DIGEST_END.sub("", self.location))
        domain = name["domain"] if name else None
        return domain if domain and _is_host(domain) else "docker.io"

    @property
    def repository(self) -> str:
        """The name without its tag and digest; that of a local storage keeps its "[driver@root]"."""
        store, bracket, location = self.location.rpartition("]")
        name = _NAME.match(_DIGEST_END.sub("", location))
        return store + bracket + name["path"] if name else self.location

    @property
    def digest(self) -> str | None:
        """The digest that a name ends with."""
        found = _DIGEST_END.search(self.location)
        return found[1] if found else None


def parse_reference(text: str) -> Reference:
    """Take a reference apart; `InvalidReference` says what is wrong, `NoSuchImage` that a path is not there."""
    if not text or text != text.strip() or len(text) > _MAXIMUM_LENGTH or not text.isprintable():
        raise InvalidReference("the reference is empty, too long, or has blanks around or unprintable characters in it")
    transport, colon, rest = text.partition(":")
    if colon and transport in _PATHS:
        return _path(text, transport, rest)
    if colon and transport in _NAMES:
        if transport == "docker":
            if rest.startswith("//"):
                return _registry(rest[2:], "docker://")
        else:
            return _local(text, transport, rest)
    if text.partition("://")[1]:
        raise InvalidReference(f"{_without_credentials(text)!r} is no image; a registry's is docker://HOST/NAME:TAG")
    return _bare(text)


def _path(text: str, transport: str, rest: str) -> Reference:
    location, choice = _split_path(rest)
    if not os.path.exists(location):
        raise NoSuchImage(f"{rest or 'the empty path'} does not exist")
    if choice is not None and not _PATHS[transport]:
        raise NoSuchImage(f"{rest} does not exist, and {transport}:{location} holds a single image")
    return Reference(text, transport, location, choice)


def _bare(text: str) -> Reference:
    """A path if something is there, otherwise a name in a registry."""
    location, choice = _split_path(text)
    if os.path.exists(location) and (choice is None or _may_hold_several(location)):
        return Reference(text, "path", location, choice)
    if text.startswith(("/", "./", "../", "~")) or text.endswith(_ARCHIVE_ENDINGS):
        raise NoSuchImage(f"{text} does not exist")
    return _registry(text, "")


def _split_path(text: str) -> tuple[str, str | None]:
    """The longest part before a ":" or "@" that exists, and what follows it; without one, all of the text."""
    if not os.path.exists(text):
        for end in range(len(text) - 1, 0, -1):
            if text[end] in ":@" and os.path.exists(text[:end]):
                return text[:end], text[end + 1 :] or None
    return text, None


def _may_hold_several(path: str) -> bool:
    """Whether a path can be followed by a choice; "debian:12" beside a folder of that name is not meant so."""
    return os.path.isfile(path) or os.path.isfile(os.path.join(path, "index.json"))


def _registry(text: str, prefix: str) -> Reference:
    digest = _DIGEST_END.search(text)
    name = text[: digest.start()] if digest else text
    credentials, at, name = name.rpartition("@")
    shown = f"{prefix}{text[len(credentials) + len(at) :]}"
    parts = _NAME.match(name)
    if parts is None or len(parts["path"]) > 255:
        raise InvalidReference(f"{shown!r} is no path that exists and no valid image name (HOST/NAME:TAG, lower case)")
    username, colon, password = credentials.partition(":")
    location = shown.removeprefix(prefix)
    return Reference(shown, "docker", location, None, username or None, password if colon else None)


def _local(text: str, transport: str, rest: str) -> Reference:
    if not rest or rest.startswith("-"):
        raise InvalidReference(f"{text!r} names no image")
    return Reference(text, transport, rest)


def _is_host(domain: str) -> bool:
    """Whether the first component of a name is a host and not part of a path at docker.io."""
    return "." in domain or ":" in domain or domain == "localhost" or domain != domain.lower()


def _without_credentials(text: str) -> str:
    scheme, _, rest = text.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
