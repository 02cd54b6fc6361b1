"""What the bytes of a Python executable or of libpython tell without being run.

`PY_VERSION` ("3.11.2") is a C string of every interpreter (Include/patchlevel.h), `Py_Version` an exported variable
since 3.11 (https://docs.python.org/3/c-api/apiabiversion.html), and Python/dynload_shlib.c has the file name suffix of
extension modules ("." SOABI ".so", PEP 3149), which begins with implementation, version and ABI flags. A linker may
store the version as the end of a longer string, of the installation's path for example.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.elf import constants, exported_integer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from package_extract.formats.elf import Header

__all__ = ["data_ranges", "read_python_binary", "version_from_hex"]

_SUFFIX = re.compile(
    rb"(?<=\0)\.(?:cpython-\d{2,3}[a-z]*|pypy(?:\d{2,3}-pp|-)\d{2,3}|graalpy[\d-]+-native)(?:-[\w-]{1,60})?\.so(?=\0)"
)
_SUFFIX_STARTS = (b".cpython-", b".pypy", b".graalpy")
_WHOLE = re.compile(rb"(?<=\0)(\d\.\d{1,2}\.\d{1,3}(?:(?:a|b|c|rc)\d{1,2})?\+?)(?=\0)")
_TAIL = re.compile(_WHOLE.pattern.replace(rb"(?<=\0)", rb"(?<=/)"))
_SERIES_2 = re.compile(rb"python(2\.\d)(?=\0)")
_PYPY = re.compile(rb"\[PyPy (\d+\.\d+\.\d+(?:[-.]?(?:alpha|beta|rc|a|b)\d+)?)")
_PYPY_PYTHON = re.compile(rb"(\d\.\d{1,2}\.\d{1,3}) \([\w .,:+-]{5,80}\)\n\[PyPy ")
_LARGEST = 96 << 20
_WINDOW, _OVERLAP = 1 << 20, 256
_MOST_FOUND = 16
_MOST_PLACES = 10_000
_LEVELS = {0xA: "a", 0xB: "b", 0xC: "rc", 0xF: ""}


def data_ranges(header: Header) -> Iterable[tuple[int, int]]:
    """(offset, length) of the parts of the file that `read_python_binary` looks at."""
    room = _LARGEST
    for segment in constants(header):
        if segment.length <= room:
            room -= segment.length
            yield segment.offset, segment.length


def read_python_binary(content: memoryview, header: Header, series: str | None) -> dict[str, Any]:
    """What is in the constants of the file; `series` ("3.11") is what its name tells of the version, if anything.

    {"hex": value of Py_Version or None, "versions": whole strings that may be the version, "tails": where there is
    none, the ends of paths that may be it, "suffixes": of extension modules, "pypy": versions of PyPy}.
    """
    parts = _Parts(content, header)
    suffixes = _matches(_SUFFIX, parts, _SUFFIX_STARTS)
    known = {series} if series else set()
    known |= {f"{digits[0]}.{digits[1:]}" for digits in map(_digits, suffixes) if digits}
    if not known:
        known |= set(_matches(_SERIES_2, parts, (b"python2.",)))
    pypy = _matches(_PYPY, parts, (b"[PyPy ",))
    if pypy and not known:  # what belongs to PyPy for Python 2 is named without Python's version
        known = {"2.7"}
    starts = [f"{one}.".encode() for one in sorted(known)]
    versions = _matches(_WHOLE, parts, starts) or _matches(_PYPY_PYTHON, parts, starts)
    tails = [] if versions else _matches(_TAIL, parts, starts)
    return {
        "hex": exported_integer(content, header, "Py_Version"),
        "versions": versions,
        "tails": tails,
        "suffixes": suffixes,
        "pypy": pypy,
    }


def version_from_hex(value: int) -> str | None:
    """PY_VERSION_HEX as `python --version` prints it: 0x030b02f0 is "3.11.2"."""
    major, minor, micro, level = value >> 24, value >> 16 & 255, value >> 8 & 255, _LEVELS.get(value >> 4 & 15)
    if level is None or major not in (2, 3):
        return None
    return f"{major}.{minor}.{micro}" + (f"{level}{value & 15}" if level else "")


class _Parts:
    """The constants in pieces that overlap: a whole copy may be too large."""

    def __init__(self, content: memoryview, header: Header) -> None:
        self._content, self._ranges = content, [*data_ranges(header)]

    def __iter__(self) -> Iterator[bytes]:
        for offset, length in self._ranges:
            for start in range(offset, min(offset + length, len(self._content)), _WINDOW):
                yield bytes(self._content[start : min(start + _WINDOW + _OVERLAP, offset + length)])


def _matches(pattern: re.Pattern[bytes], parts: Iterable[bytes], starts: Iterable[bytes]) -> list[str]:
    """The distinct matches at the places where one of `starts` is: a search for literals, twice as fast as `find`."""
    found: set[bytes] = set()
    literals = b"|".join(map(re.escape, starts))
    if not literals:
        return []
    start = re.compile(literals)
    for part in parts:
        place, places = start.search(part), 0
        while place and places < _MOST_PLACES and len(found) < _MOST_FOUND:
            match = pattern.match(part, place.start())
            if match:
                found.add(match[pattern.groups])
            place, places = start.search(part, place.start() + 1), places + 1
    return [match.decode("ascii") for match in sorted(found)]


def _digits(suffix: str) -> str | None:
    """The digits of the Python version in a suffix of CPython; PyPy's has its own digits, which are the same."""
    match = re.match(r"\.(?:cpython-|pypy)(\d{2,3})", suffix)
    return match[1] if match else None
