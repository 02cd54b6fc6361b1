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

    @property
    def is_old_pypy(self) -> bool:
        """Whether it has the layout that PyPy had until Python 3.7, and still has for Python 2."""
        return self.stdlib.startswith(f"{self.prefix}/lib-python/".lstrip("/"))


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
        for version in (series, series[0]) if implementation == "pypy" else ():  # until 3.7
            stdlib = f"{prefix}/lib-python/{version}".lstrip("/")
            if tree.is_directory(f"{stdlib}/{_LANDMARK}"):
                return Installation(prefix, "lib", name, stdlib)
    return None
