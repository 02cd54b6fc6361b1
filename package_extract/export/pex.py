"""The "complete platform" of PEX: what `pex --complete-platform` needs to build for an interpreter that is elsewhere.

https://docs.pex-tool.org/buildingpex.html#complete-platform: a JSON object of the marker environment and of the tags,
as `pex3 interpreter inspect --markers --tags` prints it within the target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.document.python_interpreters import PythonInterpreter

__all__ = ["complete_platform"]


def complete_platform(interpreter: PythonInterpreter) -> dict[str, Any]:
    """The object that PEX reads from a file."""
    return {
        "path": f"/{interpreter.path}",
        "compatible_tags": [str(tag) for tag in interpreter.tags()],
        "marker_environment": interpreter.marker_environment,
    }
