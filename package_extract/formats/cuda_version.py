"""What the files of a CUDA toolkit and of NVIDIA's libraries say of their version.

`version.json` (since CUDA 11.1) and `version.txt` (before) lie in the toolkit's directory; `nvcc` prints a line that is
in its binary as a whole; each library has a header with macros, whose names are in `HEADERS`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from package_extract.errors import FormatError
from package_extract.formats.c_macros import read_macros

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HEADERS", "read_header", "read_nvcc", "read_release", "read_version_json", "read_version_txt"]

_PARTS = ("MAJOR", "MINOR", "PATCH", "BUILD")


def _each(form: str, parts: tuple[str, ...] = _PARTS) -> tuple[str, ...]:
    return tuple(form.format(part) for part in parts)


HEADERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cuda.h": ("cuda", ("CUDA_VERSION",)),
    "cuda_runtime_api.h": ("cudart", ("CUDART_VERSION",)),
    "cublas_api.h": ("cublas", _each("CUBLAS_VER_{}")),
    "cudnn_version.h": ("cudnn", ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL")),
    "cudnn.h": ("cudnn", ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL")),  # before cuDNN 8
    "cufft.h": ("cufft", _each("CUFFT_VER_{}")),
    "curand.h": ("curand", _each("CURAND_VER_{}")),
    "cusolver_common.h": ("cusolver", _each("CUSOLVER_VER_{}")),
    "cusparse.h": ("cusparse", _each("CUSPARSE_VER_{}")),
    "cusparseLt.h": ("cusparselt", _each("CUSPARSELT_VER_{}")),
    "cutensor.h": ("cutensor", _each("CUTENSOR_{}", _PARTS[:3])),
    "nccl.h": ("nccl", _each("NCCL_{}", _PARTS[:3])),
    "nvjpeg.h": ("nvjpeg", _each("NVJPEG_VER_{}")),
    "NvInferVersion.h": ("tensorrt", _each("NV_TENSORRT_{}")),
}
"""Basename of a header -> name of the library, and the macros that make its version, most significant first."""

_INDIRECT = frozenset(f"TRT_{part}_{edition}" for part in _PARTS for edition in ("ENTERPRISE", "RTX"))
_NVCC = rb"Cuda compilation tools, release \d{1,3}\.\d{1,3}, V(\d{1,3}(?:\.\d{1,6}){1,3})"
_RELEASE = rb"\d{1,4}(?:\.\d{1,6}){1,3}"
_TEXT = rb"CUDA Version (\d{1,4}(?:\.\d{1,6}){1,3})"
_BUILD_DATE = r"\.20\d{6}$"
_MOST_JSON = 1 << 20
_MOST_LINES = 20


def read_version_json(data: bytes) -> str | None:
    """The version under `cuda`; None if the file is about something else. A date in the last place is left out."""
    try:
        document = json.loads(data) if len(data) <= _MOST_JSON else None
    except (ValueError, RecursionError) as error:
        raise FormatError("version.json is not JSON", code="corrupt-version") from error
    entry = document.get("cuda") if isinstance(document, dict) else None
    version = entry.get("version") if isinstance(entry, dict) else None
    if not isinstance(version, str):
        return None
    version = re.sub(_BUILD_DATE, "", version)
    if not re.fullmatch(_RELEASE, version.encode("ascii", "replace")):
        return None
    return version


def read_version_txt(data: bytes) -> str | None:
    """The version in "CUDA Version 10.2.89"."""
    match = re.search(_TEXT, data[:4096])
    return match[1].decode() if match else None


def read_nvcc(content: memoryview) -> str | None:
    """The version that this nvcc prints, `12.2.140`."""
    match = re.search(_NVCC, content)
    return match[1].decode() if match else None


def read_release(data: bytes) -> str | None:
    """The version at the start of a file that has nothing else: `5.7.1` of "5.7.1-98" (ROCm)."""
    match = re.match(_RELEASE, data.lstrip()[:64])
    return match[0].decode() if match else None


def read_header(basename: str, data: bytes) -> str | None:
    """The version that the macros of a header of `HEADERS` make; None if the first two of them are not all there."""
    _, names = HEADERS[basename]
    wanted = frozenset(names) | _INDIRECT
    macros = read_macros(b"\n".join(line for name in wanted for line in _lines(data, name.encode())), wanted)
    values = [macros.get(name, "").split(maxsplit=1) for name in names]
    numbers = []
    for value in values:
        text = macros.get(value[0], value[0]).strip("()") if value else ""
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            break
        numbers.append(int(text))
    if len(names) == 1:  # CUDA_VERSION is 1000 * major + 10 * minor
        return f"{numbers[0] // 1000}.{numbers[0] % 1000 // 10}" if numbers and numbers[0] >= 1000 else None
    return ".".join(map(str, numbers)) if len(numbers) > 1 else None


def _lines(data: bytes, word: bytes) -> Iterator[bytes]:
    """The first lines that contain a word. A header has a megabyte of others, which need not be looked at."""
    position = -1
    for _ in range(_MOST_LINES):
        position = data.find(word, position + 1)
        if position < 0:
            return
        start = max(data.rfind(b"\n", 0, position) + 1, position - 200)
        yield data[start : data.find(b"\n", position, position + 200) + 1 or position + 200]
