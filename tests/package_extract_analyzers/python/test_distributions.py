import pytest

from package_extract_analyzers.python.distributions import Distribution, rooted


@pytest.mark.parametrize(
    ("path", "kind", "site", "location"),
    [
        ("s/a-1.dist-info", "dist-info", "s", "s"),
        ("s/a-1.EGG-INFO", "egg-info", "s", "s"),
        ("a.egg-info", "egg-info", "", ""),
        ("s/a-1.egg", "egg", "s", "s/a-1.egg"),
        ("s/a-1.egg/EGG-INFO", "egg", "s", "s/a-1.egg"),
        ("s/a-1.egg/b-1.dist-info", "dist-info", "s/a-1.egg", "s/a-1.egg"),
    ],
)
def test_places(path: str, kind: str, site: str, location: str) -> None:
    one = Distribution(path)
    assert (one.kind, one.site, one.location) == (kind, site, location)


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [
        ("a_b-1.dist-info", "Other", "a-b"),
        ("a_b.dist-info", "Other", "other"),
        ("a_b.egg-info", "Other", "a-b"),
        ("a_b-1-py3.egg-info", "Other", "a-b"),
        (".dist-info", "Other", "other"),
    ],
)
def test_the_key_is_what_pip_takes_for_the_canonical_name(path: str, name: str, key: str) -> None:
    one = Distribution(path)
    one.add(f"{path}/METADATA", "metadata", {"name": [name]})
    assert (one.name, one.key) == (name, key)


def test_metadata_comes_before_pkg_info_unless_it_is_empty() -> None:
    full, empty = Distribution("a.egg-info"), Distribution("a.egg-info")
    for one, headers in ((full, {"name": ["metadata"]}), (empty, {})):
        one.add("a.egg-info/METADATA", "metadata", headers)
        one.add("a.egg-info/PKG-INFO", "metadata", {"name": ["pkg-info"]})
    assert (full.name, full.metadata_file) == ("metadata", "a.egg-info/METADATA")
    assert (empty.name, empty.metadata_file) == ("pkg-info", "a.egg-info/PKG-INFO")


def test_rooted() -> None:
    paths = ["a.py", "./b.py", "../../bin/c", "/etc/d", "e/../f", ".hidden", "../../../../../g", "h//i"]
    assert list(rooted("opt/lib/site", "\n".join(paths))) == [
        "opt/lib/site/a.py",
        "opt/lib/site/b.py",
        "opt/bin/c",
        "etc/d",
        "opt/lib/site/f",
        "opt/lib/site/.hidden",
        "g",
        "opt/lib/site/h/i",
    ]
    assert list(rooted("", "")) == []
    assert list(rooted("", "a\nb")) == ["a", "b"]
