"""The section `cuda`: what the image has of CUDA, what it asks of the driver, and what does not fit together."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model
from package_extract.document.owner import Owner

__all__ = ["CudaConflict", "CudaEvidence", "CudaLibrary", "CudaSection", "CudaToolkit", "DriverLibrary"]


class CudaEvidence(Model):
    """One thing that tells a version."""

    source: Literal["version.json", "version.txt", "nvcc", "header", "file", "package", "wheel", "info"]
    """`file`: the name of a shared library; `info`: `.info/version` of ROCm; `wheel`: metadata of a Python
    distribution; `package`: that of any other package."""
    path: str | None
    """The file, relative to the root; null for a package of the operating system."""
    version: str | None
    """What it says; null if it says only that the thing is there."""


class CudaToolkit(Model):
    """One installation of CUDA, or of ROCm: whole, or only the libraries that programs run with."""

    version: str | None
    """Release: `12.2.2`, or `12.2` where nothing tells more; null if there is no evidence of one."""
    path: str | None
    """Directory of the installation, links resolved; null if only packages tell of it."""
    evidence: list[CudaEvidence]
    """What tells the version, the most reliable first."""


class CudaLibrary(Model):
    """One library of NVIDIA's for CUDA, at one place."""

    name: str
    """`cudart`, `cublas`, `cudnn`, `cufft`, `nccl`, `nvrtc`, `nvjitlink`, `tensorrt` … For a wheel it is the name
    between `nvidia-` (and `cuda-`) and `-cuNN`, with `cudart` for `nvidia-cuda-runtime-cuNN`."""
    version: str | None
    """Version; null if nothing tells more than the SONAME does."""
    path: str | None
    """The library, or the header where that is all; null if only a package tells of it."""
    source: Literal["file", "header", "package", "wheel"]
    """Where the version, or else the knowledge of the library, comes from."""
    cuda_version: str | None
    """The release of CUDA that it belongs to or is built for, as far as that is told: `12`, `12.2`."""
    evidence: list[CudaEvidence]
    """Everything that tells of it."""
    owner: Owner | None
    """The package that it belongs to."""
    layer: int | None
    """Index into `image.layers` of the layer that the file comes from."""


class DriverLibrary(Model):
    """A library of the driver, which usually comes from the host."""

    name: str
    """`cuda`, `nvidia-ml` …"""
    version: str | None
    """Version of the driver, from the file's name."""
    path: str
    """The file, relative to the root."""
    kind: Literal["stub", "compat", "driver"]
    """`stub`: only to link against, fails when called; `compat`: NVIDIA's forward compatibility package, which lets a
    newer CUDA run on an older data centre driver; `driver`: a driver inside of the image."""
    owner: Owner | None
    """The package that it belongs to."""
    layer: int | None
    """Index into `image.layers` of the layer that the file comes from."""


class CudaConflict(Model):
    """Parts that do not fit together."""

    kind: Literal["wheel-and-toolkit", "wheels", "same-library", "declared"]
    """`wheel-and-toolkit`: a wheel brings another major version of CUDA than a toolkit that the loader finds; `wheels`:
    one environment has wheels of several; `same-library`: a library on LD_LIBRARY_PATH is loaded in place of a
    wheel's; `declared`: the image's variables name another release than the one that is there."""
    message: str
    """One sentence for people."""
    paths: list[str]
    """The files or directories concerned."""


class CudaSection(Model):
    """CUDA in the image. All lists are empty in an image without."""

    toolkits: list[CudaToolkit]
    """Installations of CUDA, sorted by path."""
    libraries: list[CudaLibrary]
    """Libraries, sorted by name, version and path. One that several things tell of is listed once."""
    driver_libraries: list[DriverLibrary]
    """Libraries of the driver, sorted by path."""
    minimum_driver: str | None
    """The oldest Linux driver that runs everything here, by NVIDIA's table of minor version compatibility; null without
    CUDA. Code that is compiled for the device only when it runs may need a newer one."""
    requirement: str | None
    """`NVIDIA_REQUIRE_CUDA` as set: what the container runtime asks of the host."""
    visible_devices: str | None
    """`NVIDIA_VISIBLE_DEVICES` as set."""
    driver_capabilities: str | None
    """`NVIDIA_DRIVER_CAPABILITIES` as set: which driver libraries the container runtime mounts."""
    declared: dict[str, str]
    """Environment variables and labels that name versions: `CUDA_VERSION`, `NV_CUDNN_VERSION`,
    `com.nvidia.cuda.version` …"""
    conflicts: list[CudaConflict]
    """Parts that do not fit together, sorted by kind and message."""
    rocm: list[CudaToolkit]
    """Installations of AMD's ROCm, sorted by path."""
