"""uv's tables in a pyproject.toml that say which index has which project (https://docs.astral.sh/uv/concepts/indexes/).

`[tool.uv.sources] name = { index = "…" }` is a scope: the project is looked for there and nowhere else. An index that
is `explicit` serves nothing but that, the one with `default` takes the place of the index that is asked otherwise, and
of all others the first that has a project serves it. Other kinds of sources (git, paths, workspaces) say where a
developer's copy is; they are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.index.options import IndexOptions

if TYPE_CHECKING:
    from package_extract.resolver.requirements.origins import TomlFile

__all__ = ["uv_index_options"]


def uv_index_options(file: TomlFile) -> IndexOptions:
    """What the tables say of indexes; nothing for a file without them."""
    indexes = _indexes(file)
    by_name = {str(each["name"]): str(each["url"]) for each in indexes if "name" in each}
    default = [str(each["url"]) for each in indexes if each.get("default") is True]
    others = [str(each["url"]) for each in indexes if not each.get("default") and each.get("explicit") is not True]
    best = str(file.table("tool", "uv").get("index-strategy")) == "unsafe-best-match"
    return IndexOptions(
        index_url=default[0] if default else None,
        extra_index_urls=tuple(others),
        scopes=_scopes(file, by_name),
        strategy=("merge" if best else "first") if others else None,
    )


def _scopes(file: TomlFile, by_name: dict[str, str]) -> tuple[tuple[str, str], ...]:
    scopes = []
    for name, source in file.table("tool", "uv", "sources").items():
        tables = source if isinstance(source, list) else [source]
        wanted = sorted({str(each["index"]) for each in tables if isinstance(each, dict) and "index" in each})
        if len(wanted) > 1:
            raise file.error(f"{name} has several indexes; name the one for this target with --index-scope", name)
        if wanted and wanted[0] not in by_name:
            raise file.error(f"there is no [[tool.uv.index]] called {wanted[0][:60]!r}", name)
        scopes += [(normalize_name(name), by_name[each]) for each in wanted]
    return tuple(scopes)


def _indexes(file: TomlFile) -> list[dict[str, Any]]:
    found = file.table("tool", "uv").get("index", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) and "url" in each for each in found):
        raise file.error("tool.uv.index is no list of tables with a url", "index")
    return found
