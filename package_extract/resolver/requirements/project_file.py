"""pyproject.toml as a source of requirements: the project's own, its extras, its dependency groups.

https://packaging.python.org/en/latest/specifications/pyproject-toml/ and .../dependency-groups/ (PEP 621, PEP 735). A
project that lists its dependencies in Poetry's table instead is read by `poetry`; one that has both has the groups and
sources of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.requirements.origins import TomlFile
from package_extract.resolver.requirements.parsing import parse_specifier
from package_extract.resolver.requirements.request import Request, RequestedPackage
from package_extract.resolver.requirements.uv_sources import uv_index_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["read_project_file"]

_MOST_INCLUDES = 64


def read_project_file(path: str, extras: Sequence[str] = (), groups: Sequence[str] = ()) -> Request:
    """What a project needs, with some of its extras and dependency groups."""
    file = TomlFile(path)
    has_poetry = "poetry" in file.table("tool")
    if has_poetry and not _has_own_dependencies(file):
        from package_extract.resolver.requirements.poetry import read_poetry

        return read_poetry(file, extras, groups)
    packages = _project(file, extras)
    for group in groups:
        packages += _of_group(file, group)
    requires_python = file.table("project").get("requires-python")
    bounds = ((str(requires_python), file.at(file.line_of_key("requires-python"))),) if requires_python else ()
    indexes = uv_index_options(file)
    if has_poetry:
        from package_extract.resolver.requirements.poetry import poetry_indexes

        indexes = poetry_indexes(file).over(indexes)
    return Request(requirements=tuple(packages), requires_python=bounds, index_options=indexes)


def _has_own_dependencies(file: TomlFile) -> bool:
    project = file.table("project")
    return "dependencies" in project or ("name" in project and "dependencies" not in project.get("dynamic", ()))


def _project(file: TomlFile, extras: Iterable[str]) -> list[RequestedPackage]:
    project = file.table("project")
    dynamic = project.get("dynamic", ())
    if "dependencies" in dynamic:
        raise file.error("its dependencies are dynamic: they are known only once it is built", "dynamic")
    found = _requested(file, file.strings(project.get("dependencies", []), "project.dependencies"))
    optional = {normalize_name(name): value for name, value in file.table("project", "optional-dependencies").items()}
    wanted = [normalize_name(extra) for extra in extras]
    for extra in wanted:
        if extra not in optional:
            raise file.error(f"the project has no extra {extra!r}{_choice(optional)}", "optional-dependencies")
        found += _requested(file, file.strings(optional[extra], f"project.optional-dependencies.{extra}"))
    return _with_own_extras(file, found, optional, str(project.get("name", "")), set(wanted))


def _with_own_extras(
    file: TomlFile, found: list[RequestedPackage], optional: dict[str, Any], name: str, seen: set[str]
) -> list[RequestedPackage]:
    """Extras that name the project itself ("demo[test]") stand for what its extras ask for."""
    done: list[RequestedPackage] = []
    while found:
        package = found.pop(0)
        if normalize_name(package.requirement.name) != normalize_name(name):
            done.append(package)
            continue
        for extra in {normalize_name(each) for each in package.requirement.extras} & optional.keys() - seen:
            seen.add(extra)
            found += _requested(file, file.strings(optional[extra], f"project.optional-dependencies.{extra}"))
    return done


def _of_group(file: TomlFile, name: str) -> list[RequestedPackage]:
    from package_extract.resolver.requirements.poetry import poetry_group

    of_poetry = poetry_group(file, name)
    named = map(normalize_name, file.table("dependency-groups"))
    if of_poetry is not None and normalize_name(name) not in named:
        return of_poetry
    return [*_requested(file, _group(file, name, ())), *(of_poetry or ())]


def _group(file: TomlFile, name: str, above: tuple[str, ...]) -> Iterator[str]:
    table = file.table("dependency-groups")
    groups = {normalize_name(key): value for key, value in table.items()}
    if len(groups) < len(table):
        raise file.error("two dependency groups have the same name", "[dependency-groups]")
    normalized = normalize_name(name)
    if normalized not in groups:
        raise file.error(
            f"there is no dependency group {name!r}{_choice(groups)}", name if above else "[dependency-groups]"
        )
    if normalized in above or len(above) > _MOST_INCLUDES:
        raise file.error(f"the dependency group {name!r} includes itself", name)
    if not isinstance(groups[normalized], list):
        raise file.error(f"the dependency group {name!r} is no list", name)
    for entry in groups[normalized]:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and list(entry) == ["include-group"] and isinstance(entry["include-group"], str):
            yield from _group(file, entry["include-group"], (*above, normalized))
        else:
            raise file.error(f"the dependency group {name!r} has an entry that is no requirement and no group", name)


def _requested(file: TomlFile, texts: Iterable[str]) -> list[RequestedPackage]:
    return [
        RequestedPackage(
            parse_specifier(text, lambda reason, text=text: file.error(reason, text)),  # type: ignore[misc]
            file.at(file.line_of(text)),
        )
        for text in texts
    ]


def _choice(names: Iterable[str]) -> str:
    known = sorted(names)
    return f"; it has {', '.join(known)}" if known else ""
