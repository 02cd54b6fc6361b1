"""Wheels made for a test: a metadata file, a RECORD, and whatever files the test wants inside."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Distribution", "make_sdist", "make_wheel"]

_EPOCH = (2024, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Distribution:
    """A file as an index hosts it. `listed` are further attributes of its entry in the page, as PEP 691 names them."""

    project: str
    filename: str
    content: bytes
    metadata: bytes | None = None
    """Content of the separate metadata file; None for a file without."""
    listed: Mapping[str, object] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def make_wheel(
    name: str,
    version: str,
    requires: Iterable[str] = (),
    tag: str = "py3-none-any",
    *,
    requires_python: str | None = None,
    extras: Iterable[str] = (),
    files: Mapping[str, bytes] | None = None,
    build: str = "",
    **listed: object,
) -> Distribution:
    """A wheel that pip installs: a module of its name unless `files` says otherwise.

    `listed` goes into its entry in the page: `yanked="broken"`, `upload_time="2024-01-01T00:00:00Z"`.
    """
    metadata = _metadata(name, version, requires, requires_python, extras)
    stem = f"{name.replace('-', '_')}-{version}"
    contents = dict(files if files is not None else {f"{name.replace('-', '_')}.py": b""})
    contents[f"{stem}.dist-info/METADATA"] = metadata
    contents[f"{stem}.dist-info/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    contents[f"{stem}.dist-info/RECORD"] = _record(f"{stem}.dist-info/RECORD", contents)
    filename = f"{stem}-{build}-{tag}.whl" if build else f"{stem}-{tag}.whl"
    entry = {key.replace("_", "-"): value for key, value in listed.items()}
    if requires_python is not None:
        entry.setdefault("requires-python", requires_python)
    return Distribution(name, filename, _zipped(contents), metadata, entry)


def make_sdist(name: str, version: str, **listed: object) -> Distribution:
    """A source distribution: only its name matters."""
    entry = {key.replace("_", "-"): value for key, value in listed.items()}
    return Distribution(name, f"{name.replace('-', '_')}-{version}.tar.gz", b"no archive", None, entry)


def _metadata(
    name: str, version: str, requires: Iterable[str], requires_python: str | None, extras: Iterable[str]
) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    lines += [f"Requires-Dist: {each}" for each in requires]
    lines += [f"Provides-Extra: {each}" for each in extras]
    return "\n".join([*lines, "", "A package for tests.", ""]).encode()


def _record(path: str, contents: Mapping[str, bytes]) -> bytes:
    lines = []
    for name, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{path},,", ""]).encode()


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
