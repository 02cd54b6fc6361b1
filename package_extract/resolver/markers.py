"""Environment markers, evaluated for an environment that is given whole.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers. `packaging.markers`
fills what an environment leaves out with the values of the running interpreter; here nothing of it may matter.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from packaging.specifiers import Specifier

from package_extract.formats.python_markers import MARKERS
from package_extract.formats.python_names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["InvalidMarker", "evaluate_marker", "names_extra"]

_TOKEN = re.compile(r"""\s*(?:(\(|\))|(===|==|~=|!=|<=|>=|<|>)|('[^']*'|"[^"]*")|([A-Za-z_][A-Za-z0-9_.]*)|(\S))""")
_VERSIONS = frozenset({"implementation_version", "platform_release", "python_full_version", "python_version"})
_VARIABLES = {name: name for name in (*MARKERS, "extra")} | {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.machine": "platform_machine",
    "platform.version": "platform_version",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
}
_DEEPEST = 50

_Node = tuple[Any, ...]
"""("and"|"or", nodes…) or (operator, variable, literal, whether the variable stands on the left)."""


class InvalidMarker(ValueError):
    """A marker that is not written as the specification says."""


def evaluate_marker(marker: str, environment: Mapping[str, str], extra: str = "") -> bool:
    """Whether a marker holds in an environment; `extra` is normalized, and empty if none is asked for.

    Raises `InvalidMarker`.
    """
    return _holds(_parse(marker), environment, extra)


@lru_cache(maxsize=1 << 12)
def names_extra(marker: str) -> bool:
    """Whether the marker depends on an extra."""
    return "extra" in marker and any(leaf[1] == "extra" for leaf in _leaves(_parse(marker)))


def _leaves(node: _Node) -> Iterator[_Node]:
    if node[0] in ("and", "or"):
        for each in node[1:]:
            yield from _leaves(each)
    else:
        yield node


def _holds(node: _Node, environment: Mapping[str, str], extra: str) -> bool:
    operator = node[0]
    if operator == "and":
        return all(_holds(each, environment, extra) for each in node[1:])
    if operator == "or":
        return any(_holds(each, environment, extra) for each in node[1:])
    _, variable, literal, left = node
    value = extra if variable == "extra" else environment.get(variable, "")
    if variable == "python_full_version" and value.endswith("+"):
        value += "local"
    return _compare(variable, value, operator, literal) if left else _compare(variable, literal, operator, value)


@lru_cache(maxsize=1 << 14)
def _compare(variable: str, left: str, operator: str, right: str) -> bool:
    if variable in _VERSIONS:
        try:
            return Specifier(operator + right).contains(left, prereleases=True)
        except ValueError:
            pass
    if operator in ("==", "<=", ">="):
        return left == right
    if operator == "!=":
        return left != right
    if operator == "in":
        return left in right
    if operator == "not in":
        return left not in right
    return False


@lru_cache(maxsize=1 << 12)
def _parse(marker: str) -> _Node:
    tokens = [match.group(0).strip() for match in _TOKEN.finditer(marker)]
    node, position = _alternatives(tokens, 0, marker, 0)
    if position != len(tokens):
        raise InvalidMarker(f"{marker!r} is no valid marker")
    return node


def _alternatives(tokens: list[str], position: int, marker: str, depth: int) -> tuple[_Node, int]:
    if depth > _DEEPEST:
        raise InvalidMarker(f"{marker[:60]!r} is nested too deeply for a marker")
    nodes = []
    while True:
        node, position = _conjunction(tokens, position, marker, depth)
        nodes.append(node)
        if position >= len(tokens) or tokens[position] != "or":
            return (nodes[0] if len(nodes) == 1 else ("or", *nodes)), position
        position += 1


def _conjunction(tokens: list[str], position: int, marker: str, depth: int) -> tuple[_Node, int]:
    nodes = []
    while True:
        node, position = _atom(tokens, position, marker, depth)
        nodes.append(node)
        if position >= len(tokens) or tokens[position] != "and":
            return (nodes[0] if len(nodes) == 1 else ("and", *nodes)), position
        position += 1


def _atom(tokens: list[str], position: int, marker: str, depth: int) -> tuple[_Node, int]:
    words = tokens[position : position + 4]
    if words[:1] == ["("]:
        node, position = _alternatives(tokens, position + 1, marker, depth + 1)
        if tokens[position : position + 1] != [")"]:
            raise InvalidMarker(f"{marker!r} is no valid marker: a parenthesis is not closed")
        return node, position + 1
    if words[1:3] == ["not", "in"]:
        words[1:3] = ["not in"]
        position += 1
    if len(words) >= 3 and words[1] in ("===", "==", "~=", "!=", "<=", ">=", "<", ">", "in", "not in"):
        left, operator, right = words[:3]
        if left in _VARIABLES and right[0] in "'\"":
            return _leaf(operator, _VARIABLES[left], right, left=True), position + 3
        if right in _VARIABLES and left[0] in "'\"":
            return _leaf(operator, _VARIABLES[right], left, left=False), position + 3
    raise InvalidMarker(f"{marker!r} is no valid marker")


def _leaf(operator: str, variable: str, quoted: str, *, left: bool) -> _Node:
    literal = quoted[1:-1]
    return operator, variable, normalize_name(literal) if variable == "extra" else literal, left
