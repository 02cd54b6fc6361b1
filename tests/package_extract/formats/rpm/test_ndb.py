import struct

import pytest

from package_extract.errors import FormatError
from package_extract.formats.rpm import ndb


def read(content):
    problems = []
    return list(ndb.headers(memoryview(content), problems.append)), problems


@pytest.fixture
def content(sample):
    return bytearray(sample("ndb"))


def slots(content):
    """Places of the used slots."""
    return [place for place in range(32, 4096, 16) if struct.unpack_from("<I", content, place + 4)[0]]


def test_all_packages_are_found(content):
    found, problems = read(content)
    assert (len(found), problems) == (3, [])
    assert len(slots(content)) == 3


@pytest.mark.parametrize(
    ("offset", "value"), [(0, 0), (8, 0), (8, 0xFFFFFFFF), (8, 1), (12, 0), (12, 1)], ids=lambda value: hex(value)
)
def test_a_bad_slot_costs_one_package(content, offset, value):
    struct.pack_into("<I", content, slots(content)[1] + offset, value)
    found, problems = read(content)
    assert (len(found), len(problems)) == (2, 1)


def test_a_changed_package_does_not_have_its_checksum(content):
    (block,) = struct.unpack_from("<I", content, slots(content)[0] + 8)
    content[block * 16 + 100] ^= 1
    found, problems = read(content)
    assert (len(found), [problem.code for problem in problems]) == (2, ["checksum"])


def test_packages_cannot_be_larger_than_the_file(content):
    struct.pack_into("<I", content, slots(content)[1] + 12, 0xFFFFFFFF)
    with pytest.raises(FormatError):
        read(content)


@pytest.mark.parametrize(("offset", "value"), [(4, 1), (12, 0), (12, 2048), (12, 0xFFFFFFFF)])
def test_headers_that_lie(content, offset, value):
    struct.pack_into("<I", content, offset, value)
    with pytest.raises(FormatError):
        read(content)
