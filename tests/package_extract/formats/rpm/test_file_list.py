import marshal

import pytest

from package_extract.errors import FormatError
from package_extract.formats.rpm.file_list import file_list, paths
from package_extract.formats.rpm.header import Header

LIMIT = 1 << 20


def test_names_are_joined_with_their_directories(header_blob):
    files = file_list(
        Header(
            header_blob(
                (1116, 4, [1, 0, 0]), (1117, 8, ["sh", "", b"caf\xe9"]), (1118, 8, ["/", "/usr/bin/"]), (1000, 4, 1)
            )
        )
    )
    assert paths(marshal.loads(marshal.dumps(files)), LIMIT) == ["/usr/bin/sh", "/", "/caf\udce9"]


def test_whole_paths_of_old_headers(header_blob):
    files = file_list(Header(header_blob((1027, 8, ["/bin/sh", "/etc/profile"]), (1000, 4, 1))))
    assert paths(files, LIMIT) == ["/bin/sh", "/etc/profile"]


def test_files_that_were_not_installed_or_were_replaced_are_left_out(header_blob):
    states = [0, 1, 2, 3, 4]
    files = file_list(
        Header(header_blob((1029, 2, states), (1116, 4, [0] * 5), (1117, 8, list("abcde")), (1118, 8, ["/"])))
    )
    assert paths(files, LIMIT) == ["/a", "/d"]


def test_no_files(header_blob):
    assert paths(file_list(Header(header_blob((1000, 6, "a")))), LIMIT) == []


def test_a_directory_that_is_not_there(header_blob):
    files = file_list(Header(header_blob((1116, 4, [7]), (1117, 8, ["a"]), (1118, 8, ["/"]))))
    with pytest.raises(FormatError):
        paths(files, LIMIT)


def test_many_files_in_a_directory_with_an_endless_name(header_blob):
    entries = (1116, 4, [0] * 1000), (1117, 8, ["x"] * 1000), (1118, 8, ["/" * 10_000])
    with pytest.raises(FormatError) as raised:
        paths(file_list(Header(header_blob(*entries))), LIMIT)
    assert raised.value.code == "limit"
