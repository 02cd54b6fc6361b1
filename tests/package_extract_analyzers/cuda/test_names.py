import pytest

from package_extract_analyzers.cuda.drivers import minimum_driver
from package_extract_analyzers.cuda.names import library_of_file, library_of_package, library_of_wheel, upstream


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("libcudart.so.12.2.140", ("cudart", "cudart", "12.2.140")),
        ("libcudart-d0da41ae.so.11.0", ("cudart", "cudart", "11.0")),
        ("libcudnn_ops_infer.so.8", ("cudnn", "cudnn_ops_infer", "8")),
        ("libnppial.so.12", ("npp", "nppial", "12")),
        ("libnvrtc-builtins.so.12.2", ("nvrtc", "nvrtc-builtins", "12.2")),
        ("libcuda.so.535.104.05", ("driver", "cuda", "535.104.05")),
        ("libnvinfer_plugin.so.10", ("tensorrt", "nvinfer_plugin", "10")),
        ("libcudart_static.a", None),
        ("libcuda.so.1.txt", None),
        ("libz.so.1", None),
    ],
)
def test_files(name: str, expected: tuple[str, str, str] | None) -> None:
    assert library_of_file(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nvidia-cuda-runtime-cu12", ("cudart", "12")),
        ("nvidia-cuda-runtime", ("cudart", None)),
        ("nvidia-cuda-nvrtc-cu11", ("nvrtc", "11")),
        ("nvidia-cusparselt-cu12", ("cusparselt", "12")),
        ("nvidia-cuda-sanitizer-api-cu12", ("sanitizer-api", "12")),
        ("nvidia-nvshmem-cu13", ("nvshmem", "13")),
        ("nvidia-cublas", ("cublas", None)),
        ("tensorrt-cu12-libs", ("tensorrt", "12")),
        ("nvidia-ml-py", None),
        ("nvidia-pyindex", None),
        ("torch", None),
    ],
)
def test_wheels(name: str, expected: tuple[str, str | None] | None) -> None:
    assert library_of_wheel(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cuda-cudart-12-2", ("cudart", "12.2")),
        ("libcublas-12-2", ("cublas", "12.2")),
        ("libcudnn9-cuda-12", ("cudnn", "12")),
        ("libcudnn8", ("cudnn", None)),
        ("libcudart11.0", ("cudart", None)),
        ("libnvinfer8", ("tensorrt", None)),
        ("nccl", ("nccl", None)),
        ("nvidia-cudnn", ("cudnn", None)),
        ("libcublas-dev-12-2", None),
        ("libcudnn8-dev", None),
        ("bash", None),
    ],
)
def test_packages(name: str, expected: tuple[str, str | None] | None) -> None:
    assert library_of_package(name) == expected


def test_upstream_versions() -> None:
    assert upstream("8.9.2.26-1+cuda12.1") == "8.9.2.26"
    assert upstream("1:11.8.89~11.8.0-5") == "11.8.89"
    assert upstream(None) is None


def test_drivers() -> None:
    assert minimum_driver(["11.8", "12.2.140"]) == "525.60.13"
    assert minimum_driver(["10.2.89", "9.0"]) == "440.33"
    assert minimum_driver(["11", "13.0"]) == "580"
    assert minimum_driver(["6.5", "99"]) is None
    assert minimum_driver([]) is None
