"""Which packages of the operating system a Python distribution was installed over.

pip knows nothing of other package managers. Where it installs into their directories (`--target`, `sudo pip` before
PEP 668, `--break-system-packages` with an unpatched pip), both list the same files, and the next upgrade of either
breaks the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.plugin import ImageView, Owner

__all__ = ["Claim", "mark_overwritten"]

Claim = tuple["Owner", dict[str, Any]]
"""The owner entry that a distribution's files were claimed for, and the distribution's row."""


def mark_overwritten(claims: Iterable[Claim], image: ImageView) -> None:
    """Fill `overwrites` of the rows. A distribution whose metadata came with such a package is that package itself."""
    rows = {id(owner): row for owner, row in claims}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for path, package, distribution in image.overlaps():
        row = rows.get(id(distribution))
        if row is None or row["owner"] is not None:
            continue
        key = id(package), id(distribution)
        if key not in found:
            found[key] = {"owner": package, "files": 0, "path": path}
            row["overwrites"].append(found[key])
        found[key]["files"] += 1
        found[key]["path"] = min(found[key]["path"], path)
    for _, row in claims:
        row["overwrites"].sort(key=lambda one: (one["owner"]["name"], one["owner"]["version"] or ""))
