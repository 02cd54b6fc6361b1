"""What one file tells about an interpreter: the reading half of `python_interpreters`.

A fact is a pair of kind and value; the kinds are the keys of `_READERS` and "elf".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["WANTED_GLOBS", "WANTED_NAMES", "WANTED_PATHS", "is_program", "ranges", "read_fact", "series_of_name"]

Fact = tuple[str, Any]

_MINORS = range(40)
_FLAGS = ("", "t", "d", "m", "td", "dm")
_SERIES = ("2.6", "2.7", *(f"3.{minor}" for minor in _MINORS))
_PROGRAMS = frozenset(
    {
        *("python", "python2", "python3", "platform-python", "graalpy", "python3-dbg"),
        *("pypy", "pypy2", "pypy3", "pypy-c", "pypy3-c"),
        *(f"python{series}{flags}" for series in _SERIES for flags in (*_FLAGS, "-dbg")),
        *(f"{name}{series}" for name in ("pypy", "graalpy", "platform-python") for series in _SERIES),
    }
)
_LIBRARIES = frozenset(
    {
        *(f"libpython{series}{flags}.so.1.0" for series in _SERIES for flags in _FLAGS),
        *("libpypy-c.so", "libpypy3-c.so", *(f"libpypy{series}-c.so" for series in _SERIES)),
    }
)
_GLIBC = frozenset({"libc.so.6", "libc.so.6.1", *(f"libc-2.{minor}.so" for minor in range(60))})
_MUSL_ARCHITECTURES = (
    *("x86_64", "i386", "aarch64", "arm", "armhf", "armeb", "armebhf", "powerpc", "powerpc64", "powerpc64le", "s390x"),
    *("riscv32", "riscv64", "loongarch64", "mips", "mipsel", "mips64", "mips64el", "x32"),
)
_MUSL = frozenset({"libc.so", *(f"ld-musl-{architecture}.so.1" for architecture in _MUSL_ARCHITECTURES)})
_TRIPLETS = (
    *("x86_64", "i386", "aarch64", "powerpc64le", "powerpc64", "s390x", "riscv64", "loongarch64"),
    *("mips64el", "mips64", "mipsel", "sparc64", "x86", "ppc64le"),
)
_SYSCONFIG = frozenset(
    {
        *("_sysconfigdata.py", "_sysconfigdata_m.py", "_sysconfigdata_nd.py", "_sysconfigdata__linux_.py"),
        *(
            f"_sysconfigdata_{flags}_{platform}{triplet}.py"
            for flags in _FLAGS
            for platform in ("linux_", "")
            for triplet in (
                *(f"{machine}-linux-{libc}" for machine in _TRIPLETS for libc in ("gnu", "musl")),
                *(f"arm-linux-{libc}{abi}" for libc in ("gnu", "musl") for abi in ("eabihf", "eabi")),
                *("x86_64-linux-gnux32", "armv7l-linux-gnueabihf", "mips64el-linux-gnuabi64"),
            )
        ),
    }
)
_USERS = "etc/passwd"

WANTED_PATHS = (_USERS,)
WANTED_NAMES = (
    *sorted(_PROGRAMS | _LIBRARIES | _GLIBC | _MUSL | _SYSCONFIG),
    *("patchlevel.h", "pyconfig.h", "pyvenv.cfg", "build-details.json", "EXTERNALLY-MANAGED", "site.py"),
)
WANTED_GLOBS = (
    *("**/site-packages/*.pth", "**/dist-packages/*.pth"),
    *("**/conda-meta/python-*.json", "**/conda-meta/pypy*.json"),
)

_SYSCONFIG_VARIABLES = (
    *("SOABI", "EXT_SUFFIX", "MULTIARCH", "VERSION", "Py_DEBUG", "Py_GIL_DISABLED", "WITH_PYMALLOC"),
    *("Py_UNICODE_SIZE", "ABIFLAGS"),
)
_PATCHLEVEL = frozenset({"PY_VERSION", "PYPY_VERSION"})
_PYCONFIG = frozenset({"Py_DEBUG", "Py_GIL_DISABLED", "Py_UNICODE_SIZE"})
_USERS_BYTES = 1 << 20


def is_program(path: str) -> bool:
    """Whether a file of this name may be an interpreter."""
    return path.rpartition("/")[2] in _PROGRAMS


def series_of_name(path: str) -> str | None:
    """Major and minor version that the name of a program or library tells: "3.11" of `libpython3.11d.so.1.0`.

    PyPy's names tell it too: its language version, that is.
    """
    match = re.match(r"(?:lib)?(?:python|platform-python|pypy)(\d\.\d{1,2})", path.rpartition("/")[2])
    return match[1] if match else None


def ranges(head: memoryview) -> Iterable[tuple[int, int]]:
    """The constants of a large program or library; nothing of another file."""
    from package_extract.errors import FormatError
    from package_extract.formats.elf import read_header
    from package_extract.formats.python_binary import data_ranges

    try:
        return [*data_ranges(read_header(head))]
    except FormatError:
        return []


def read_fact(path: str, content: memoryview) -> Fact | None:
    """The fact about a file, None for a mere namesake. May raise `FormatError`."""
    name = path.rpartition("/")[2]
    if bytes(content[:4]) == b"\x7fELF":
        return _read_elf(path, content)
    if path == _USERS:
        return "passwd", _read_passwd(bytes(content[:_USERS_BYTES]))
    if name.endswith(".pth"):
        from package_extract.formats.path_configuration import is_hidden, read_pth

        return None if is_hidden(path) else ("pth", read_pth(bytes(content)))
    if name.endswith(".json") and name != "build-details.json":
        return _read_conda(bytes(content))
    reader = _READERS.get("_sysconfigdata" if name.startswith("_sysconfigdata") else name)
    return reader(bytes(content)) if reader else None


def _read_elf(path: str, content: memoryview) -> Fact:
    from package_extract.formats.elf import read_elf, read_header
    from package_extract.formats.python_binary import data_ranges, read_python_binary

    header, elf = read_header(content), read_elf(content)
    platform = {"machine": elf.machine, "bits": elf.bits, "order": elf.byte_order, "flags": elf.flags}
    name = path.rpartition("/")[2]
    if name in _GLIBC or name in _MUSL:
        data = b"".join([content[offset : offset + length] for offset, length in data_ranges(header)])
        return "libc", {**platform, **_read_libc(data, musl=name in _MUSL)}
    paths = elf.runpath if elf.runpath is not None else elf.rpath
    return "elf", {
        **platform,
        "interpreter": elf.interpreter,
        "needed": elf.needed,
        "library_paths": [directory for directory in (paths or "").split(":") if directory],
        **read_python_binary(content, header, series_of_name(path)),
    }


def _read_libc(data: bytes, *, musl: bool) -> dict[str, Any]:
    from package_extract.formats.libc import glibc_versions, musl_version

    versions = [musl_version(data)] if musl else [*glibc_versions(data)]
    return {"family": "musl" if musl else "glibc", "versions": [version for version in versions if version]}


def _read_passwd(data: bytes) -> dict[str, str]:
    """The home directories by name of user and by number: passwd(5)."""
    homes: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        fields = line.split(":")
        if len(fields) >= 6:
            homes.setdefault(fields[0], fields[5])
            homes.setdefault(fields[2], fields[5])
    return homes


def _read_conda(data: bytes) -> Fact | None:
    """The package that brought an interpreter, if this is one, with the programs of its list of files."""
    from package_extract.errors import FormatError
    from package_extract.formats.conda_meta import read_conda_meta

    try:
        record = read_conda_meta(data)
    except FormatError:  # told by the analyzer of packages
        return None
    programs = [path for path in record["files"] if is_program(path)]
    return ("conda", {"name": record["name"], "version": record["version"], "programs": programs}) if programs else None


def _read_patchlevel(data: bytes) -> Fact:
    from package_extract.formats.c_macros import read_macros

    return "patchlevel", read_macros(data, _PATCHLEVEL)


def _read_pyconfig(data: bytes) -> Fact:
    from package_extract.formats.c_macros import read_macros

    return "pyconfig", read_macros(data, _PYCONFIG)


def _read_sysconfig(data: bytes) -> Fact:
    from package_extract.formats.sysconfig_data import read_sysconfig_data

    return "sysconfig", read_sysconfig_data(data, _SYSCONFIG_VARIABLES)


def _read_pyvenv(data: bytes) -> Fact:
    from package_extract.formats.pyvenv import read_pyvenv

    return "pyvenv", read_pyvenv(data)


def _read_build_details(data: bytes) -> Fact:
    from package_extract.formats.build_details import read_build_details

    return "build-details", read_build_details(data)


def _read_site(data: bytes) -> Fact | None:
    """Whose rules for site directories this standard library follows: Debian and Fedora change them."""
    if b'"dist-packages"' in data or b"'dist-packages'" in data:
        return "site", "debian"
    return ("site", "fedora") if b"RPM_BUILD_ROOT" in data else None


_READERS: dict[str, Callable[[bytes], Fact | None]] = {
    "patchlevel.h": _read_patchlevel,
    "pyconfig.h": _read_pyconfig,
    "pyvenv.cfg": _read_pyvenv,
    "build-details.json": _read_build_details,
    "site.py": _read_site,
    "_sysconfigdata": _read_sysconfig,
}
