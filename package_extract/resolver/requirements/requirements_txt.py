"""pip's files of requirements and constraints.

https://pip.pypa.io/en/stable/reference/requirements-file-format/: comments, continued lines, ${VARIABLES}, nested
files, hashes, options of indexes. Files that name each other are read once each.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.index.urls import as_address, local_path
from package_extract.resolver.requirements.origins import TextFile
from package_extract.resolver.requirements.parsing import is_directory_requirement, parse_requirement
from package_extract.resolver.requirements.request import Request, RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["read_requirements_txt"]

_COMMENT = re.compile(r"(^|\s+)#.*$")
_ONLY_COMMENT = re.compile(r"\s*#")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_OPTIONS = re.compile(r"(?:^|\s+)(?=--?[a-zA-Z])")
_HASH = re.compile(r"(sha256|sha384|sha512):([0-9a-fA-F]+)")
_DEEPEST = 32
_SHORT = {"-r": "--requirement", "-c": "--constraint", "-i": "--index-url", "-f": "--find-links", "-e": "--editable"}


def read_requirements_txt(
    path: str,
    project: Callable[[str, tuple[str, ...], str], Request],
    *,
    bounds: bool = False,
    fetch: Callable[[str], bytes] | None = None,
) -> Request:
    """What a file asks for; with `bounds` its requirements are constraints.

    `project` reads the project in a directory with some extras, asked for at some place; `fetch` what is named by an
    address. Raises InvalidRequirementsFile with the file and line of what cannot be understood.
    """
    return _Reader(project, fetch).file(path, bounds, 0, None)


class _Line(NamedTuple):
    number: int
    text: str


class _Reader:
    """Reads a file and those that it names."""

    def __init__(
        self, project: Callable[[str, tuple[str, ...], str], Request], fetch: Callable[[str], bytes] | None
    ) -> None:
        self._project, self._fetch = project, fetch
        self._seen: set[tuple[str, bool]] = set()

    def file(self, path: str, bounds: bool, depth: int, named_at: str | None) -> Request:
        real = path if _is_remote(path) else os.path.realpath(path)
        if (real, bounds) in self._seen:
            return Request()
        self._seen.add((real, bounds))
        if depth > _DEEPEST:
            raise _error(named_at, "files of requirements name one another without end")
        try:
            file = self._remote(path) if _is_remote(path) else TextFile(path)
        except InvalidRequirementsFile as error:
            raise (_error(named_at, str(error)) if named_at else error) from None
        return Request.joined([self._line(file, line, bounds, depth) for line in _logical_lines(file.text)])

    def _remote(self, url: str) -> TextFile:
        shown = as_address(url).url
        if self._fetch is None:
            raise InvalidRequirementsFile(f"{shown} is on the network; fetch it first")
        return TextFile(shown, self._fetch(url))

    def _line(self, file: TextFile, line: _Line, bounds: bool, depth: int) -> Request:
        place = file.at(line.number)
        text, *rest = _OPTIONS.split(line.text, maxsplit=1)
        options = list(_options(" ".join(rest), place))
        if text:
            return self._requirement(place, text, bounds, hashes=tuple(_hashes(options, place)))
        return Request.joined([self._option(file, place, option, bounds, depth) for option in options])

    def _option(self, file: TextFile, place: str, option: tuple[str, str], bounds: bool, depth: int) -> Request:
        name, value = option
        if name == "--editable":
            return self._requirement(place, value, bounds, editable=True)
        if name in {"--requirement", "--constraint"}:
            return self.file(_beside(file, value), bounds or name == "--constraint", depth + 1, place)
        if name in _SWITCHES:
            return _SWITCHES[name]
        if name in _SETTINGS:
            return _SETTINGS[name](file, value)
        raise _error(place, f"{name[:60]!r} is no option of a file of requirements")

    def _requirement(
        self, place: str, text: str, bounds: bool, *, hashes: tuple[str, ...] = (), editable: bool = False
    ) -> Request:
        """Paths are relative to where the command runs, as pip has it, not to the file."""
        directory = is_directory_requirement(text, "")
        if directory is not None:
            return self._project(*directory, place)
        package = parse_requirement(
            text, place, "", lambda reason: _error(place, reason), hashes=hashes, editable=editable
        )
        packages: tuple[RequestedPackage, ...] = (package,)
        if bounds:
            return Request(constraints=packages, require_hashes=bool(hashes))
        return Request(requirements=packages, require_hashes=bool(hashes))


def _is_remote(path: str) -> bool:
    return "://" in path


def _beside(file: TextFile, path: str) -> str:
    """The file that another one names: relative to that, by its path or by an address."""
    if _is_remote(file.path):
        return urljoin(file.path, path)
    beside = os.path.join(os.path.dirname(file.path), path)  # noqa: PTH118, PTH120
    return local_path(path) or (path if _is_remote(path) else beside)


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


def _options(text: str, place: str) -> Iterator[tuple[str, str]]:
    """Options by their long names, with their values: "-rfile", "-r file", "--requirement='file'" are the same."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise _error(place, "a quotation mark is missing") from None
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, glued, value = word.partition("=")
        else:
            name, value = _SHORT.get(word[:2], word[:2]), word[2:]
            glued = value
        if name in _SWITCHES:
            yield name, ""
            continue
        if not glued and not words and (name in _SETTINGS or name in _OTHERS_WITH_VALUE):
            raise _error(place, f"{name} needs a value")
        yield name, value if glued or not words else words.pop(0)


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
    "--no-require-hashes": Request(),
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


_OF_REQUIREMENTS = frozenset({"--global-option", "--config-settings", "--config-setting", "-C"})
_OTHERS_WITH_VALUE = _OF_REQUIREMENTS | {"--hash", *_SHORT.values()}


def _hashes(options: list[tuple[str, str]], place: str) -> Iterator[str]:
    for name, value in options:
        if name in _OF_REQUIREMENTS:
            continue
        found = _HASH.fullmatch(value)
        if name != "--hash" or found is None:
            option = f"{name} {value}".strip()
            raise _error(place, f"{option[:100]!r} is neither --hash=sha256:… nor another option of a requirement")
        yield f"{found[1]}:{found[2].lower()}"


def _error(place: str | None, reason: str) -> InvalidRequirementsFile:
    return InvalidRequirementsFile(f"{place}: {reason}" if place else reason)
