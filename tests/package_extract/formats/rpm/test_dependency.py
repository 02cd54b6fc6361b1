from package_extract.formats.rpm.dependency import PROVIDES, REQUIRES, dependencies
from package_extract.formats.rpm.header import Header


def test_every_operator(header_blob):
    flags = [0, 2, 4, 8, 10, 12, 1 << 24 | 10, 0]
    names = ["a", "b", "c", "d", "e", "f", "rpmlib(X)", "(g if h)"]
    versions = ["", "1", "1:2-3", "4~rc1", "5^git", "6", "4.0-1", ""]
    header = Header(header_blob((1049, 8, names), (1048, 4, flags), (1050, 8, versions)))
    assert dependencies(header, REQUIRES) == [
        "a",
        "b < 1",
        "c > 1:2-3",
        "d = 4~rc1",
        "e <= 5^git",
        "f >= 6",
        "rpmlib(X) <= 4.0-1",
        "(g if h)",
    ]


def test_names_of_old_packages_come_without_versions(header_blob):
    assert dependencies(Header(header_blob((1047, 8, ["a", "b"]))), PROVIDES) == ["a", "b"]


def test_a_package_without_dependencies(header_blob):
    assert dependencies(Header(header_blob((1000, 6, "a"))), PROVIDES) == []
