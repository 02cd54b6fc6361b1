import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.cuda_version import (
    HEADERS,
    read_header,
    read_nvcc,
    read_release,
    read_version_json,
    read_version_txt,
)


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (b'{"cuda": {"name": "CUDA SDK", "version": "12.2.2"}, "nvcc": {"version": "12.2.140"}}', "12.2.2"),
        (b'{"cuda": {"name": "CUDA SDK", "version": "11.8.20220929"}}', "11.8"),
        (b'{"cuda": {"version": 12}}', None),
        (b'{"cuda": "12.2"}', None),
        (b'{"cuda": {"version": "newest"}}', None),
        (b'{"version": "1.2.3"}', None),
        (b"[]", None),
    ],
)
def test_version_json(data: bytes, version: str | None) -> None:
    assert read_version_json(data) == version


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_corrupt_version_json(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_version_json(data)


def test_version_txt() -> None:
    assert read_version_txt(b"CUDA Version 10.2.89\nCUDA Patch Version 10.2.1\n") == "10.2.89"
    assert read_version_txt(b"version 1\n") is None


def test_nvcc() -> None:
    data = b"\0Cuda compilation tools, release 13.5, V13.5.37\0Build cuda_13.5.r13.5/compiler.1_0\0"
    assert read_nvcc(memoryview(data)) == "13.5.37"
    assert read_nvcc(memoryview(b"Cuda compilation tools, release %s, V%s")) is None


def test_release() -> None:
    assert read_release(b"5.7.1-98\n") == "5.7.1"
    assert read_release(b"\n6.0") == "6.0"
    assert read_release(b"unknown") is None


def test_headers() -> None:
    assert read_header("cuda.h", b"/* x */\n#define CUDA_VERSION 12020\n") == "12.2"
    assert read_header("cuda.h", b"#define CUDA_VERSION 110\n") is None
    nccl = b'#define NCCL_MAJOR 2\n#define NCCL_MINOR 18\n#define NCCL_PATCH 3\n#define NCCL_SUFFIX ""\n'
    assert read_header("nccl.h", nccl) == "2.18.3"
    assert read_header("nccl.h", b"#define NCCL_MAJOR 2\n") is None


def test_macros_that_name_others() -> None:
    data = (
        b"#define TRT_MAJOR_ENTERPRISE 10\n#define TRT_MINOR_ENTERPRISE 3\n#define TRT_PATCH_ENTERPRISE 0\n"
        b"#define NV_TENSORRT_MAJOR TRT_MAJOR_ENTERPRISE //!< major\n"
        b"#define NV_TENSORRT_MINOR TRT_MINOR_ENTERPRISE\n#define NV_TENSORRT_PATCH TRT_PATCH_ENTERPRISE\n"
    )
    assert read_header("NvInferVersion.h", data) == "10.3.0"


@given(data=st.binary(max_size=300), basename=st.sampled_from(sorted(HEADERS)))
def test_any_bytes_are_a_version_or_none(data: bytes, basename: str) -> None:
    macros = b"".join(b"#define %b %b\n" % (name.encode(), data[:9]) for name in HEADERS[basename][1])
    for content in (data, macros):
        assert isinstance(read_header(basename, content), (str, type(None)))
    assert isinstance(read_release(data), (str, type(None)))
