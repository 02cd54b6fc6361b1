import click
import pytest

from package_extract.cli.byte_size import ByteSize


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("500", 500),
        ("64K", 65536),
        ("64k", 65536),
        ("32M", 1 << 25),
        ("32MiB", 1 << 25),
        ("2GB", 1 << 31),
        ("1T", 1 << 40),
    ],
)
def test_sizes(text, size):
    assert ByteSize().convert(text, None, None) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5G", "G", "KK", "1KK", "1 G", "²", "1P", "i", "b"])
def test_what_is_no_size(text):
    with pytest.raises(click.BadParameter, match="is not a size; write 500, 64K"):
        ByteSize().convert(text, None, None)
