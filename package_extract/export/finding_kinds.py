"""What people are told of each kind of finding of a check."""

from __future__ import annotations

__all__ = ["KINDS"]

KINDS = {
    "conflicting-requirement": ("Packages of a version that others do not accept", "Install a version that fits all."),
    "cuda-conflict": (
        "CUDA",
        "Keep one release of CUDA: the toolkit's, or that of the wheels without LD_LIBRARY_PATH.",
    ),
    "driver-library": ("Libraries of the driver", "Run with a GPU: --gpus all, or a device of NVIDIA's plug-in."),
    "duplicate-package": (
        "Packages whose metadata is there twice",
        "Reinstall them; an interrupted or foreign installation left the older metadata behind.",
    ),
    "invalid-metadata": ("Metadata that cannot be understood", "Upgrade these packages."),
    "lock-differs": ("Lock files", "Install from the lock file, or leave it out of the image."),
    "missing-library": (
        "Shared libraries that are not found",
        "Install the package that has the library, or set LD_LIBRARY_PATH where it is elsewhere in the image.",
    ),
    "missing-requirement": ("Packages that others require", "Install them, or remove what requires them."),
    "missing-symbol-version": (
        "Shared libraries that are too old",
        "Take an image with a newer library, or a package that was built for this one.",
    ),
    "not-checked": ("Not checked", ""),
    "overwritten-package": (
        "Packages of the operating system that pip wrote over",
        "Install into a virtual environment, and reinstall the packages of the operating system.",
    ),
    "shadowed-package": ("Packages that are hidden by others", "Remove the one that is not meant to be used."),
    "unsupported-python": (
        "Packages that are not for this Python",
        "Install a version that is, or take another Python.",
    ),
    "unsupported-wheel": ("Wheels for another interpreter or platform", "Install them again, with this interpreter."),
}
"""Kind -> its title, and what to do next."""
