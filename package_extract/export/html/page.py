"""One HTML page out of its parts: skeleton, style, script and data in one file.

Nothing is loaded and nothing else runs: the Content Security Policy (level 3) allows the one script and the one style
by their digests. The data is JSON in a `script` element of a type that no browser executes, with every `<` escaped,
and the script puts it on the page as text only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from package_extract import __version__
from package_extract.export.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.export.html.blocks import Block

__all__ = ["render"]


def render(title: str, blocks: Sequence[Block], subtitle: str) -> bytes:
    """The page that shows these blocks, in UTF-8."""
    style, script = _part("page.css"), _part("page.js")
    allowed = f"style-src {_source(style)}; script-src {_source(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    page = Template(_part("page.html")).substitute(
        policy=escape(policy),
        title=escape(printable(title)),
        version=escape(__version__),
        subtitle=escape(subtitle),
        style=style,
        script=script,
        data=_embedded({"blocks": _visible(blocks)}),
    )
    return page.encode()


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """How a policy names an inline script or style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _embedded(data: Any) -> str:
    """JSON that cannot end the element it stands in, nor open a comment there."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _visible(value: Any) -> Any:
    """The same data with everything in its texts that is not printable written as an escape."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, (list, tuple)):
        return [_visible(each) for each in value]
    if isinstance(value, dict):
        return {key: _visible(each) for key, each in value.items()}
    return value
