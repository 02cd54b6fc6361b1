from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from package_extract.formats.requires_txt import read_requires_txt

TEXT = b"""six>=1.0
# a comment

[:python_version < "3.8"]
typing_extensions

[Fast_Parser]
lxml
  html5lib>1

[Fast_Parser:sys_platform == "win32" or os_name == "nt"]
colorama
"""


def test_sections_become_markers() -> None:
    requirements, extras = read_requires_txt(TEXT)
    assert requirements == [
        "six>=1.0",
        'typing_extensions ; python_version < "3.8"',
        'lxml ; extra == "fast-parser"',
        'html5lib>1 ; extra == "fast-parser"',
        'colorama ; (sys_platform == "win32" or os_name == "nt") and extra == "fast-parser"',
    ]
    assert extras == ["fast-parser"]
    assert [Requirement(text).name for text in requirements] == [
        "six",
        "typing_extensions",
        "lxml",
        "html5lib",
        "colorama",
    ]


def test_an_extra_without_requirements_is_none() -> None:
    assert read_requires_txt(b"[empty]\n\n[full]\nsix\n") == (['six ; extra == "full"'], ["full"])


@given(st.binary(max_size=200))
def test_any_bytes_give_requirements(data: bytes) -> None:
    requirements, extras = read_requires_txt(data)
    assert len(extras) <= len(requirements) <= data.count(b"\n") + len(data) + 1
