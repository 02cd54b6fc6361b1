"""What differs between two documents: packages, interpreters, libraries, configuration, layers, and what follows.

>>> from package_extract.comparison import compare
>>> compare(before, after)["packages"]               # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.build import build_differences
from package_extract.comparison.configuration import configuration_differences, system_differences
from package_extract.comparison.cuda import cuda_differences
from package_extract.comparison.interpreters import interpreter_differences
from package_extract.comparison.layers import layer_differences
from package_extract.comparison.libraries import library_differences
from package_extract.comparison.package_sets import package_differences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.document.document import Document

__all__ = ["compare"]


def compare(before: Document | Mapping[str, Any], after: Document | Mapping[str, Any]) -> dict[str, Any]:
    """What differs between two documents, as plain data; `docs/diff.md` describes every field.

    Plain data must be a valid document, as `document.reading.load_valid` returns it. What only one of the documents
    knows, because an analyzer did not run, is named in `not_compared`: nothing is said about it.
    """
    one, other = _plain(before), _plain(after)
    parts: dict[str, Any] = {
        "system": system_differences(one, other),
        "image": configuration_differences(one["image"], other["image"]),
        "layers": layer_differences(one["image"], other["image"]),
        "packages": package_differences(one, other),
        "interpreters": interpreter_differences(one["results"], other["results"]),
        "abi": library_differences(one["results"].get("abi"), other["results"].get("abi")),
        "cuda": cuda_differences(one["results"].get("cuda"), other["results"].get("cuda")),
    }
    parts["build"] = build_differences(parts["interpreters"], parts["abi"])
    return {
        "before": _identity(one["image"]),
        "after": _identity(other["image"]),
        "same": not any(_tells(part) for part in parts.values()),
        "not_compared": _not_compared(one["results"], other["results"]),
        **parts,
    }


def _plain(document: Document | Mapping[str, Any]) -> Mapping[str, Any]:
    from collections.abc import Mapping

    return document if isinstance(document, Mapping) else document.model_dump(mode="json")


def _identity(image: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: image.get(key) for key in ("reference", "digest", "config_digest", "created", "size", "compressed_size")
    }


def _not_compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if (before.get(name) is None) != (after.get(name) is None))


def _tells(part: Any) -> bool:
    """Whether a part says that something differs; numbers of what is the same and names of places do not."""
    if isinstance(part, dict):
        return any(_tells(value) for key, value in part.items() if key not in ("kind", "environment"))
    if isinstance(part, list):
        return any(map(_tells, part))
    return isinstance(part, str)
