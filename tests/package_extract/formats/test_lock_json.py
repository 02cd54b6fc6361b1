import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.lock_json import read_json, read_pipfile_lock


def test_pipfile_lock() -> None:
    document = {
        "default": {"a": {"version": "==1", "hashes": []}, "b": {"git": "x"}},
        "develop": {"c": {"version": 1}, "d": None},
    }
    assert read_pipfile_lock(document) == [("a", "1", "==1"), ("b", None, None), ("c", None, None), ("d", None, None)]
    assert read_pipfile_lock({"default": 1}) == []


@pytest.mark.parametrize("data", [b"", b"1", b"[" * 100_000, b"9" * 10_000, b"\xff", b" " * (17 << 20)])
def test_what_is_no_object(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_json(data)


@given(data=st.dictionaries(st.sampled_from(["default", "develop"]), st.recursive(st.none(), st.lists)))
def test_any_document(data: dict[str, object]) -> None:
    assert isinstance(read_pipfile_lock(data), list)
