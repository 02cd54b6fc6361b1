"""pip's files of requirements and constraints.

https://pip.pypa.io/en/stable/reference/requirements-file-format/: comments, continued lines, ${VARIABLES}, nested
files, hashes, options of indexes. Files that name each other are read once each.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.requirements.origins import TextFile
from package_extract.resolver.requirements.parsing import is_directory_requirement, parse_requirement
from package_extract.resolver.requirements.request import Request, RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["read_requirements_txt"]

_COMMENT = re.compile(r"(^|\s+)#.*$")
_ONLY_COMMENT = re.compile(r"\s*#")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_REQUIREMENT_OPTIONS = re.compile(r"\s+(?=--?[a-zA-Z])")
_HASH = re.compile(r"(sha256|sha384|sha512):([0-9a-fA-F]+)")
_DEEPEST = 32
_SHORT = {"-r": "--requirement", "-c": "--constraint", "-i": "--index-url", "-f": "--find-links", "-e": "--editable"}


def read_requirements_txt(
    path: str, project: Callable[[str, tuple[str, ...], str], Request], *, bounds: bool = False
) -> Request:
    """What a file asks for; with `bounds` its requirements are constraints.

    `project` reads the project in a directory with some extras, asked for at some place. Raises
    InvalidRequirementsFile with the file and line of what cannot be understood.
    """
    return _Reader(project).file(path, bounds, 0, None)


class _Line(NamedTuple):
    number: int
    text: str


class _Reader:
    """Reads a file and those that it names."""

    def __init__(self, project: Callable[[str, tuple[str, ...], str], Request]) -> None:
        self._project = project
        self._seen: set[tuple[str, bool]] = set()

    def file(self, path: str, bounds: bool, depth: int, named_at: str | None) -> Request:
        real = os.path.realpath(path)
        if (real, bounds) in self._seen:
            return Request()
        self._seen.add((real, bounds))
        if "://" in path:
            raise _error(named_at, f"{path} is on the network; fetch it first")
        if depth > _DEEPEST:
            raise _error(named_at, "files of requirements name one another without end")
        try:
            file = TextFile(path)
        except InvalidRequirementsFile as error:
            raise (_error(named_at, str(error)) if named_at else error) from None
        return Request.joined([self._line(file, line, bounds, depth) for line in _logical_lines(file.text)])

    def _line(self, file: TextFile, line: _Line, bounds: bool, depth: int) -> Request:
        place = file.at(line.number)
        if not line.text.startswith("-"):
            return self._requirement(file, place, line.text, bounds, editable=False)
        option, value = _option(line.text, place)
        if option == "--editable":
            return self._requirement(file, place, value, bounds, editable=True)
        if option in {"--requirement", "--constraint"}:
            nested = os.path.join(os.path.dirname(file.path), value) if "://" not in value else value  # noqa: PTH118, PTH120
            return self.file(nested, bounds or option == "--constraint", depth + 1, place)
        return _options(file, place, line.text)

    def _requirement(self, file: TextFile, place: str, text: str, bounds: bool, *, editable: bool) -> Request:
        specifier, *options = _REQUIREMENT_OPTIONS.split(text)
        directory = is_directory_requirement(specifier, file.directory)
        if directory is not None:
            return self._project(*directory, place)
        hashes = tuple(_hashes(options, place))
        package = parse_requirement(
            specifier,
            place,
            file.directory,
            lambda reason: _error(place, reason),
            hashes=hashes,
            editable=editable,
        )
        packages: tuple[RequestedPackage, ...] = (package,)
        if bounds:
            return Request(constraints=packages, require_hashes=bool(hashes))
        return Request(requirements=packages, require_hashes=bool(hashes))


def _logical_lines(text: str) -> Iterator[_Line]:
    """Lines joined where they are continued, without comments, variables replaced; as pip does it."""
    parts: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if not parts:
            start = number
        comment = _ONLY_COMMENT.match(line) is not None
        if line.endswith("\\") and not comment:
            parts.append(line[:-1])
            continue
        joined = _COMMENT.sub("", "".join([*parts, " " + line if comment else line])).strip()
        parts = []
        if joined:
            yield _Line(start, _VARIABLE.sub(_variable, joined))


def _variable(found: re.Match[str]) -> str:
    return os.environ.get(found[1]) or found[0]


def _option(text: str, place: str) -> tuple[str, str]:
    """An option by its long name, and its value; "-rfile", "-r file", "--requirement=file" are the same."""
    if text.startswith("--"):
        name, _, value = re.sub(r"[\s=]", "\0", text, count=1).partition("\0")
        return name, value.strip()
    name = _SHORT.get(text[:2], text[:2])
    value = text[2:].strip()
    if name.startswith("--"):
        return name, value
    raise _error(place, f"{text.split()[0][:60]!r} is no option of a file of requirements")


def _options(file: TextFile, place: str, text: str) -> Request:
    """The options of a line that has nothing else; pip allows several."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise _error(place, "a quotation mark is missing") from None
    found = []
    while words:
        name, equals, value = words.pop(0).partition("=")
        name = _SHORT.get(name, name)
        if name in _SWITCHES:
            found.append(_SWITCHES[name])
            continue
        if name not in _SETTINGS:
            raise _error(place, f"{name[:60]!r} is no option of a file of requirements")
        if not equals and not words:
            raise _error(place, f"{name} needs a value")
        found.append(_SETTINGS[name](file, value if equals else words.pop(0)))
    return Request.joined(found)


def _links(file: TextFile, value: str) -> IndexOptions:
    beside = os.path.join(file.directory, value)  # noqa: PTH118
    return IndexOptions(find_links=(beside if "://" not in value and os.path.exists(beside) else value,))  # noqa: PTH110


def _names(value: str) -> tuple[str, ...]:
    names = (name.strip() for name in value.split(","))
    return tuple(name if name.startswith(":") else normalize_name(name) for name in names if name)


_SWITCHES = {
    "--no-index": Request(index_options=IndexOptions(no_index=True)),
    "--pre": Request(prereleases=True),
    "--require-hashes": Request(require_hashes=True),
    "--prefer-binary": Request(),
    "--use-pep517": Request(),
    "--no-use-pep517": Request(),
}
_SETTINGS: dict[str, Callable[[TextFile, str], Request]] = {
    "--index-url": lambda _, url: Request(index_options=IndexOptions(index_url=url)),
    "--pypi-url": lambda _, url: Request(index_options=IndexOptions(index_url=url)),
    "--extra-index-url": lambda _, url: Request(index_options=IndexOptions(extra_index_urls=(url,))),
    "--find-links": lambda file, place: Request(index_options=_links(file, place)),
    "--trusted-host": lambda _, host: Request(index_options=IndexOptions(trusted_hosts=(host,))),
    "--no-binary": lambda _, names: Request(no_binary=_names(names)),
    "--only-binary": lambda _, names: Request(only_binary=_names(names)),
    "--use-feature": lambda _, __: Request(),
}


def _hashes(options: list[str], place: str) -> Iterator[str]:
    for option in options:
        name, _, value = option.replace(" ", "=", 1).partition("=")
        if name in {"--global-option", "--config-settings", "--config-setting", "-C"}:
            continue
        found = _HASH.fullmatch(value.strip())
        if name != "--hash" or found is None:
            raise _error(place, f"{option[:100]!r} is neither --hash=sha256:… nor another option of a requirement")
        yield f"{found[1]}:{found[2].lower()}"


def _error(place: str | None, reason: str) -> InvalidRequirementsFile:
    return InvalidRequirementsFile(f"{place}: {reason}" if place else reason)
