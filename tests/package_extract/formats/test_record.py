import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.record import read_installed_files, read_record, recorded_size

_paths = st.text(
    st.characters(exclude_characters="\r\n\0\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", exclude_categories=["Cs"]),
    min_size=1,
)


@given(st.lists(_paths, max_size=20), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_csv_writes_is_read(paths: list[str], terminator: str, ends: bool) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=terminator).writerows((path, "sha256=abc", "12") for path in paths)
    written = text.getvalue() if ends else text.getvalue().removesuffix(terminator)
    assert read_record(written.encode()) == paths
    assert read_record(written.encode()) == [row[0] for row in csv.reader(io.StringIO(written, newline=""))]


@given(st.binary(max_size=300))
def test_any_bytes_give_paths_or_a_format_error(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        paths = read_record(data)
        assert all(path and "\n" not in path and "\0" not in path for path in paths)


def test_lines_that_are_no_rows_are_passed_over() -> None:
    data = b"<<<<<<< HEAD\na.py,sha256=x,1\n=======\nb.py,,\n>>>>>>> other\n\0\0\0\0,\n"
    assert read_record(data) == ["a.py", "b.py"]


def test_a_name_that_is_not_utf_8_is_kept() -> None:
    assert read_record(b"caf\xe9.py,,\n") == ["caf\udce9.py"]


def test_a_quoted_field_beyond_the_limit_of_csv_is_a_format_error() -> None:
    with pytest.raises(FormatError, match="CSV"):
        read_record(b'"' + b"x" * 200_000 + b'",,\n')


def test_installed_files_are_relative_to_the_directory_above() -> None:
    data = b"../six.py\n../__pycache__/six.pyc\nPKG-INFO\n../../../../bin/six\n../last.py"
    assert read_installed_files(data) == ["six.py", "__pycache__/six.pyc", "../../../bin/six", "last.py"]


@given(st.binary(max_size=300))
def test_any_bytes_give_installed_files(data: bytes) -> None:
    assert all(path and "\0" not in path for path in read_installed_files(data))


@given(st.lists(st.tuples(_paths, st.integers(0, 1 << 40) | st.none()), max_size=20), st.sampled_from(["\n", "\r\n"]))
def test_sizes_are_added_up(rows: list[tuple[str, int | None]], terminator: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=terminator).writerows((path, "sha256=abc", size) for path, size in rows)
    sizes = [size for _, size in rows if size is not None]
    assert recorded_size(text.getvalue().encode()) == (sum(sizes) if sizes else None)


@given(st.binary(max_size=300) | st.text("0123456789,\n-", max_size=300).map(str.encode))
def test_any_bytes_give_a_size_or_none(data: bytes) -> None:
    assert (recorded_size(data) or 0) >= 0


@pytest.mark.parametrize(
    "data", [b"", b"a.py\n", b"a.py,,\n", b"a.py,,-5\n", b"a.py,," + b"9" * 5000, b"a.py,,999999999999999\n"]
)
def test_no_size(data: bytes) -> None:
    assert recorded_size(data) is None
