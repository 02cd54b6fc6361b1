"""Which of an image's interpreters is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.document.python_interpreters import PythonInterpreter

__all__ = ["AmbiguousInterpreter", "NoSuchInterpreter", "choose"]

_MOST_NAMED = 20


class NoSuchInterpreter(PackageExtractError, LookupError):
    """The document has no interpreter, or none of this path."""

    exit_code: ClassVar[int] = 3


class AmbiguousInterpreter(PackageExtractError, ValueError):
    """Several interpreters that accept different wheels, and nothing that says which of them is meant."""

    exit_code: ClassVar[int] = 2


def choose(interpreters: Sequence[PythonInterpreter], path: str | None = None) -> PythonInterpreter:
    """The interpreter at a path: of its program, of an alias, or of the prefix of its (virtual) environment.

    Without a path, the only one; of several that accept the same wheels, the first that is no virtual environment's.
    Raises `NoSuchInterpreter` or `AmbiguousInterpreter`, each naming what there is.
    """
    if path is None:
        return _only(interpreters)
    wanted = path.strip("/")
    for paths in (_own, _aliases, _prefixes):
        found = [one for one in interpreters if wanted in paths(one)]
        if found:
            return found[0]
    raise NoSuchInterpreter(f"there is no interpreter {path}; {_named(interpreters)}")


def _only(interpreters: Sequence[PythonInterpreter]) -> PythonInterpreter:
    if not interpreters:
        raise NoSuchInterpreter("the image has no Python interpreter")
    known = [one for one in interpreters if one.version is not None]
    if not known:
        raise NoSuchInterpreter(f"no interpreter's version is known; {_named(interpreters)}")
    kinds = {(tuple(sorted(one.marker_environment.items())), *map(tuple, (one.abis, one.platforms))) for one in known}
    if len(kinds) > 1:
        raise AmbiguousInterpreter(f"which interpreter is meant? {_named(known)}; give its path")
    return min(known, key=lambda one: one.virtual_environment)


def _own(one: PythonInterpreter) -> list[str]:
    return [one.path]


def _aliases(one: PythonInterpreter) -> list[str]:
    return one.aliases


def _prefixes(one: PythonInterpreter) -> list[str]:
    return [] if one.prefix is None else [one.prefix]


def _named(interpreters: Sequence[PythonInterpreter]) -> str:
    if not interpreters:
        return "the image has none"
    names = [f"/{one.path} ({one.implementation} {one.version or 'of unknown version'})" for one in interpreters]
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return "there are " + ", ".join(names[:_MOST_NAMED] + more)
