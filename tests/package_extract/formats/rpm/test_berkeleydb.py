import struct
import time

import pytest

from package_extract.errors import FormatError
from package_extract.formats.rpm import berkeleydb

PAGE = 4096


def read(content):
    problems = []
    return list(berkeleydb.headers(memoryview(content), problems.append)), problems


@pytest.fixture
def content(sample):
    return bytearray(sample("bdb-little"))


def pages(content, kind):
    return [start for start in range(0, len(content), PAGE) if content[start + 25] == kind and start]


def items(content, start):
    (count,) = struct.unpack_from("<H", content, start + 20)
    return [start + offset for offset in struct.unpack_from(f"<{count}H", content, start + 26)]


def off_page_items(content):
    return [item for start in pages(content, 13) for item in items(content, start) if content[item] == 3]


def test_all_forms_of_a_file_hold_the_same(sample):
    little, big, inline = (sorted(read(sample(name))[0]) for name in ("bdb-little", "bdb-big", "bdb-inline"))
    assert len(little) == 4
    assert little == big == inline


@pytest.mark.parametrize("version", [7, 8])
def test_unsorted_pages_of_older_versions(content, version):
    wanted, _ = read(content)
    struct.pack_into("<I", content, 16, version)
    for start in pages(content, 13):
        content[start + 25] = 2
    assert read(content) == (wanted, [])


@pytest.mark.parametrize(
    ("offset", "value"),
    [(12, b"\x62\x31\x05\0"), (16, b"\x06\0\0\0"), (16, b"\x0a\0\0\0"), (24, b"\1"), (26, b"\1")],
    ids=["btree", "too old", "too new", "encrypted", "checksums"],
)
def test_what_is_not_supported_is_said(content, offset, value):
    content[offset : offset + len(value)] = value
    with pytest.raises(FormatError) as raised:
        read(content)
    assert raised.value.code == "unsupported"


@pytest.mark.parametrize("size", [0, 1, 256, 1000, 1 << 17, 0xFFFFFFFF])
def test_impossible_page_sizes(content, size):
    struct.pack_into("<I", content, 20, size)
    with pytest.raises(FormatError):
        read(content)


def test_a_chain_that_runs_in_a_circle_costs_one_package(content):
    wanted, _ = read(content)
    first = off_page_items(content)[0]
    (number,) = struct.unpack_from("<I", content, first + 4)
    struct.pack_into("<I", content, number * PAGE + 16, number)
    struct.pack_into("<I", content, first + 8, len(content))
    found, problems = read(content)
    assert len(found) == len(wanted) - 1
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("offset", "value"), [(4, 0), (4, 0xFFFFFFFF), (4, 1), (8, 0xFFFFFFFF), (0, 2), (0, 4), (0, 99)]
)
def test_a_bad_item_costs_one_package(content, offset, value):
    wanted, _ = read(content)
    item = off_page_items(content)[0]
    if offset:
        struct.pack_into("<I", content, item + offset, value)
    else:
        content[item] = value
    found, problems = read(content)
    assert len(found) == len(wanted) - 1
    assert len(problems) == 1


def test_a_page_of_nonsense_is_reported(content):
    start = pages(content, 13)[0]
    struct.pack_into("<H", content, start + 20, 0xFFFE)
    assert read(content)[1]


def test_a_file_that_was_cut_is_reported(content):
    _, problems = read(content[: len(content) // 2])
    assert "truncated" in [problem.code for problem in problems]


def test_thousands_of_items_on_one_chain_end_soon():
    """Each of them leads to the same circle of pages."""
    count = 300
    hash_pages, circle = 500, 500
    last = hash_pages + circle
    content = bytearray((last + 1) * PAGE)
    struct.pack_into("<IIIBBBB", content, 12, berkeleydb.HASH_MAGIC, 9, PAGE, 0, 8, 0, 0)
    struct.pack_into("<I", content, 32, last)
    for number in range(1, hash_pages + 1):
        start = number * PAGE
        struct.pack_into("<HHBB", content, start + 20, 2 * count, 0, 0, 13)
        place = PAGE
        for index in range(0, 2 * count, 2):
            if place < 26 + 4 * count + 13:
                break
            struct.pack_into("<HH", content, start + 26 + 2 * index, place - 1, place - 13)
            struct.pack_into("<BxxxII", content, start + place - 13, 3, hash_pages + 1, len(content) - 1)
            place -= 13
    for number in range(hash_pages + 1, last + 1):
        following = number + 1 if number < last else hash_pages + 1
        struct.pack_into("<IHHBB", content, number * PAGE + 16, following, 1, 1, 0, 7)
    started = time.perf_counter()
    found, problems = read(content)
    assert found == []
    assert problems
    assert time.perf_counter() - started < 5
