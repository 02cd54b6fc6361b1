"""Which CUDA the chosen wheels are for, beside what the image has and what a driver must be able to do.

Minimum drivers: NVIDIA's CUDA Compatibility guide, "minor version compatibility"
(https://docs.nvidia.com/deploy/cuda-compatibility/). Wheels say the version of CUDA in their name
(`nvidia-cublas-cu12`, `cupy-cuda12x`) or in their local version (`2.4.0+cu121`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.answer import Pin
    from package_extract.resolver.target import Target

__all__ = ["cuda_remarks"]

_IN_NAME = re.compile(r".*-cu(?:da)?(\d\d)x?")
_IN_VERSION = re.compile(r".*\+cu(\d\d)\d?")
_MINIMUM_DRIVERS = {11: "450.80.02", 12: "525.60.13", 13: "580.65.06"}


def cuda_remarks(target: Target, pins: tuple[Pin, ...]) -> list[str]:
    """Sentences about each major version of CUDA among what is to be installed."""
    by_major: dict[int, list[str]] = {}
    for pin in pins:
        match = _IN_NAME.fullmatch(pin.name) or _IN_VERSION.fullmatch(pin.version)
        if match and pin.status != "keep":
            by_major.setdefault(int(match[1]), []).append(pin.name)
    remarks = []
    for major, names in sorted(by_major.items()):
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        driver = _MINIMUM_DRIVERS.get(major)
        needs = f", which needs a driver from {driver} on where the image runs" if driver else ""
        remarks.append(f"{shown}: made for CUDA {major}{needs}")
        image = target.cuda.major if target.cuda else None
        if image is not None and image != major:
            remarks.append(f"the image has CUDA {image}, whose libraries wheels for CUDA {major} cannot use")
    if len(by_major) > 1:
        remarks.append(f"wheels for different versions of CUDA do not share libraries: {', '.join(map(str, by_major))}")
    return remarks
