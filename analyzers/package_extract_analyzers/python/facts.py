"""What one file tells about a Python environment: the reading half of `python_packages`.

A fact is a pair of kind and value. `metadata_path_of` says which distribution a file belongs to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.formats.core_metadata import read_headers, stray_version
from package_extract.formats.record import read_installed_files, read_record, recorded_size

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "INTERPRETER_NAMES",
    "METADATA_FILE_NAMES",
    "is_metadata_directory",
    "may_tell",
    "metadata_path_of",
    "read_fact",
]

Fact = tuple[str, Any]

INTERPRETER_NAMES = (
    *("python", "python2", "python2.7", "python3", "platform-python", "pypy", "pypy3", "pypy-c", "pypy3-c"),
    *(f"{name}3.{minor}" for name in ("python", "platform-python", "pypy") for minor in range(3, 21)),
    *(f"python3.{minor}t" for minor in range(13, 21)),
)
"""Names of interpreter binaries. They are wanted so that the tree knows them: links lead to them."""

_SUFFIXES = (".dist-info", ".egg-info", ".egg", ".egg-link", ".pth")
_WHEEL_TAGS = frozenset({"tag"})
_CORE_METADATA = frozenset({"name", "version", "requires-python", "requires-dist", "provides-extra"})
_MOST_TAGS, _LONGEST_TAG = 500, 1000
_NATIVE_LIBRARY = re.compile(r".*\.(?:so(?:\.\d[^/]*)?|pyd|dylib)").fullmatch
_MODULE = re.compile(r"([^\W\d]\w*)(?:\.py|\.pyd|(?:\.[^/]*)?\.so)?").fullmatch


def is_metadata_directory(path: str) -> bool:
    """Whether a directory of this path holds a distribution's metadata."""
    lowered = path.lower()
    return lowered.endswith((".dist-info", ".egg-info", ".egg/egg-info"))


def may_tell(path: str) -> bool:
    """Whether a file or directory of this name may have to do with distributions."""
    return path.rpartition("/")[2] in _METADATA_FILES or path.lower().endswith(_SUFFIXES)


def metadata_path_of(path: str) -> str:
    """The metadata directory that the file is in, or the file itself where it is all the metadata there is."""
    directory = path.rpartition("/")[0]
    return directory if is_metadata_directory(directory) else path


def read_fact(path: str, content: memoryview) -> Fact | None:
    """The fact about a file that may say something of a Python environment; None for a mere namesake."""
    directory, _, basename = path.rpartition("/")
    if basename in _METADATA_FILES:
        return _METADATA_FILES[basename](bytes(content)) if is_metadata_directory(directory) else None
    if basename == "pyvenv.cfg":
        from package_extract.formats.pyvenv import read_pyvenv

        return "pyvenv", read_pyvenv(bytes(content))
    if directory == "conda-meta" or directory.endswith("/conda-meta"):
        return _read_conda(basename, content)
    return _read_by_suffix(path.lower(), content)


def _read_by_suffix(path: str, content: memoryview) -> Fact | None:
    if path.endswith((".egg-info", ".dist-info")):
        return _read_metadata(bytes(content))
    if path.endswith(".egg"):
        return _read_egg(content)
    if path.endswith(".pth"):
        from package_extract.formats.path_configuration import is_hidden, read_pth

        return None if is_hidden(path) else ("pth", read_pth(bytes(content)))
    if path.endswith(".egg-link"):
        from package_extract.formats.path_configuration import read_egg_link

        return "egg-link", read_egg_link(bytes(content))
    return None


def _read_metadata(data: bytes) -> Fact:
    """The headers, as lists; an empty file has none."""
    headers = read_headers(data, _CORE_METADATA)
    stray = None if "version" in headers else stray_version(data)
    return "metadata", {**headers, "stray-version": [stray]} if stray else headers


def _read_conda(basename: str, content: memoryview) -> Fact | None:
    if basename == "history":
        return "conda-history", True
    if not basename.endswith(".json"):
        return None
    from package_extract.formats.conda_meta import read_conda_meta

    record = read_conda_meta(bytes(content))
    files = record.pop("files")
    return "conda", {**record, "files": "\n".join(files), "native_libraries": _native_libraries(files)}


def _read_egg(content: memoryview) -> Fact | None:
    from package_extract.formats.zip_members import read_members

    if bytes(content[:2]) != b"PK":
        return None
    names = {f"EGG-INFO/{name}": name for name in ("PKG-INFO", "requires.txt", "top_level.txt")}
    members = read_members(bytes(content), frozenset(names))
    facts = [_METADATA_FILES[names[member]](data) for member, data in sorted(members.items())]
    if "EGG-INFO/PKG-INFO" not in members:
        raise FormatError("the egg has no EGG-INFO/PKG-INFO", code="no-metadata")
    return "egg", dict(facts)


def _read_record(data: bytes) -> Fact:
    return "files", {**_summary(read_record(data)), "size": recorded_size(data)}


def _read_installed_files(data: bytes) -> Fact:
    return "files", _summary(read_installed_files(data))


def _summary(paths: list[str]) -> dict[str, Any]:
    """What the paths tell, with the paths themselves as one string, which costs less to keep than a list."""
    joined = "\n".join(paths)
    tops = {path.partition("/")[0] for path in paths}
    modules = {match[1] for match in map(_MODULE, tops) if match and (match[0] != match[1] or f"{match[1]}/" in joined)}
    return {
        "paths": joined,
        "native_libraries": _native_libraries(paths) if _may_be_native(joined) else [],
        "top_level": sorted(modules - {"__pycache__"}),
        "editable": any(top.startswith("__editable__") for top in tops),
    }


def _may_be_native(joined: str) -> bool:
    return ".so" in joined or ".pyd" in joined or ".dylib" in joined


def _native_libraries(paths: list[str]) -> list[str]:
    candidates = [path for path in paths if ".so" in path or path.endswith((".pyd", ".dylib"))]
    return [path for path in candidates if _NATIVE_LIBRARY(path)]


def _read_installer(data: bytes) -> Fact:
    lines = data[:4096].decode("utf-8", "replace").splitlines()
    return "installer", next((line.strip() for line in lines if line.strip()), None)


def _read_wheel(data: bytes) -> Fact:
    tags = read_headers(data, _WHEEL_TAGS).get("tag", [])
    return "tags", [tag.strip()[:_LONGEST_TAG] for tag in tags[:_MOST_TAGS]]


def _read_requested(_: bytes) -> Fact:
    return "requested", True


def _read_direct_url(data: bytes) -> Fact:
    from package_extract.formats.direct_url import read_direct_url

    return "direct_url", read_direct_url(data)


def _read_top_level(data: bytes) -> Fact:
    lines = data[: 1 << 20].decode("utf-8", "replace").splitlines()
    return "top_level", sorted({line.strip() for line in lines if line.strip()})


def _read_requires(data: bytes) -> Fact:
    from package_extract.formats.requires_txt import read_requires_txt

    return "requires", read_requires_txt(data)


_METADATA_FILES: dict[str, Callable[[bytes], Fact]] = {
    "METADATA": _read_metadata,
    "PKG-INFO": _read_metadata,
    "RECORD": _read_record,
    "installed-files.txt": _read_installed_files,
    "INSTALLER": _read_installer,
    "WHEEL": _read_wheel,
    "REQUESTED": _read_requested,
    "direct_url.json": _read_direct_url,
    "top_level.txt": _read_top_level,
    "requires.txt": _read_requires,
}
METADATA_FILE_NAMES = tuple(_METADATA_FILES)
"""Files of interest within a metadata directory."""
