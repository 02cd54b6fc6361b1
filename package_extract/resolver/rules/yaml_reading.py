"""YAML 1.1 as data, within bounds (https://yaml.org/spec/1.1/, merge keys: https://yaml.org/type/merge.html).

The values are those of PyYAML's `CSafeLoader`: no tag makes anything but plain data. Its parser tells events, and the
data is built from these here, because a document can then be stopped while it grows: an alias that stands for a large
value costs as much as that value each time, and is paid for before anything walks through it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAXIMUM_SIZE", "InvalidYaml", "Path", "YamlDocument", "read_yaml"]

Path = tuple["str | int", ...]
"""Keys and positions that lead to a value."""


MAXIMUM_SIZE = 8 << 20
"""Bytes of the largest file that is read."""
DEEPEST = 40
"""How deeply collections may be nested."""
KEPT = 3
"""Up to which depth the lines of parts are kept: units are at this one."""
MOST_ALIASES = 10_000
LARGEST = 1 << 26
"""Characters of all values together, aliases counted as what they stand for, with `OVERHEAD` for each value."""
OVERHEAD = 16
LONGEST_NUMBER = 100
"""Characters; a longer plain scalar is text, whatever it looks like."""

_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""With libyaml if PyYAML has it; the events are the same."""
_CORE = "tag:yaml.org,2002:"
_SCALARS = frozenset({"null", "bool", "int", "float", "timestamp", "binary", "str", "value"})
_constructor = SafeConstructor()
_resolve: Any = Resolver().resolve


class InvalidYaml(FormatError):
    """Bytes that are not YAML, or YAML beyond the bounds."""

    def __init__(self, message: str, line: int, *, code: str = "invalid-yaml") -> None:
        """`line` counts from 1."""
        super().__init__(message, code=code)
        self.line = line


class YamlDocument:
    """The value of a document, and where its parts begin."""

    def __init__(self, data: bytes, value: Any, lines: dict[Path, int]) -> None:
        self.value = value
        self._data = data
        self._lines = lines
        self._depth = KEPT

    def line(self, path: Path) -> int:
        """The line, from 1, on which the value at a path begins, or else the closest part above that is there.

        Lines of deep parts are rarely asked for; the document is read again for the first of them.
        """
        if len(path) > self._depth:
            self._depth = DEEPEST
            self._lines = _Builder(self._data, DEEPEST).with_lines()[1]
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def read_yaml(data: bytes) -> YamlDocument:
    """The one document of a file; its value is None for an empty file. Raises `InvalidYaml`."""
    if len(data) > MAXIMUM_SIZE:
        raise InvalidYaml(f"the file is larger than {MAXIMUM_SIZE} bytes", 1, code="limit")
    try:
        return YamlDocument(data, *_Builder(data, KEPT).with_lines())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context)[:200]
        raise InvalidYaml(problem, mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, UnicodeError, RecursionError) as error:
        raise InvalidYaml((str(error).splitlines() or [type(error).__name__])[0][:200], 1) from None


class _Builder:
    """Builds the values of one document from its events. What is too deep for its line to be kept has no path."""

    def __init__(self, data: bytes, kept: int) -> None:
        self._next: Callable[[], Any] = _Parser(data).get_event
        self._kept = kept
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._aliases = 0
        self._size = 0
        self._lines: dict[Path, int] = {}

    def with_lines(self) -> tuple[Any, dict[Path, int]]:
        """The value and the lines of its parts."""
        self._next()  # the start of the stream
        if type(self._next()) is yaml.StreamEndEvent:
            return None, {}
        value = self._value(self._next(), (), 0)
        self._next()  # the end of the document
        if type(event := self._next()) is not yaml.StreamEndEvent:
            raise InvalidYaml("the file holds more than one document", _line(event))
        return value, self._lines

    def _value(self, event: Any, path: Path | None, depth: int) -> Any:
        kind = type(event)
        if path is not None:
            self._lines[path] = _line(event)
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if event.anchor is None:
            return self._scalar(event) if kind is yaml.ScalarEvent else self._collection(event, path, depth)
        before = self._size
        self._anchors[event.anchor] = None
        value = self._scalar(event) if kind is yaml.ScalarEvent else self._collection(event, path, depth)
        self._anchors[event.anchor] = value, self._size - before
        return value

    def _alias(self, event: Any) -> Any:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise InvalidYaml(f"there are more than {MOST_ALIASES} aliases", _line(event), code="limit")
        if event.anchor not in self._anchors:
            raise InvalidYaml(f"the alias {event.anchor[:40]!r} has no anchor", _line(event))
        found = self._anchors[event.anchor]
        if found is None:
            raise InvalidYaml(f"the alias {event.anchor[:40]!r} is inside of what it names", _line(event))
        self._grow(found[1], event)
        return found[0]

    def _grow(self, size: int, event: Any) -> None:
        self._size += size
        if self._size > LARGEST:
            raise InvalidYaml(f"the values are larger than {LARGEST} characters in all", _line(event), code="limit")

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        self._grow(len(text) + OVERHEAD, event)
        tag = event.tag
        if tag is None:
            return _plain(text) if event.implicit[0] else text
        if tag == "!":
            return text
        kind = tag.removeprefix(_CORE)
        if kind not in _SCALARS or not tag.startswith(_CORE):
            raise InvalidYaml(f"the tag {tag[:60]!r} is not allowed", _line(event))
        try:
            return _construct(kind, text)
        except (ValueError, KeyError, IndexError, AttributeError, OverflowError, yaml.YAMLError):
            raise InvalidYaml(f"{text[:40]!r} is no {kind}", _line(event)) from None

    def _collection(self, event: Any, path: Path | None, depth: int) -> Any:
        if depth >= DEEPEST:
            raise InvalidYaml(f"collections are nested more than {DEEPEST} deep", _line(event), code="limit")
        self._grow(OVERHEAD, event)
        is_mapping = type(event) is yaml.MappingStartEvent
        if event.tag not in (None, "!", _CORE + ("map" if is_mapping else "seq")):
            raise InvalidYaml(f"the tag {event.tag[:60]!r} is not allowed", _line(event))
        above = path if path is not None and len(path) < self._kept else None
        return self._mapping(above, depth + 1) if is_mapping else self._sequence(above, depth + 1)

    def _sequence(self, above: Path | None, depth: int) -> list[Any]:
        values: list[Any] = []
        while type(event := self._next()) is not yaml.SequenceEndEvent:
            values.append(self._value(event, None if above is None else (*above, len(values)), depth))
        return values

    def _mapping(self, above: Path | None, depth: int) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise InvalidYaml("a key has to be written out as one scalar", _line(event))
            key = self._scalar(event)
            value = self._value(self._next(), None if above is None else (*above, key), depth)
            if key == "<<" and event.implicit[0]:
                _merge(value, merged, _line(event))
            else:
                values[key] = value
        return {**merged, **values} if merged else values


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _merge(value: Any, merged: dict[Any, Any], line: int) -> None:
    """Add what "<<" brings; of several mappings in a sequence the first has the last word."""
    for each in reversed(value if isinstance(value, list) else [value]):
        if not isinstance(each, dict):
            raise InvalidYaml("only a mapping or a sequence of mappings can be merged", line)
        merged.update(each)


@lru_cache(maxsize=1 << 13)
def _plain(text: str) -> Any:
    """The value of a scalar without quotes and without a tag."""
    if len(text) > LONGEST_NUMBER:
        return text
    kind = _resolve(yaml.ScalarNode, text, (True, False)).removeprefix(_CORE)
    try:
        return _construct(kind, text)
    except (ValueError, KeyError, IndexError, AttributeError, OverflowError, yaml.YAMLError):
        return text


def _construct(kind: str, text: str) -> Any:
    if kind in ("str", "value", "merge"):
        return text
    construct = getattr(_constructor, f"construct_yaml_{kind}")
    return construct(yaml.ScalarNode(_CORE + kind, text))
