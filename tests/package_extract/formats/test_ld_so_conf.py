from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.ld_so_conf import Include, looks_like_ld_so_conf, parse_ld_so_conf, parse_musl_path


def test_directories_and_includes_in_order() -> None:
    data = b"# first\n/opt/a  # why\n\tinclude   ld.so.conf.d/*.conf other.conf\nhwcap 1 nosegneg\n/opt/b=libc6\nrelative\n"
    assert parse_ld_so_conf(data) == ["/opt/a", Include("ld.so.conf.d/*.conf"), Include("other.conf"), "/opt/b"]


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"/opt/a\n", True),
        (b"# only\n\ninclude /etc/x/*.conf\n/usr/lib\n", True),
        (b"", False),
        (b"# nothing\n", False),
        (b"[section]\nkey = value\n", False),
        (b"/opt/a\nkey = value\n", False),
    ],
)
def test_what_looks_like_one(data: bytes, answer: bool) -> None:
    assert looks_like_ld_so_conf(data) is answer


def test_path_file_of_musl() -> None:
    assert parse_musl_path(b"/lib:/usr/lib\n/opt/lib\nrelative\n") == ["/lib", "/usr/lib", "/opt/lib"]


@given(st.binary(max_size=500))
def test_any_bytes(data: bytes) -> None:
    assert all(isinstance(entry, (str, Include)) for entry in parse_ld_so_conf(data))
    assert all(path.startswith("/") for path in parse_musl_path(data))
