import pytest

from package_extract.export.quantities import readable_size, rooted


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
