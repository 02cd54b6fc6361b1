import pytest

from package_extract.export.quantities import counted, readable_size, rooted


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, ""), (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_499, "999 kB"), (999_500, "1 MB"), (81_234_567, "81.2 MB"),
     (1_500_000_000, "1.5 GB"), (2 * 10**12, "2 TB"), (5 * 10**15, "5e+03 TB")],
)  # fmt: skip
def test_readable_size(size, text):
    assert readable_size(size) == text


def test_rooted():
    assert rooted("usr/bin") == rooted("/usr/bin") == "/usr/bin"
    assert rooted("") == "/"


def test_counted() -> None:
    assert [counted(number, "package") for number in (0, 1, 2, 1200)] == [
        "0 packages", "1 package", "2 packages", "1,200 packages",
    ]  # fmt: skip
