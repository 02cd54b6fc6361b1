"""Names of NVIDIA's libraries: in file names, in packages and in wheels.

Packages: NVIDIA's for Debian and RPM systems (`libcublas-12-2`, `libcudnn9-cuda-12`, `cuda-cudart-12-2`), Debian's own
(`libcudart11.0`) and conda's (`cuda-nvrtc`). Wheels: `nvidia-cuda-runtime-cu12`, since CUDA 13 without the suffix.
"""

from __future__ import annotations

import re

__all__ = ["DRIVER_STEMS", "PackageName", "library_of_file", "library_of_package", "library_of_wheel", "upstream"]

_STEMS = {
    **dict.fromkeys(("cublas", "cublasLt", "nvblas"), "cublas"),
    **dict.fromkeys(("cufft", "cufftw"), "cufft"),
    **dict.fromkeys(("cusolver", "cusolverMg"), "cusolver"),
    **dict.fromkeys(("nvrtc", "nvrtc-builtins"), "nvrtc"),
    **dict.fromkeys(("nvToolsExt", "nvtx3interop"), "nvtx"),
    **dict.fromkeys(("nvinfer", "nvonnxparser", "nvparsers", "nvcaffe_parser"), "tensorrt"),
    **dict.fromkeys(("nvshmem", "nvshmem_host"), "nvshmem"),
    **{name.lower(): name.lower() for name in ("cudart", "cudnn", "cufile", "cupti", "curand", "cusparse", "cutensor")},
    "cusparseLt": "cusparselt",
    "nccl": "nccl",
    "nvJitLink": "nvjitlink",
    "nvjpeg": "nvjpeg",
}
_FAMILIES = (("cudnn_", "cudnn"), ("npp", "npp"), ("nvinfer_", "tensorrt"))
_LIBRARY_FILE = re.compile(r"lib(.+?)(?:-[0-9a-f]{8,16})?\.so((?:\.\d+)*)").fullmatch  # auditwheel adds a digest

DRIVER_STEMS = frozenset(
    ("cuda", "cudadebugger", "nvidia-ml", "nvidia-ptxjitcompiler", "nvidia-nvvm", "nvidia-opencl", "nvcuvid")
)

_WHEEL = re.compile(r"nvidia-(?:cuda-)?(.+?)(?:-cu(\d+))?").fullmatch
_TENSORRT_WHEEL = re.compile(r"tensorrt(?:-cu(\d+))?(?:-libs)?").fullmatch
_RENAMED = {"runtime": "cudart", "nvinfer": "tensorrt", "tensorrt-libs": "tensorrt"}
_TOOLS = (
    "cccl",
    "crt",
    "cuobjdump",
    "cuxxfilt",
    "culibos",
    "npp",
    "nvcc",
    "nvdisasm",
    "nvfatbin",
    "nvml-dev",
    "nvprune",
)
_MORE_TOOLS = ("nvptxcompiler", "nvvm", "opencl", "profiler-api", "sanitizer-api")
_KNOWN = frozenset((*_STEMS.values(), *_TOOLS, *_MORE_TOOLS))
"""Names of wheels that say nothing of CUDA's major version, as since CUDA 13."""
_PACKAGE = re.compile(
    r"(?:lib)?(?:cuda-|nvidia-)?"
    r"(cublas|cudart|cudnn|cufft|cufile|cupti|curand|cusolver|cusparse|cusparselt|cutensor|nccl|npp|nvcc|nvinfer"
    r"|nvjitlink|nvjpeg|nvrtc|nvshmem|nvtx|tensorrt)"
    r"(?:\d+(?:\.\d+)*)?(?:-cuda)?((?:-\d+){0,2})"
).fullmatch

PackageName = tuple[str, str | None]
"""Name of the library, and the release of CUDA that the package's name tells."""


def library_of_file(basename: str) -> tuple[str, str, str] | None:
    """Name of the library, stem and version ("" if it has none) of a file `libSTEM.so.VERSION`; None for others.

    Drivers' libraries have the name "driver".
    """
    match = _LIBRARY_FILE(basename)
    if not match:
        return None
    stem, version = match[1], match[2][1:]
    name = _STEMS.get(stem) or next((name for start, name in _FAMILIES if stem.startswith(start)), None)
    if stem in DRIVER_STEMS:
        name = "driver"
    return (name, stem, version) if name else None


def library_of_wheel(normalized_name: str) -> PackageName | None:
    """What a wheel of NVIDIA's brings, or None for another distribution."""
    match = _TENSORRT_WHEEL(normalized_name)
    if match:
        return "tensorrt", match[1]
    match = _WHEEL(normalized_name)
    if not match:
        return None
    name = _RENAMED.get(match[1], match[1])
    return (name, match[2]) if match[2] or name in _KNOWN else None


def library_of_package(name: str) -> PackageName | None:
    """What a package of the operating system or of conda brings; None for others, those for development among them."""
    match = _PACKAGE(name)
    if not match:
        return None
    release = match[2][1:].replace("-", ".") or None
    return _RENAMED.get(match[1], match[1]), release


def upstream(version: str | None) -> str | None:
    """The upstream part of a package's version: without epoch, revision and what is added behind `+` or `~`."""
    if version is None:
        return None
    return re.split(r"[-+~]", version.rpartition(":")[2], maxsplit=1)[0] or None
