"""One HTML page out of its parts: template, style, scripts and data in one file.

Nothing is loaded and nothing else runs: the Content Security Policy (level 3) allows the page's scripts and its style
by their digests. What the page says goes through the template, which escapes it, or is JSON in a `script` element of a
type that no browser executes, with every `<` escaped; the script puts it on the page as text only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from package_extract import __version__
from package_extract.export.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.export.html.blocks import Block

__all__ = ["render"]


def render(title: str, blocks: Sequence[Block], subtitle: str) -> bytes:
    """The page that shows these blocks, in UTF-8."""
    style, scripts = _part("page.css"), [_layout_library(), _part("page.js")]
    allowed = f"style-src {_source(style)}; script-src {' '.join(map(_source, scripts))}"
    shown = _visible(blocks)
    template = _environment().get_template("page.html")
    page = template.render(
        policy=f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'",
        title=printable(title),
        version=__version__,
        subtitle=subtitle,
        blocks=shown,
        style=style,
        scripts=scripts,
        data=_embedded({"blocks": [block for block in shown if _is_drawn(block)]}),
    )
    return page.encode()


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_part), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["drawn"] = _is_drawn
    return environment


def _is_drawn(block: Block) -> bool:
    """Whether the script draws it; the template writes the rest."""
    return block["kind"] == "map" or (block["kind"] == "table" and bool(block["rows"]))


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _layout_library() -> str:
    """d3-hierarchy, with the licence that has to stand in every copy."""
    return f"/*\n{_part('d3-hierarchy.LICENSE')}*/\n{_part('d3-hierarchy.min.js')}"


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
