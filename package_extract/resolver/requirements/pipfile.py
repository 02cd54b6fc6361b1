"""Pipfile: requirements, groups and indexes of Pipenv (https://pipenv.pypa.io/en/stable/pipfile.html)."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.index.urls import as_address, file_url
from package_extract.resolver.requirements.origins import TomlFile
from package_extract.resolver.requirements.parsing import parse_specifier
from package_extract.resolver.requirements.request import Request, RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_pipfile"]

_NO_GROUPS = frozenset({"source", "requires", "scripts", "pipenv"})
_MARKERS = (
    *("os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release"),
    *("platform_system", "platform_version", "python_version", "python_full_version", "implementation_name"),
    "implementation_version",
)
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


def read_pipfile(path: str, groups: Sequence[str] = ()) -> Request:
    """What a Pipfile asks for: [packages] and some other groups; "dev" is short for [dev-packages]."""
    file = TomlFile(path)
    requirements: list[RequestedPackage] = []
    scopes: list[tuple[str, str]] = []
    sources = _sources(file)
    for group in ["packages", *groups]:
        table = _group(file, "dev-packages" if group == "dev" and "dev" not in file.root else group)
        for name, value in table.items():
            requirements.append(_package(file, name, value))
            if isinstance(value, dict) and value.get("index") in sources:
                scopes.append((normalize_name(name), sources[value["index"]]))
    return Request(
        requirements=tuple(requirements),
        requires_python=_python(file),
        index_options=_indexes(file, sources, tuple(scopes)),
        prereleases=bool(file.table("pipenv").get("allow_prereleases")),
    )


def _group(file: TomlFile, name: str) -> dict[str, Any]:
    if name in {"packages", "dev-packages"} or (name in file.root and name not in _NO_GROUPS):
        return file.table(name)
    raise file.error(f"there is no group {name!r}")


def _package(file: TomlFile, name: str, value: Any) -> RequestedPackage:
    table = {"version": value} if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise file.error(f"the package {name} is neither a version nor a table", name)
    extras = ",".join(map(str, table.get("extras", ())))
    head = f"{name}[{extras}]" if extras else name
    address = _address(file, table)
    version = str(table.get("version", "*")).strip()
    if version[:1].isdigit():
        version = f"=={version}"
    text = f"{head} @ {address}" if address else head + ("" if version == "*" else version)
    marker = _marker(table)
    full = f"{text} ; {marker}" if marker else text
    requirement = parse_specifier(full, lambda reason: file.error(reason, name))
    hashes = table.get("hashes", [table["hash"]] if "hash" in table else [])
    return RequestedPackage(
        requirement, file.at(file.line_of_key(name)), tuple(map(str, hashes)), editable=bool(table.get("editable"))
    )


def _address(file: TomlFile, table: dict[str, Any]) -> str:
    if "git" in table:
        return f"git+{table['git']}" + (f"@{table['ref']}" if table.get("ref") else "")
    if "file" in table:
        return str(table["file"]) if "://" in str(table["file"]) else file_url(f"{file.directory}/{table['file']}")
    return file_url(f"{file.directory}/{table['path']}") if "path" in table else ""


def _marker(table: dict[str, Any]) -> str:
    parts = [str(table["markers"])] if table.get("markers") else []
    parts += [f"{name} {table[name]}" for name in _MARKERS if name in table]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)


def _python(file: TomlFile) -> tuple[tuple[str, str], ...]:
    requires = file.table("requires")
    if "python_full_version" in requires:
        return ((f"=={requires['python_full_version']}", file.at(file.line_of_key("python_full_version"))),)
    if requires.get("python_version", "*") != "*":
        return ((f"=={requires['python_version']}.*", file.at(file.line_of_key("python_version"))),)
    return ()


def _sources(file: TomlFile) -> dict[str, str]:
    found = file.root.get("source", [])
    if not isinstance(found, list) or not all(isinstance(each, dict) and "url" in each for each in found):
        raise file.error("source is no list of tables with a url", "source")
    return {str(each.get("name", each["url"])): _VARIABLE.sub(_variable, str(each["url"])) for each in found}


def _variable(found: re.Match[str]) -> str:
    return os.environ.get(found[1]) or found[0]


def _indexes(file: TomlFile, sources: dict[str, str], scopes: tuple[tuple[str, str], ...]) -> IndexOptions:
    urls = list(sources.values())
    unchecked = (each for each in file.root.get("source", []) if each.get("verify_ssl") is False)
    hosts = (urlsplit(as_address(_VARIABLE.sub(_variable, str(each["url"]))).url).netloc for each in unchecked)
    return IndexOptions(
        index_url=urls[0] if urls else None, extra_index_urls=tuple(urls[1:]), scopes=scopes, trusted_hosts=tuple(hosts)
    )
