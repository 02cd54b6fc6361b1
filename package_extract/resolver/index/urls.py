"""Addresses of indexes and files: without credentials for people, and as paths where they name this machine's disk."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

__all__ = ["Address", "as_address", "file_url", "join", "local_path", "project_url", "split_fragment"]


class Address(NamedTuple):
    """An address, and the credentials that were written into it."""

    url: str
    """Without credentials."""
    credentials: tuple[str, str] | None
    """User and password, unquoted."""


def as_address(text: str) -> Address:
    """The address as given by a user: a URL or the path of a directory or file."""
    text = text.strip()
    if "://" not in text and not text.startswith("file:"):
        return Address(file_url(text), None)
    try:
        parts = urlsplit(text)
    except ValueError:
        return Address(text, None)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return Address(text, None)
    name, _, password = user.partition(":")
    return Address(urlunsplit(parts._replace(netloc=host)), (unquote(name), unquote(password)))


def file_url(path: str) -> str:
    """The "file:" URL of a path, made absolute."""
    return "file://" + quote(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def local_path(url: str) -> str | None:
    """The path that a "file:" URL names; None for other URLs."""
    if not url.startswith("file:"):
        return None
    return unquote(urlsplit(url).path)


def project_url(index: str, name: str) -> str:
    """Where an index has the page of a project."""
    return f"{index.rstrip('/')}/{name}/"


def join(base: str, link: str) -> str:
    """A link of a page made absolute and without credentials; empty if it is no link."""
    if link.startswith(("https://", "http://")) and link.isascii() and "@" not in link and "[" not in link:
        return link
    try:
        joined = urljoin(base, link)
        urlsplit(joined)
    except ValueError:
        return ""
    return as_address(joined).url if "://" in joined else ""


def split_fragment(url: str) -> tuple[str, dict[str, str]]:
    """A link without its fragment, and the hash that the fragment names (PEP 503), alone or beside other things."""
    url, _, fragment = url.partition("#")
    for each in fragment.split("&"):
        algorithm, equals, digest = each.partition("=")
        if equals and algorithm in HASHES:
            return url, {algorithm: digest.lower()}
    return url, {}


HASHES = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})
"""Algorithms that a fragment or an index may name."""
