"""Python interpreters side by side, and the wheel tags that each of them gained and lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.values import changes, gained_and_lost, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["interpreter_differences"]

_Interpreter = dict[str, Any]

FIELDS = (
    *("path", "version", "implementation", "soabi", "debug", "free_threaded", "prefix", "externally_managed"),
    *("libc", "architecture"),
)
_OF_TAGS = ("implementation", "version", "abis", "platforms")


def interpreter_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Interpreters that were `added` and `removed`, and of those in both images what `changed`.

    Two interpreters are the same one if they have the same path, or else a link that led to the one leads to the other:
    `/usr/bin/python3`. Interpreters of virtual environments have their base's answers and are not compared.
    """
    one, other = (results.get("python_interpreters") for results in (before, after))
    if one is None or other is None:
        return {"added": [], "removed": [], "changed": []}
    joined, removed, added = pairs(_bases(one), _bases(other), _path, _names)
    changed = [_changed(one, other) for one, other in joined]
    return {
        "added": [_told(interpreter) for interpreter in added],
        "removed": [_told(interpreter) for interpreter in removed],
        "changed": [each for each in changed if each["changes"] or each["tags_gained"] or each["tags_lost"]],
    }


def _bases(section: Mapping[str, Any]) -> list[_Interpreter]:
    return [each for each in section["interpreters"] if not each.get("virtual_environment")]


def _path(interpreter: _Interpreter) -> Iterator[str]:
    yield interpreter["path"]


def _names(interpreter: _Interpreter) -> Iterator[str]:
    yield interpreter["path"]
    yield from interpreter["aliases"]


def _changed(before: _Interpreter, after: _Interpreter) -> dict[str, Any]:
    gained, lost = _tags_gained_and_lost(before, after)
    return {
        "path": after["path"],
        "changes": changes(_comparable(before), _comparable(after), FIELDS),
        "tags_gained": gained,
        "tags_lost": lost,
    }


def _comparable(interpreter: _Interpreter) -> _Interpreter:
    """The C library without the path of its file."""
    libc = interpreter.get("libc")
    return {**interpreter, "libc": {key: libc[key] for key in ("family", "version")} if libc else None}


def _tags_gained_and_lost(before: _Interpreter, after: _Interpreter) -> tuple[list[str], list[str]]:
    if all(before.get(key) == after.get(key) for key in _OF_TAGS):
        return [], []
    return gained_and_lost(_tags(before), _tags(after))


def _tags(interpreter: _Interpreter) -> list[str]:
    """The tags of the wheels that it accepts, best first; none if its version is not known."""
    from package_extract.formats.python_tags import series_of, supported_tags

    series = series_of(interpreter["version"])
    if series is None:
        return []
    found = supported_tags(interpreter["implementation"], series, interpreter["abis"], interpreter["platforms"])
    return [str(tag) for tag in found]


def _told(interpreter: _Interpreter) -> dict[str, Any]:
    return {key: interpreter.get(key) for key in ("path", "version", "implementation", "abis")}
