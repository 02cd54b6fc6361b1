"""A directory of small wheels with well-known names, so that what pages show about indexes runs without one."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WHEELS = {
    ("flask", "3.1.2", "py3-none-any"): ["werkzeug>=3.1"],
    ("werkzeug", "3.1.3", "py3-none-any"): [],
    ("requests", "2.32.3", "py3-none-any"): ["idna"],
    ("idna", "3.10", "py3-none-any"): [],
    ("torch", "2.6.0", "py3-none-any"): [],
    ("opencv_python", "4.11.0", "py3-none-any"): ["numpy"],
    ("gitpython", "3.1.44", "py3-none-any"): [],
    ("psycopg2", "2.9.10", "cp312-cp312-win_amd64"): [],
    ("psycopg2_binary", "2.9.10", "py3-none-any"): [],
    ("numpy", "2.1.0", "cp311-cp311-manylinux_2_17_x86_64"): [],
    ("numpy", "2.2.0", "cp311-cp311-manylinux_2_99_x86_64"): [],
    ("numpy", "2.1.0", "cp312-cp312-manylinux_2_17_x86_64"): [],
}
"""Name, version and tag of each, and what it requires. One is made for a C library that no image has."""


def write_wheels(folder: Path) -> None:
    """Write all of them into a new directory."""
    folder.mkdir()
    for (name, version, tag), requirements in WHEELS.items():
        _write(folder, name, version, tag, requirements)


def _write(folder: Path, name: str, version: str, tag: str, requirements: list[str]) -> None:
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    pure = "true" if tag.endswith("any") else "false"
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": "",
        f"{information}/METADATA": metadata + "".join(f"Requires-Dist: {line}\n" for line in requirements),
        f"{information}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: {pure}\nTag: {tag}\n",
    }
    record = f"{information}/RECORD"
    files[record] = "".join(_recorded(path, text) for path, text in files.items()) + f"{record},,\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


def _recorded(path: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text)}\n"
