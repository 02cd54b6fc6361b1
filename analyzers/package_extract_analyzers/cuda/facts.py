"""What one file tells about CUDA: the reading half of the analyzer. A fact is a pair of kind and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.formats.cuda_version import (
    HEADERS,
    read_header,
    read_nvcc,
    read_release,
    read_version_json,
    read_version_txt,
)
from package_extract_analyzers.cuda.names import library_of_file

if TYPE_CHECKING:
    from package_extract.plugin import LayerFile

__all__ = ["ELF", "Fact", "read_fact"]

Fact = tuple[str, str | None]

ELF = b"\x7fELF"
_MOST_BYTES = 1 << 23


def read_fact(file: LayerFile) -> Fact | None:
    """The fact about a file; None for a mere namesake, and for an ELF file that is nothing of NVIDIA's."""
    basename = file.path.rpartition("/")[2]
    if bytes(file.content[:4]) == ELF:
        if basename == "nvcc":
            return "nvcc", read_nvcc(file.content)
        found = library_of_file(basename) if basename.startswith("lib") else None
        return ("library", None) if found else None
    data = bytes(file.content[:_MOST_BYTES])
    if basename in HEADERS:
        version = read_header(basename, data)
        return ("header", version) if version else None
    if basename == "version.json":
        return "version.json", read_version_json(data)
    if basename == "version.txt":
        return "version.txt", read_version_txt(data)
    return ("info", read_release(data)) if file.path.endswith("/.info/version") else None
