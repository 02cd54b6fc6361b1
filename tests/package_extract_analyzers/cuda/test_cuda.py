from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract_analyzers.cuda import Cuda

ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 64
LIB = "usr/local/cuda-12.2/targets/x86_64-linux/lib"
SITE = "opt/venv/lib/python3.11/site-packages"
TOOLKIT: dict[str, bytes | str] = {
    "usr/local/cuda": "cuda-12.2",
    "usr/local/cuda-12.2/version.json": b'{"cuda": {"name": "CUDA SDK", "version": "12.2.2"}}',
    f"{LIB}/libcudart.so.12.2.140": ELF,
    f"{LIB}/libcudart.so.12": "libcudart.so.12.2.140",
    f"{LIB}/libcublas.so.12.2.5.6": ELF,
    f"{LIB}/libcublasLt.so.12.2.5.6": ELF,
    f"{LIB}/stubs/libcuda.so": ELF,
    f"{LIB}/stubs/libcublas.so": ELF,
    "usr/local/cuda-12.2/compat/libcuda.so.535.104.05": ELF,
    "usr/local/cuda-12.2/targets/x86_64-linux/include/cuda.h": b"#define CUDA_VERSION 12020\n",
    "usr/local/cuda-12.2/targets/x86_64-linux/include/cublas_api.h": (
        b"#define CUBLAS_VER_MAJOR 12\n#define CUBLAS_VER_MINOR 2\n"
        b"#define CUBLAS_VER_PATCH 5\n#define CUBLAS_VER_BUILD 6\n"
    ),
    "usr/local/cuda-12.2/bin/nvcc": ELF + b"Cuda compilation tools, release 12.2, V12.2.140\0",
}
DEB = {"type": "deb", "name": "libcublas-12-2", "version": "12.2.5.6-1"}


def rows(section: dict[str, Any], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields) for row in section["libraries"]]


def deb(name: str, version: str) -> dict[str, Any]:
    return {"name": name, "version": version, "installed": True}


def test_an_image_without(cuda: Callable[..., dict[str, Any]]) -> None:
    section = cuda({"usr/lib/libz.so.1": ELF, "opt/app/version.json": b"{}"})
    assert {name: value for name, value in section.items() if value not in ([], {})} == {
        "minimum_driver": None,
        "requirement": None,
        "visible_devices": None,
        "driver_capabilities": None,
    }


def test_a_toolkit_with_everything_that_tells_of_it(cuda: Callable[..., dict[str, Any]]) -> None:
    section = cuda(
        TOOLKIT,
        sections={"dpkg": {"packages": [deb("libcublas-12-2", "12.2.5.6-1"), deb("cuda-toolkit-12-2", "12.2.2-1")]}},
        owned={f"{LIB}/libcublas.so.12.2.5.6": DEB, f"{LIB}/libcublasLt.so.12.2.5.6": DEB},
    )
    (toolkit,) = section["toolkits"]
    assert (toolkit["version"], toolkit["path"]) == ("12.2.2", "usr/local/cuda-12.2")
    assert [(item["source"], item["version"]) for item in toolkit["evidence"]] == [
        ("version.json", "12.2.2"),
        ("nvcc", "12.2.140"),
        ("header", "12.2"),
        ("file", "12.2.140"),
        ("package", "12.2.2"),
    ]
    assert rows(section, "name", "version", "source", "cuda_version", "path") == [
        ("cublas", "12.2.5.6", "file", "12.2", f"{LIB}/libcublas.so.12.2.5.6"),
        ("cudart", "12.2.140", "file", "12.2", f"{LIB}/libcudart.so.12.2.140"),
    ]
    assert section["libraries"][0]["owner"] == DEB
    assert [item["source"] for item in section["libraries"][0]["evidence"]] == ["file", "file", "header", "package"]
    assert section["minimum_driver"] == "525.60.13"
    assert [(row["name"], row["version"], row["kind"]) for row in section["driver_libraries"]] == [
        ("cuda", "535.104.05", "compat"),
        ("cuda", None, "stub"),
    ]


def test_wheels(cuda: Callable[..., dict[str, Any]], make: Any) -> None:
    owner = {"type": "python", "name": "nvidia-cuda-runtime-cu12", "version": "12.4.127"}
    library, header = f"{SITE}/nvidia/cuda_runtime/lib/libcudart.so.12", f"{SITE}/nvidia/cuda_runtime/include/cuda.h"
    section = cuda(
        {library: ELF, header: b"#define CUDA_VERSION 12040\n"},
        sections=make.environment(
            make.wheel("nvidia-cuda-runtime-cu12", "12.4.127"),
            make.wheel("nvidia-cudnn-cu12", "9.1.0.70"),
            make.wheel("nvidia-cuda-nvrtc", "13.0.48"),
            make.wheel("nvidia-ml-py", "12.560.30"),
        ),
        owned={library: owner, header: owner},
    )
    assert rows(section, "name", "version", "source", "cuda_version", "path") == [
        ("cudart", "12.4.127", "wheel", "12.4", library),
        ("cudnn", "9.1.0.70", "wheel", "12", None),
        ("nvrtc", "13.0.48", "wheel", "13.0", None),
    ]
    assert section["toolkits"] == []
    assert section["minimum_driver"] == "580"


def test_libraries_bundled_in_a_wheel(cuda: Callable[..., dict[str, Any]]) -> None:
    section = cuda({f"{SITE}/torch/lib/libcudart-d0da41ae.so.11.0": ELF, f"{SITE}/torch/lib/libcudnn.so.8": ELF})
    assert rows(section, "name", "version", "cuda_version") == [("cudart", None, "11"), ("cudnn", None, None)]
    assert section["minimum_driver"] == "450.80.02"
    assert section["toolkits"] == []


def test_packages_and_headers(cuda: Callable[..., dict[str, Any]]) -> None:
    cudnn = {"type": "deb", "name": "libcudnn8", "version": "8.9.2.26-1+cuda12.1"}
    path = "usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.2"
    section = cuda(
        {
            path: ELF,
            "usr/lib/x86_64-linux-gnu/libcudnn_ops_infer.so.8.9.2": ELF,
            "usr/include/cudnn_version.h": (
                b"#define CUDNN_MAJOR 8\n#define CUDNN_MINOR 9\n#define CUDNN_PATCHLEVEL 2\n"
            ),
            "usr/include/nccl.h": b"#define NCCL_MAJOR 2\n#define NCCL_MINOR 18\n#define NCCL_PATCH 3\n",
        },
        sections={
            "dpkg": {
                "packages": [
                    deb("libcudnn8", "8.9.2.26-1+cuda12.1"),
                    deb("libcudnn8-dev", "8.9.2.26-1+cuda12.1"),
                    deb("libcudart11.0", "11.8.89~11.8.0-5"),
                    {**deb("libnccl2", "2.18.3-1+cuda12.2"), "installed": False},
                ]
            },
            "rpm": {"packages": [{"name": "libnvinfer8", "epoch": 1, "version": "8.6.1.6", "release": "1.cuda12.0"}]},
        },
        owned={path: cudnn},
    )
    assert rows(section, "name", "version", "source", "cuda_version") == [
        ("cudart", "11.8.89", "package", None),
        ("cudnn", "8.9.2", "file", "12.1"),
        ("nccl", "2.18.3", "header", None),
        ("tensorrt", "8.6.1.6", "package", "12.0"),
    ]
    assert [item["source"] for item in section["libraries"][1]["evidence"]] == ["file", "file", "header", "package"]


def test_what_the_environment_says(cuda: Callable[..., dict[str, Any]]) -> None:
    section = cuda(
        TOOLKIT,
        env=(
            "NVIDIA_REQUIRE_CUDA=cuda>=11.8 brand=tesla,driver>=450",
            "NVIDIA_VISIBLE_DEVICES=all",
            "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
            "CUDA_VERSION=11.8.0",
            "NV_CUDNN_VERSION=8.9.6.50",
        ),
        labels={"com.nvidia.cudnn.version": "8.9.6.50", "maintainer": "x"},
    )
    assert section["requirement"] == "cuda>=11.8 brand=tesla,driver>=450"
    assert (section["visible_devices"], section["driver_capabilities"]) == ("all", "compute,utility")
    assert section["declared"] == {
        "CUDA_VERSION": "11.8.0",
        "NV_CUDNN_VERSION": "8.9.6.50",
        "com.nvidia.cudnn.version": "8.9.6.50",
    }
    assert [(row["kind"], row["message"]) for row in section["conflicts"]] == [
        ("declared", "CUDA_VERSION says 11.8.0, but the image has 12.2")
    ]


def test_conflicts(cuda: Callable[..., dict[str, Any]], make: Any) -> None:
    old = "usr/local/cuda-11.8/lib64"
    cudnn = {"type": "python", "name": "nvidia-cudnn-cu12", "version": "8.9.7.29"}
    inside = f"{SITE}/nvidia/cudnn/lib/libcudnn.so.8"
    section = cuda(
        {f"{old}/libcudart.so.11.8.89": ELF, f"{old}/libcudnn.so.8.6.0": ELF, inside: ELF},
        env=(f"LD_LIBRARY_PATH=/nowhere:/{old}",),
        sections=make.environment(
            make.wheel("nvidia-cudnn-cu12", "8.9.7.29"), make.wheel("nvidia-cublas-cu11", "11.10.3.66")
        ),
        owned={inside: cudnn},
    )
    assert [(row["kind"], row["message"]) for row in section["conflicts"]] == [
        ("same-library", "LD_LIBRARY_PATH puts cudnn 8.6.0 before 8.9.7.29 of the wheel"),
        (
            "wheel-and-toolkit",
            "the loader finds CUDA 11.8, but wheels bring another one: nvidia-cudnn-cu12 8.9.7.29",
        ),
        (
            "wheels",
            f"wheels for CUDA 11 and 12 lie in {SITE}: nvidia-cublas-cu11 11.10.3.66, nvidia-cudnn-cu12 8.9.7.29",
        ),
    ]
    assert section["conflicts"][0]["paths"] == [f"{old}/libcudnn.so.8.6.0", inside]


def test_a_toolkit_that_the_loader_does_not_find_is_no_conflict(cuda: Callable[..., dict[str, Any]], make: Any) -> None:
    sections = make.environment(make.wheel("nvidia-cublas-cu11", "11.10.3.66"))
    assert cuda(TOOLKIT, sections=sections)["conflicts"] == []
    sections["abi"] = {"libraries": [{"path": f"{LIB}/libcudart.so.12.2.140", "in_search_path": True}]}
    assert [row["kind"] for row in cuda(TOOLKIT, sections=sections)["conflicts"]] == ["wheel-and-toolkit"]


def test_parts_that_contradict_each_other(cuda: Callable[..., dict[str, Any]]) -> None:
    problems: list[dict[str, Any]] = []
    section = cuda(
        {**TOOLKIT, "usr/local/cuda-12.2/version.json": b'{"cuda": {"version": "12.1.0"}}'}, problems=problems
    )
    assert section["toolkits"][0]["version"] == "12.1.0"
    assert [(problem["code"], problem["path"]) for problem in problems] == [
        ("contradictory-evidence", "usr/local/cuda-12.2")
    ]


def test_a_large_nvcc_is_read_again_where_nothing_else_tells(cuda: Callable[..., dict[str, Any]]) -> None:
    nvcc = ELF + b"\0" * (9 << 20) + b"Cuda compilation tools, release 12.4, V12.4.131\0"
    (toolkit,) = cuda({"opt/cuda/bin/nvcc": nvcc})["toolkits"]
    assert (toolkit["version"], toolkit["path"]) == ("12.4", "opt/cuda")


def test_conda_and_rocm(cuda: Callable[..., dict[str, Any]], make: Any) -> None:
    record = make.wheel("cudatoolkit", "11.8.0", "opt/conda")
    cudart = {**record, "name": "cuda-cudart", "normalized_name": "cuda-cudart", "version": "11.8.89"}
    sections = make.environment(*({**row, "metadata_kind": "conda"} for row in (record, cudart)))
    section = cuda({"opt/rocm-5.7.1/.info/version": b"5.7.1-98\n"}, sections=sections)
    assert [(row["version"], row["path"]) for row in section["toolkits"]] == [("11.8", "opt/conda")]
    assert rows(section, "name", "version", "source") == [("cudart", "11.8.89", "package")]
    assert [(row["version"], row["path"]) for row in section["rocm"]] == [("5.7.1", "opt/rocm-5.7.1")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=200), name=st.sampled_from(["version.json", "version.txt", "include/cuda.h", "bin/nvcc"])
)
def test_any_bytes_end_in_a_section(cuda: Callable[..., dict[str, Any]], data: bytes, name: str) -> None:
    for content in (data, b"\x7fELF" + data, b"#define CUDA_VERSION " + data):
        cuda({f"usr/local/cuda-9/{name}": content})


def test_nothing_of_a_large_library_is_kept() -> None:
    assert list(Cuda().ranges(memoryview(ELF), 1 << 30)) == []
