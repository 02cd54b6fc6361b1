"""Where an interpreter has its standard library: `Modules/getpath.py` of CPython, `initpath.py` of PyPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract_analyzers.python.interpreter_findings import parents

if TYPE_CHECKING:
    from package_extract_analyzers.python.interpreter_findings import InterpreterFindings

__all__ = ["Installation", "find_installation"]

_LANDMARK = "encodings"
"""A directory of every standard library, without which no interpreter starts."""


class Installation(NamedTuple):
    """The place that a base interpreter's files are at."""

    prefix: str
    library: str
    """`sys.platlibdir`: "lib" or "lib64"."""
    name: str
    """Name of the directories of this version: "python3.11", "python3.13t", "pypy3.9"."""
    stdlib: str


def find_installation(
    findings: InterpreterFindings, program: str, implementation: str, series: str, flags: str
) -> Installation | None:
    """Look for the standard library from the real path of a program upwards; PYTHONHOME of the image comes before."""
    tree = findings.tree
    home = findings.image.env.get("PYTHONHOME", "").partition(":")[0].strip("/")
    name = f"{'pypy' if implementation == 'pypy' else 'python'}{series}{'t' if 't' in flags else ''}"
    for prefix in (*([home] if home else []), *parents(program)):
        for library in ("lib", "lib64", "lib32"):
            stdlib = f"{prefix}/{library}/{name}".lstrip("/")
            if tree.is_directory(f"{stdlib}/{_LANDMARK}"):
                return Installation(prefix, library, name, stdlib)
        if implementation == "pypy" and tree.is_directory(f"{prefix}/lib-python/{series[0]}/{_LANDMARK}".lstrip("/")):
            return Installation(prefix, "lib", name, f"{prefix}/lib-python/{series[0]}".lstrip("/"))
    return None
