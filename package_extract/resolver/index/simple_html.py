"""Pages of the simple repository API in HTML (PEP 503, with the attributes of PEP 592, 658 and 714).

Also any other page of links, as `--find-links` takes them. Only anchors are looked for; what is written between them
does not matter.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from package_extract.errors import FormatError
from package_extract.resolver.index.listing import ListedFile
from package_extract.resolver.index.urls import join, split_fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_html_page"]

_TAG = re.compile(r"<(a|base|meta)\s", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s=>/]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_VERSION = "pypi:repository-version"
_NEWEST_MAJOR = "1"


def read_html_page(data: bytes, base: str) -> Iterator[ListedFile]:
    """The files that the page at `base` links to, named by the last part of the link.

    Raises `FormatError` for a page of a later major version of the API, and for what has no markup at all.
    """
    text = _without_comments(data.decode("utf-8", "replace"))
    if "<" not in text and text.strip():
        raise FormatError("it is no HTML")
    has_base = False
    for tag, attributes in _tags(text):
        if tag == "base":
            if "href" in attributes and not has_base:
                base, has_base = join(base, attributes["href"]), True
        elif tag == "meta":
            _check_version(attributes)
        elif attributes.get("href"):
            yield _file(attributes, base)


def _check_version(attributes: dict[str, str]) -> None:
    version = attributes.get("content", "")
    if attributes.get("name") == _VERSION and version.partition(".")[0] != _NEWEST_MAJOR:
        raise FormatError(f"it is of version {version[:20]!r} of the simple repository API, which is not known")


def _without_comments(text: str) -> str:
    parts = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        parts.append(text[position:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        position = end + 3
    return "".join([*parts, text[position:]]) if parts else text[position:]


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    position = 0
    while tag := _TAG.search(text, position):
        attributes: dict[str, str] = {}
        position = tag.end()
        while found := _ATTRIBUTE.match(text, position):
            name, value = found.groups(default="")
            if value[:1] in {'"', "'"}:
                value = value[1:-1]
            attributes.setdefault(name.lower(), unescape(value) if "&" in value else value)
            position = found.end()
        yield tag[1].lower(), attributes


def _file(attributes: dict[str, str], base: str) -> ListedFile:
    url, hashes = split_fragment(join(base, attributes["href"].strip()))
    return ListedFile(
        filename=unquote(url.partition("?")[0].rstrip("/").rpartition("/")[2]),
        url=url,
        hashes=hashes,
        requires_python=attributes.get("data-requires-python") or None,
        yanked=attributes.get("data-yanked", False),
        core_metadata=_core_metadata(attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))),
    )


def _core_metadata(value: str | None) -> dict[str, str] | bool | None:
    if not value or value.lower() == "false":
        return None
    return split_fragment(f"#{value}")[1] or True
