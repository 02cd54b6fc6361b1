"""What a Python build on the image would now gain and lose: wheels it may take, libraries it may link and load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["build_differences"]


def build_differences(interpreters: Mapping[str, Any], abi: Mapping[str, Any]) -> dict[str, Any]:
    """`gained` and `lost`: in each `pythons`, `tags` by interpreter, `libraries`, `symbol_versions` by library."""
    return {"gained": _side(interpreters, abi, "gained", "added"), "lost": _side(interpreters, abi, "lost", "removed")}


def _side(interpreters: Mapping[str, Any], abi: Mapping[str, Any], word: str, other_word: str) -> dict[str, Any]:
    libraries = abi["libraries"]
    return {
        "pythons": [each["path"] for each in interpreters[other_word]],
        "tags": {each["path"]: tags for each in interpreters["changed"] if (tags := each[f"tags_{word}"])},
        "libraries": libraries[other_word],
        "symbol_versions": {
            each["name"]: versions for each in libraries["changed"] if (versions := each[f"versions_{word}"])
        },
    }
