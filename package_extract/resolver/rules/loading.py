"""Files of prescriptions as units; what cannot be used is reported, and the rest is still loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.rules.errors import NoSuchRules
from package_extract.resolver.rules.files import METADATA_FILE, rule_files
from package_extract.resolver.rules.problem import Problem
from package_extract.resolver.rules.schema import check_file, check_unit
from package_extract.resolver.rules.unit import Unit
from package_extract.resolver.rules.yaml_reading import MAXIMUM_SIZE, InvalidYaml, YamlDocument, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from package_extract.resolver.rules.files import RuleFile
    from package_extract.resolver.rules.shapes import Complaint

__all__ = ["Loaded", "collection_name", "load", "load_file", "load_files", "without_duplicates"]

DEFAULT_NAME = "rules"


class Loaded(NamedTuple):
    """What files hold."""

    units: list[Unit]
    problems: list[Problem]
    files: int = 0
    """How many files were read."""


def load(paths: Iterable[Path]) -> Loaded:
    """All units of directories and single files. Raises `NoSuchRules` for a path that is not there."""
    units: list[Unit] = []
    problems: list[Problem] = []
    count = 0
    for found in load_files(paths):
        units += found.units
        problems += found.problems
        count += found.files
    kept, twice = without_duplicates(units)
    return Loaded(kept, problems + twice, count)


def load_files(paths: Iterable[Path]) -> Iterator[Loaded]:
    """What each file of directories and single files holds. Raises `NoSuchRules` for a path that is not there."""
    for root in paths:
        try:
            files = rule_files(root)
        except OSError as error:
            raise NoSuchRules(f"{root} cannot be read: {error.strerror or error}") from None
        name = collection_name(files)
        for file in files:
            yield load_file(file, name)


def collection_name(files: Iterable[RuleFile]) -> str:
    """The name that the metadata file at the top gives to the collection, or a default."""
    for file in files:
        if file.name == METADATA_FILE:
            try:
                name = read_yaml(_bytes(file)).value["prescription"]["name"]
            except (InvalidYaml, OSError, TypeError, KeyError):
                break
            if isinstance(name, str) and name.strip():
                return name.strip()
    return DEFAULT_NAME


def load_file(file: RuleFile, collection: str) -> Loaded:
    """The units of one file."""
    if file.name.rpartition("/")[2] == METADATA_FILE:
        return Loaded([], [])
    try:
        document = read_yaml(_bytes(file))
    except InvalidYaml as error:
        return Loaded([], [Problem(file.name, error.line, None, "", str(error), error.code, "error")], 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return Loaded([], [Problem(file.name, 1, None, "", message, "unreadable", "error")], 1)
    return _units(file.name, document, collection)


def without_duplicates(units: list[Unit]) -> tuple[list[Unit], list[Problem]]:
    """The first unit of each name, and a problem for each other one."""
    first: dict[str, Unit] = {}
    problems = []
    for unit in units:
        other = first.setdefault(unit.name, unit)
        if other is not unit:
            message = f"has the name of the unit at {other.file}:{other.line}, which is used"
            problems.append(Problem(unit.file, unit.line, unit.name, "name", message, "duplicate-name", "error"))
    return list(first.values()), problems


def _bytes(file: RuleFile) -> bytes:
    with open(file.path, "rb") as stream:
        return stream.read(MAXIMUM_SIZE + 1)


def _units(file: str, document: YamlDocument, collection: str) -> Loaded:
    units: list[Unit] = []
    complaints: list[Complaint] = []
    lists = check_file(document.value, complaints)
    problems = [_problem(file, document, None, (), each) for each in complaints]
    for kind, values in lists.items():
        for position, value in enumerate(values):
            path = ("units", kind, position)
            complaints = []
            check_unit(value, kind, path, complaints)
            if complaints:
                name = value.get("name") if isinstance(value, dict) else None
                shown = name[:100] if isinstance(name, str) else f"{kind}.{position}"
                problems += [_problem(file, document, shown, path, each) for each in complaints]
            else:
                units.append(_unit(value, kind, collection, file, document.line(path)))
    return Loaded(units, problems, 1)


def _problem(
    file: str, document: YamlDocument, unit: str | None, above: tuple[str | int, ...], complaint: Complaint
) -> Problem:
    key = ".".join(map(str, complaint.path[len(above) :]))
    severity: Literal["error", "warning"] = "warning" if complaint.code == "legacy-specifier" else "error"
    line = document.line(complaint.path)
    return Problem(file, line, unit, key[:200], complaint.message, complaint.code, severity)


def _unit(value: dict[str, Any], kind: str, collection: str, file: str, line: int) -> Unit:
    match = value.get("match") or []
    return Unit(
        name=f"{collection}.{value['name'].strip()}",
        kind=kind,
        type=value["type"],
        should_include=value["should_include"],
        match=[_normalized(each) for each in (match if isinstance(match, list) else [match])],
        run=value.get("run") or {},
        file=file,
        line=line,
    )


def _normalized(value: Any) -> Any:
    """The same with the names of packages as they are compared; shared parts become copies."""
    if isinstance(value, dict):
        return {
            key: normalize_name(each.strip()) if key in ("name", "package_name") else _normalized(each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_normalized(each) for each in value]
    return value
