"""The table of Poetry in pyproject.toml, for projects that list their dependencies there.

https://python-poetry.org/docs/pyproject/ and .../dependency-specification/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.requirements.parsing import parse_specifier
from package_extract.resolver.requirements.ranges import marker_of, specifier_of
from package_extract.resolver.requirements.request import Request, RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from package_extract.resolver.requirements.origins import TomlFile

__all__ = ["poetry_group", "poetry_indexes", "read_poetry"]

_TABLE = ("tool", "poetry")


def read_poetry(file: TomlFile, extras: Sequence[str], groups: Sequence[str]) -> Request:
    """What a project needs, with some of its extras and groups.

    The old table dev-dependencies is the group "dev". The bounds of Python are those of the project.
    """
    dependencies = file.table(*_TABLE, "dependencies")
    python = dependencies.pop("python", None)
    wanted = _of_extras(file, extras)
    needed = {name: _wanted(name, value, wanted) for name, value in dependencies.items()}
    packages = list(_packages(file, needed))
    for group in groups:
        found = poetry_group(file, group)
        if found is None:
            raise file.error(f"there is no group {group!r}", "[tool.poetry")
        packages += found
    bounds = ((_specifier(file, python, "python"), file.at(file.line_of_key("python"))),) if python else ()
    return Request(requirements=tuple(packages), requires_python=bounds, index_options=poetry_indexes(file))


def _of_extras(file: TomlFile, extras: Iterable[str]) -> set[str]:
    known = {normalize_name(name): names for name, names in file.table(*_TABLE, "extras").items()}
    wanted: set[str] = set()
    for extra in extras:
        if normalize_name(extra) not in known:
            raise file.error(f"the project has no extra {extra!r}", "[tool.poetry.extras]")
        wanted.update(map(normalize_name, file.strings(known[normalize_name(extra)], f"extras.{extra}")))
    return wanted


def _wanted(name: str, value: Any, extras: set[str]) -> list[Any]:
    """The tables of a dependency that count: those that are optional only with an extra."""
    tables = value if isinstance(value, list) else [value]
    if normalize_name(name) in extras:
        return tables
    return [table for table in tables if not (isinstance(table, dict) and table.get("optional"))]


def poetry_group(file: TomlFile, name: str) -> list[RequestedPackage] | None:
    """What a group of Poetry's asks for; None if there is no such group."""
    if name in file.table(*_TABLE, "group"):
        return list(_packages(file, file.table(*_TABLE, "group", name, "dependencies")))
    if name == "dev" and "dev-dependencies" in file.table(*_TABLE):
        return list(_packages(file, file.table(*_TABLE, "dev-dependencies")))
    return None


def _packages(file: TomlFile, dependencies: dict[str, Any]) -> Iterator[RequestedPackage]:
    for name, value in dependencies.items():
        for each in value if isinstance(value, list) else [value]:
            yield _package(file, name, each)


def _package(file: TomlFile, name: str, value: Any) -> RequestedPackage:
    table = {"version": value} if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise file.error(f"the dependency {name} is neither a version nor a table", name)
    extras = ",".join(map(str, table.get("extras", ())))
    head = f"{name}[{extras}]" if extras else name
    address = _address(file, table)
    version = "" if address else _specifier(file, table.get("version", "*"), name)
    text = f"{head} @ {address}" if address else f"{head}{version}"
    marker = _marker(file, name, table)
    full = f"{text} ; {marker}" if marker else text
    requirement = parse_specifier(full, lambda reason: file.error(reason, name))
    return RequestedPackage(requirement, file.at(file.line_of_key(name)), editable=bool(table.get("develop")))


def _address(file: TomlFile, table: dict[str, Any]) -> str:
    from package_extract.resolver.index.urls import file_url

    if "url" in table:
        return str(table["url"])
    if "git" in table:
        revision = table.get("rev") or table.get("tag") or table.get("branch")
        return f"git+{table['git']}@{revision}" if revision else f"git+{table['git']}"
    if "path" in table or "file" in table:
        return file_url(f"{file.directory}/{table.get('path') or table.get('file')}")
    return ""


def _specifier(file: TomlFile, constraint: Any, near: str) -> str:
    try:
        return specifier_of(str(constraint))
    except ValueError as error:
        raise file.error(str(error), near) from None


def _marker(file: TomlFile, name: str, table: dict[str, Any]) -> str:
    parts = [str(table["markers"])] if "markers" in table else []
    try:
        parts += [marker_of(str(table["python"]))] if "python" in table else []
    except ValueError as error:
        raise file.error(str(error), name) from None
    parts += [f'sys_platform == "{table["platform"]}"'] if "platform" in table else []
    present = [part for part in parts if part]
    return " and ".join(f"({part})" for part in present) if len(present) > 1 else "".join(present)


def poetry_indexes(file: TomlFile) -> IndexOptions:
    """What Poetry's sources, and the dependencies that name one, say of indexes."""
    sources = file.table(*_TABLE).get("source", [])
    if not isinstance(sources, list) or not all(isinstance(each, dict) for each in sources):
        raise file.error("tool.poetry.source is no list of tables", "source")
    urls = {str(each.get("name")): str(each["url"]) for each in sources if "url" in each}
    ranks = {str(each.get("name")): str(each.get("priority", "primary")) for each in sources}
    primary = [url for name, url in urls.items() if ranks[name] in {"primary", "default"}]
    others = [url for name, url in urls.items() if ranks[name] in {"supplemental", "secondary"}]
    scopes = tuple(
        (normalize_name(name), urls[str(value["source"])])
        for name, value in file.table(*_TABLE, "dependencies").items()
        if isinstance(value, dict) and value.get("source") in urls
    )
    return IndexOptions(
        index_url=primary[0] if primary else None, extra_index_urls=(*primary[1:], *others), scopes=scopes
    )
