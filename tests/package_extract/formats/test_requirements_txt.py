from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.requirements_txt import read_requirements_txt

TEXT = b"""\xef\xbb\xbf# a comment
-r more.txt
--index-url https://user:secret@host/simple
A==1.0 --hash=sha256:00 \\
    --hash=sha256:11
b >= 2 # why
c#not a comment
-e git+https://host/d#egg=d
d ; python_version < "3"\r
"""


def test_what_pip_freeze_and_people_write() -> None:
    assert read_requirements_txt(TEXT) == [("A", "1.0", "==1.0"), ("b", None, ">= 2"), ("d", None, None)]
    assert read_requirements_txt(b"") == []


@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(read_requirements_txt(data), list)
