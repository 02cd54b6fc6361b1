import pytest

from package_extract.errors import FormatError
from package_extract.formats.rpm.header import Header
from package_extract.formats.rpm.package import package, utc

NVR = (1000, 6, "gpg-pubkey"), (1001, 6, "1"), (1002, 6, "2")


def test_only_what_the_header_says(header_blob):
    found = package(Header(header_blob(*NVR)))
    assert [found.pop(key) for key in ("name", "version", "release")] == ["gpg-pubkey", "1", "2"]
    assert all(value is None or value == [] for value in found.values())


def test_epoch_zero_is_an_epoch(header_blob):
    assert package(Header(header_blob(*NVR, (1003, 4, 0))))["epoch"] == 0


def test_the_long_size_wins(header_blob):
    assert package(Header(header_blob(*NVR, (1009, 4, 1), (5009, 5, 1 << 33))))["size"] == 1 << 33


def test_the_word_none_is_nothing(header_blob):
    assert package(Header(header_blob(*NVR, (1044, 6, "(none)"))))["source_rpm"] is None


@pytest.mark.parametrize("missing", range(3))
def test_a_package_has_name_version_and_release(header_blob, missing):
    with pytest.raises(FormatError):
        package(Header(header_blob(*NVR[:missing], *NVR[missing + 1 :])))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1970-01-01T00:00:00Z"), (1704067200, "2024-01-01T00:00:00Z"), (None, None), (1 << 60, None)],
)
def test_time(seconds, text):
    assert utc(seconds) == text
