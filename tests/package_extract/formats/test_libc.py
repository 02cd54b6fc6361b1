from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.libc import glibc_versions, loader_family, musl_version
from tests.python_binaries import glibc, musl


def test_glibc_says_it_twice() -> None:
    assert glibc_versions(glibc("2.36")) == ("2.36", "2.36")


def test_the_highest_symbol_version_is_the_highest_number() -> None:
    assert glibc_versions(b"\0GLIBC_2.9\0GLIBC_2.17\0GLIBC_2.3.4\0GLIBC_PRIVATE\0GLIBC_ABI_DT_RELR\0") == (None, "2.17")


def test_musl() -> None:
    assert musl_version(musl("1.2.3")) == "1.2.3"
    assert musl_version(b"musl libc (x86_64)\nVersion %s\0\x001.2.4_git20230717\0") == "1.2.4"
    assert musl_version(b"musl libc (i386)\0\x05=1.2.3\x00127.0.0.1\x0010.1.2.3\0") == "1.2.3", "behind a table"
    assert musl_version(b"\x001.2.3\0") is None, "nothing says that it is musl"
    assert musl_version(b"musl libc\0\x001.2.3\0\x001.1.0\0") is None, "two versions"


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/lib64/ld-linux-x86-64.so.2", "glibc"),
        ("/lib/ld-linux-aarch64.so.1", "glibc"),
        ("/lib/ld-linux-armhf.so.3", "glibc"),
        ("/lib64/ld64.so.2", "glibc"),
        ("/lib/ld64.so.1", "glibc"),
        ("/lib/ld.so.1", "glibc"),
        ("/lib/ld-linux-riscv64-lp64d.so.1", "glibc"),
        ("/lib/ld-musl-x86_64.so.1", "musl"),
        ("/system/bin/linker64", None),
        (None, None),
    ],
)
def test_loaders(path: str | None, family: str | None) -> None:
    assert loader_family(path) == family


@given(st.binary(max_size=300))
def test_noise(data: bytes) -> None:
    glibc_versions(data), musl_version(b"musl libc" + data)
