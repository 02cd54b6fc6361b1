import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from package_extract.formats.python_names import normalize_name, split_metadata_name


@given(st.text())
def test_normalize_name_equals_packaging(name: str) -> None:
    assert normalize_name(name) == canonicalize_name(name)


@pytest.mark.parametrize(
    ("basename", "expected"),
    [
        ("numpy-1.26.4.dist-info", ("numpy", "1.26.4")),
        ("NumPy-1.26.4+local-1.DIST-INFO", ("NumPy", "1.26.4+local-1")),
        ("attrs-20.3.0.egg-info", ("attrs", "20.3.0")),
        ("pycurl-7.43.0.6-py3.9-linux-x86_64.egg-info", ("pycurl", "7.43.0.6")),
        ("simplejson-3.17.2-py3.9.egg", ("simplejson", "3.17.2")),
        ("project.egg-info", ("project", None)),
        ("project-.dist-info", ("project", None)),
        (".dist-info", ("", None)),
    ],
)
def test_split_metadata_name(basename: str, expected: tuple[str, str | None]) -> None:
    assert split_metadata_name(basename) == expected
