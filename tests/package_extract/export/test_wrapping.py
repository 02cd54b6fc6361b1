from hypothesis import given
from hypothesis import strategies as st

from package_extract.export.wrapping import LEAST_WIDTH, wrapped

WORDS = st.lists(st.text("abc/-.", min_size=1, max_size=60), min_size=1)


def test_a_line_that_fits_stays():
    assert wrapped("  one  two", 10, "    ") == ["  one  two"]
    assert wrapped("x" * 500 + " y", None, "") == ["x" * 500 + " y"]


def test_indents():
    line = "  - " + "word " * 10 + "end"
    assert wrapped(line, 42, "      ") == ["  - word word word word word word word", "      word word word end"]


@given(WORDS, st.integers(0, 200), st.sampled_from(["", "    "]))
def test_no_word_is_lost_or_broken_and_only_long_ones_are_beyond_the_width(words, width, indent):
    lines = wrapped("  " + " ".join(words), width, indent)
    assert " ".join(lines).split() == words
    for line in lines:
        assert len(line) <= max(width, LEAST_WIDTH) or len(line.split()) == 1
