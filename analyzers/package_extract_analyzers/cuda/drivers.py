"""The oldest Linux driver for a release of CUDA.

From CUDA's release notes, the tables "CUDA Toolkit and Minimum Required Driver Version for CUDA Minor Version
Compatibility" (CUDA 11 and later: one driver for each major version) and "CUDA Toolkit and Corresponding Driver
Versions" (before: one for each release, the lowest of its updates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["minimum_driver"]

_MINIMUM = {
    "13": "580",
    "12": "525.60.13",
    "11": "450.80.02",
    "10.2": "440.33",
    "10.1": "418.39",
    "10.0": "410.48",
    "9.2": "396.26",
    "9.1": "390.46",
    "9.0": "384.81",
    "8.0": "367.48",
    "7.5": "352.31",
    "7.0": "346.46",
}


def minimum_driver(releases: Iterable[str]) -> str | None:
    """The oldest driver that runs all of these releases (`12`, `12.2`, `10.2.89`); None if none of them is known."""
    found = []
    for release in releases:
        major, _, rest = release.partition(".")
        driver = _MINIMUM.get(major) or _MINIMUM.get(f"{major}.{rest.partition('.')[0]}")
        found += [driver] if driver else []
    return max(found, key=lambda driver: [int(part) for part in driver.split(".")], default=None)
