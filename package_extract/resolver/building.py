"""What an image has, and lacks, for building a package from source; a build itself is left to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.target import Target

__all__ = ["building_means"]

_COMPILERS = ("gcc", "clang", "gcc-c++", "g++")
_HEADERS = ("-dev", "-devel")


def building_means(target: Target) -> str:
    """A clause about compilers and Python's headers among the packages of the operating system; "" without an image."""
    packages = target.system.packages
    if not packages:
        return ""
    compilers = [name for name in _COMPILERS if any(_is_named(each, name) for each in packages)]
    headers = sorted(
        each for each in packages if each.startswith(("python3", "libpython3")) and each.endswith(_HEADERS)
    )
    compiler = f"the compiler {compilers[0]}" if compilers else "no compiler"
    header = f"Python's headers ({headers[0]})" if headers else "no package with Python's headers"
    return f"; for that the image has {compiler} and {header}"


def _is_named(package: str, name: str) -> bool:
    """Whether a package is a compiler's, with or without a version: `gcc`, `gcc-12`."""
    return package == name or (package.startswith(f"{name}-") and package[len(name) + 1 :].isdigit())
