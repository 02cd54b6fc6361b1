"""The environment that markers of requirements are evaluated in, for an interpreter that was not run.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers
"""

from __future__ import annotations

__all__ = ["IMPLEMENTATIONS", "MARKERS", "marker_environment"]

IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
"""`sys.implementation.name` with what `platform.python_implementation()` calls it."""


MARKERS = frozenset(
    (
        *("implementation_name", "implementation_version", "os_name", "platform_machine", "platform_release"),
        *("platform_python_implementation", "platform_system", "platform_version", "python_full_version"),
        *("python_version", "sys_platform"),
    )
)


def marker_environment(
    implementation: str, version: str, implementation_version: str | None, machine: str
) -> dict[str, str]:
    """All of `MARKERS` as `packaging.markers.default_environment()` returns them on Linux.

    `version` is what `python --version` prints ("3.11.2", "3.14.0a1+"), `machine` what `uname -m` prints.
    `platform_release` and `platform_version` describe the kernel, which no image has: they are empty.
    """
    major, minor = version.split(".")[:2]
    return {
        "implementation_name": implementation if major != "2" else "",
        "implementation_version": implementation_version or (version.removesuffix("+") if major != "2" else "0"),
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": IMPLEMENTATIONS.get(implementation, implementation),
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": version,
        "python_version": f"{major}.{minor}",
        "sys_platform": "linux2" if major == "2" else "linux",
    }
