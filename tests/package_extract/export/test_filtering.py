import pytest

from benchmarks.documents import generated_document
from package_extract.export.filtering import filtered
from package_extract.export.listing import listings_of

(PACKAGES,) = listings_of(generated_document(40), "packages")
(LIBRARIES,) = listings_of(generated_document(40), "libraries")


def names(*filters, listing=PACKAGES, key="name"):
    return [record[key] for record in filtered(listing, filters).records]


def test_a_part_of_the_name_in_any_case():
    assert names("LIBPART1") == ["libpart1", *(f"libpart{number}" for number in range(10, 20))]


def test_a_pattern_fits_the_whole_value():
    assert names("libpart?") == [f"libpart{number}" for number in range(10)]
    assert names("part?") == []
    assert names("*part1[01]") == ["libpart10", "libpart11"]


def test_paths_begin_with_a_slash():
    assert len(names("/opt/app")) == 20
    assert len(names("/opt/app/*/distribution-1*.dist-info")) == 11
    assert names("opt/app/*") == []


def test_any_of_several():
    assert names("libpart3", "distribution-3") == ["libpart3", "distribution-3"]


def test_owners():
    assert names("deb libpart2", listing=LIBRARIES, key="soname") == ["libpart2.so.2"]


def test_versions_and_kinds_are_not_looked_at():
    assert names("python") == names("/opt/app/lib/python3.11")
    assert names("deb12u") == []


@pytest.mark.parametrize("text", ["[", "*[", "[!", "\\", "**", "("])
def test_any_text_is_a_filter(text):
    assert isinstance(names(text), list)


def test_no_filter():
    assert filtered(PACKAGES, ()) is PACKAGES
