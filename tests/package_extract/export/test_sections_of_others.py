"""A section of an analyzer that is not known here may be any JSON: nothing may stumble over it."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.documents import generated_document
from package_extract.comparison import compare
from package_extract.document.reading import load_valid
from package_extract.document.writing import encode
from package_extract.export.difference_text import render as render_difference
from package_extract.export.filtering import filtered
from package_extract.export.grid import render as render_grid
from package_extract.export.html import difference_page, report
from package_extract.export.listing import all_listings

NAMES = st.sampled_from(
    ["name", "version", "packages", "path", "owner", "layer", "size", "installed", "databases", "other"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-1, 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
SECTIONS = st.dictionaries(
    st.sampled_from(["gems", "crates"]), JSON | st.fixed_dictionaries({"packages": st.lists(JSON)})
)


@given(SECTIONS, SECTIONS)
def test_any_json(one, other):
    before, after = (
        load_valid(encode({**generated_document(4), "results": {**generated_document(4)["results"], **sections}}))
        for sections in (one, other)
    )
    comparison = compare(before, after)
    assert render_difference(comparison, width=80, color=False)
    assert difference_page(comparison)
    assert report([before, after])
    for listing in all_listings(before):
        kept = filtered(listing, ["a"])
        assert kept.records == [] or render_grid(kept, width=80, color=False)
