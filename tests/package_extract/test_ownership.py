from package_extract.filesystem.tree import LinkNode, Tree
from package_extract.ownership import Ownership


def owner(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "name": name, "version": "1"}


def ownership() -> Ownership:
    return Ownership(Tree({}, {"lib": LinkNode(0, "usr/lib")}, {"usr/lib": 0}))


def test_the_system_before_conda_before_python() -> None:
    files = ownership()
    files.claim(owner("python", "p"), ["usr/lib/a", "usr/lib/b", "usr/lib/c"])
    files.claim(owner("conda", "c"), ["usr/lib/a", "usr/lib/b"])
    files.claim(owner("rpm", "r"), ["lib/a"])
    found = [files.owner(f"usr/lib/{name}") for name in "abcd"]
    assert [one["name"] if one else None for one in found] == ["r", "c", "p", None]


def test_overlaps_of_system_packages_and_distributions() -> None:
    files = ownership()
    deb, conda, python = owner("deb", "d"), owner("conda", "c"), owner("python", "p")
    files.claim(deb, ["lib/a", "lib/only"])
    assert files.overlaps() == []
    files.claim(conda, ["usr/lib/a", "usr/lib/b"])
    files.claim(python, ["usr/lib/a", "usr/lib/b"])
    ((path, package, distribution),) = files.overlaps()
    assert path == "usr/lib/a"
    assert package is deb
    assert distribution is python
