"""Arguments that make pip and uv choose wheels for an interpreter that is elsewhere.

pip: https://pip.pypa.io/en/stable/cli/pip_download/ (`--platform`, `--abi`, `--implementation`, `--python-version`),
which is told every tag. uv: https://docs.astral.sh/uv/reference/cli/#uv-pip-compile (`--python-platform`), which knows
platforms by name: the best of those that the interpreter accepts is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from package_extract.document.python_interpreters import PythonInterpreter

__all__ = ["InexpressibleTarget", "pip_arguments", "uv_arguments"]

_UV_MANYLINUX = re.compile(r"manylinux_2_(\d+)_(x86_64|aarch64)\Z")
_UV_MUSLLINUX = re.compile(r"musllinux_1_2_(x86_64|aarch64)\Z")
_UV_GLIBC_MINORS = {17, 28, *range(31, 41)}
_PIP_IMPLEMENTATIONS = {"cpython": "cp", "pypy": "pp"}


class InexpressibleTarget(PackageExtractError, ValueError):
    """The tool's options cannot say what the interpreter is."""


def pip_arguments(interpreter: PythonInterpreter) -> list[str]:
    """Options for `pip download` and `pip install --target`, which take wheels only then.

    pip evaluates environment markers for the Python that runs it; `Requires-Python` and tags are the interpreter's.
    """
    implementation = _PIP_IMPLEMENTATIONS.get(interpreter.implementation)
    if implementation is None or interpreter.version is None:
        raise InexpressibleTarget(f"pip has no options for {_described(interpreter)}")
    return [
        "--only-binary=:all:",
        f"--implementation={implementation}",
        f"--python-version={_release(interpreter.version)}",
        *(f"--abi={abi}" for abi in interpreter.abis),
        *(f"--platform={platform}" for platform in interpreter.platforms),
    ]


def uv_arguments(interpreter: PythonInterpreter) -> list[str]:
    """Options for `uv pip compile` and, with `--target`, for `uv pip install`; markers are the interpreter's, too."""
    plain = interpreter.implementation == "cpython" and not (interpreter.debug or interpreter.free_threaded)
    platform = _uv_platform(interpreter.platforms)
    if interpreter.version is None or not plain or platform is None:
        raise InexpressibleTarget(f"uv has no options for {_described(interpreter)}; package-extract resolve has")
    return ["--only-binary=:all:", f"--python-version={_release(interpreter.version)}", f"--python-platform={platform}"]


def _uv_platform(platforms: list[str]) -> str | None:
    for platform in platforms:
        glibc, musl = _UV_MANYLINUX.match(platform), _UV_MUSLLINUX.match(platform)
        if glibc and int(glibc[1]) in _UV_GLIBC_MINORS:
            return f"{glibc[2]}-manylinux_2_{glibc[1]}"
        if musl:
            return f"{musl[1]}-unknown-linux-musl"
    return None


def _release(version: str) -> str:
    """The version without "rc1" or "+", which pip does not take."""
    return re.split(r"[^\d.]", version, maxsplit=1)[0]


def _described(interpreter: PythonInterpreter) -> str:
    kind = "free-threaded " if interpreter.free_threaded else "debug " if interpreter.debug else ""
    version = interpreter.version or "of unknown version"
    best = interpreter.platforms[0] if interpreter.platforms else "an unknown platform"
    return f"{kind}{interpreter.implementation} {version} on {best}"
