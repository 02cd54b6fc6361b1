from package_extract.resolver.package import package_of
from package_extract.resolver.target_text import parse_target
from tests.package_extract.resolver.memory_source import MemorySource, Release

OLD, NEW = "cpython 3.8 glibc 2.17 x86_64", "cpython 3.12 glibc 2.28 x86_64"


def page():
    releases = {"demo 1": Release(python="<3.10"), "demo 2": Release(python=">=3.9"), "demo 3": Release(sdist=True)}
    return MemorySource(releases).project("demo")


def test_targets_of_the_same_kind_share_a_package():
    listed = page()
    assert package_of(listed, parse_target(NEW), no_wheels=False) is package_of(
        listed, parse_target(NEW), no_wheels=False
    )


def test_other_targets_have_their_own():
    listed = page()
    old, new = (package_of(listed, parse_target(words), no_wheels=False) for words in (OLD, NEW))
    assert (old.usable, new.usable) == (0b101, 0b110)
    assert package_of(listed, parse_target(NEW), no_wheels=True).usable == 0
