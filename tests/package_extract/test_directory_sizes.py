"""Bytes of large files by directory and owner."""

import pytest

from package_extract.directory_sizes import MOST_DIRECTORIES, directory_sizes
from package_extract.filesystem.tree import LinkNode, Tree
from package_extract.layer.contents import LayerContents
from package_extract.ownership import Ownership

TREE = Tree({}, {"lib": LinkNode(0, "usr/lib")}, {"usr/lib": 0})
OWNER = {"type": "deb", "name": "libc6", "version": "2.36"}


@pytest.fixture
def ownership():
    found = Ownership(TREE)
    found.claim(OWNER, ["/lib/libc.so.6", "/lib/libm.so.6"])
    return found


def sizes(ownership, size=1000, **large):
    contents = LayerContents(size=size)
    contents.large |= {name.encode(): number for name, number in large.items()}
    return directory_sizes(contents, TREE, ownership)


def test_by_directory_and_owner(ownership):
    found = sizes(ownership, **{"usr/lib/libc.so.6": 10, "lib/libm.so.6": 20, "usr/lib/x": 3, "usr/lib/y": 4, "z": 5})
    assert found == [
        {"path": "", "owner": None, "size": 5, "files": 1},
        {"path": "lib", "owner": OWNER, "size": 20, "files": 1},
        {"path": "usr/lib", "owner": None, "size": 7, "files": 2},
        {"path": "usr/lib", "owner": OWNER, "size": 10, "files": 1},
    ]


def test_what_is_small_in_its_layer_is_left_out(ownership):
    assert [row["path"] for row in sizes(ownership, size=10_000, **{"a/x": 9, "b/x": 5, "b/y": 5})] == ["b"]


def test_the_largest_of_many_are_listed(ownership):
    found = sizes(ownership, **{f"{number:03}/x": number for number in range(1, 200)})
    assert [row["size"] for row in found] == [*range(200 - MOST_DIRECTORIES, 200)]


def test_a_file_that_is_larger_than_its_layer_is_a_lie(ownership):
    assert sizes(ownership, **{"a/x": 1 << 90, "b/x": 1001, "c/x": 1000}) == [
        {"path": "c", "owner": None, "size": 1000, "files": 1}
    ]


def test_a_name_that_is_not_utf_8(ownership):
    contents = LayerContents(size=10)
    contents.large[b"\xff/x"] = 10
    assert [row["path"] for row in directory_sizes(contents, TREE, ownership)] == ["\udcff"]
