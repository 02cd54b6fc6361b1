import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract_analyzers.python.facts import METADATA_FILE_NAMES, metadata_path_of, read_fact

PATHS = [
    *(f"s/a-1.dist-info/{name}" for name in METADATA_FILE_NAMES),
    "s/a.egg-info",
    "s/a.egg",
    "s/site-packages/a.pth",
    "s/a.egg-link",
    "v/pyvenv.cfg",
    "conda-meta/a.json",
    "conda-meta/history",
]


@given(st.sampled_from(PATHS), st.binary(max_size=200) | st.binary(max_size=50).map(b"PK".__add__))
def test_any_bytes_give_plain_data_or_a_format_error(path: str, data: bytes) -> None:
    try:
        fact = read_fact(path, memoryview(data))
    except FormatError:
        return
    assert marshal.loads(marshal.dumps(fact)) == fact


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s/a-1.dist-info/METADATA", "s/a-1.dist-info"),
        ("s/a-1.egg/EGG-INFO/PKG-INFO", "s/a-1.egg/EGG-INFO"),
        ("s/a.egg-info", "s/a.egg-info"),
        ("s/a.egg", "s/a.egg"),
    ],
)
def test_metadata_path_of(path: str, expected: str) -> None:
    assert metadata_path_of(path) == expected


def test_file_lists_are_summed_up() -> None:
    record = (
        b"pkg/__init__.py,,\npkg/x.cpython-311-x86_64-linux-gnu.so,,\nmod.py,,\n_c.abi3.so,,\nw.pyd,,\nm.dylib,,\n"
        b"pkg.libs/libz.so.1.2,,\npkg/x.so.txt.py,,\n__pycache__/mod.pyc,,\na-1.dist-info/RECORD,,\n../bin/x,,\n"
    )
    kind, value = read_fact("a-1.dist-info/RECORD", memoryview(record))
    assert kind == "files"
    assert value["top_level"] == ["_c", "mod", "pkg", "w"]
    assert value["native_libraries"] == [
        "pkg/x.cpython-311-x86_64-linux-gnu.so",
        "_c.abi3.so",
        "w.pyd",
        "m.dylib",
        "pkg.libs/libz.so.1.2",
    ]


def test_an_egg_without_metadata_is_a_format_error() -> None:
    with pytest.raises(FormatError, match="PKG-INFO"):
        read_fact("a.egg", memoryview(b"PK\x05\x06" + bytes(18)))
