"""The analyzer `cuda`: evidence from files, packages and wheels, joined into toolkits and libraries.

The variables are those of the NVIDIA container toolkit (`NVIDIA_VISIBLE_DEVICES`, `NVIDIA_DRIVER_CAPABILITIES`,
`NVIDIA_REQUIRE_CUDA`) and of NVIDIA's base images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.cuda_version import HEADERS
from package_extract.plugin import FilePatterns
from package_extract_analyzers.cuda.facts import ELF, read_fact
from package_extract_analyzers.cuda.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["Cuda"]

_VARIABLES = ("CUDA_VERSION", "CUDNN_VERSION", "NCCL_VERSION", "TENSORRT_VERSION", "NVIDIA_PRODUCT_NAME")
_PREFIXES = ("NV_CUDA_", "NV_CUDNN_", "NV_NVTX_VERSION", "NV_LIB", "NVIDIA_REQUIRE_", "NVIDIA_DISABLE_REQUIRE")
_LABELS = ("com.nvidia.",)


class Cuda:
    """CUDA toolkits, NVIDIA's libraries and what they ask of the driver; ROCm is recognised."""

    name = "cuda"
    version = 1
    summary = "CUDA toolkits, cuDNN, NCCL and other NVIDIA libraries, the driver they need, conflicts; ROCm"
    wants = FilePatterns(
        basenames=(*HEADERS,),
        globs=("**/cuda*/version.json", "**/cuda*/version.txt", "opt/rocm*/.info/version"),
        magics=(ELF,),
    )
    after = ("abi", "apk", "dpkg", "python_packages", "rpm")
    options: Mapping[str, Any] = {}
    section = "package_extract.document.cuda:CudaSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """Nothing more: names tell of libraries, and a large nvcc is read only where nothing else tells its version."""
        return ()

    def read(self, file: LayerFile) -> Fact | None:
        """A pair of kind and version; see `facts`."""
        return read_fact(file)

    def assemble(self, image: ImageView) -> Section:
        """Join what files, packages and wheels say."""
        findings, declared = Findings(image), _declared(image)
        return {
            **(_joined(findings, declared, image) if findings.any() else _NOTHING),
            "driver_libraries": findings.driver_libraries,
            "requirement": image.env.get("NVIDIA_REQUIRE_CUDA"),
            "visible_devices": image.env.get("NVIDIA_VISIBLE_DEVICES"),
            "driver_capabilities": image.env.get("NVIDIA_DRIVER_CAPABILITIES"),
            "declared": declared,
        }


_NOTHING: dict[str, Any] = {"toolkits": [], "libraries": [], "minimum_driver": None, "conflicts": [], "rocm": []}


def _joined(findings: Findings, declared: Mapping[str, str], image: ImageView) -> dict[str, Any]:
    """The part of the section that is made of evidence. Most images have none, and need none of these modules."""
    from package_extract_analyzers.cuda.conflicts import conflicts
    from package_extract_analyzers.cuda.drivers import minimum_driver
    from package_extract_analyzers.cuda.libraries import libraries
    from package_extract_analyzers.cuda.toolkits import rocm, toolkits

    installations = toolkits(findings, image)
    found = libraries(findings, installations, image)
    releases = [row["version"] for row in installations] + [row["cuda_version"] for row in found]
    return {
        "toolkits": installations,
        "libraries": found,
        "minimum_driver": minimum_driver(filter(None, releases)),
        "conflicts": conflicts(installations, found, declared, image),
        "rocm": rocm(findings),
    }


def _declared(image: ImageView) -> dict[str, str]:
    configuration = image.config.get("config")
    labels = configuration.get("Labels") if isinstance(configuration, dict) else None
    found = {
        name: value
        for name, value in image.env.items()
        if (name in _VARIABLES or name.startswith(_PREFIXES)) and name != "NVIDIA_REQUIRE_CUDA"
    }
    if isinstance(labels, dict):
        found |= {name: value for name, value in labels.items() if name.startswith(_LABELS) and isinstance(value, str)}
    return dict(sorted(found.items()))
