"""Files that a package of the operating system and a Python distribution both list."""

from typing import Any

SITE = "usr/lib/python3/dist-packages"
METADATA = b"Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0.2\n"
OLD = f"{SITE}/PyYAML-6.0.egg-info"
INFO = f"{SITE}/PyYAML-6.0.2.dist-info"
FILES = {
    OLD: b"Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0\n",
    f"{INFO}/METADATA": METADATA,
    f"{INFO}/RECORD": b"yaml/__init__.py,,\nyaml/new.py,,\nyaml/loader.py,,\nPyYAML-6.0.2.dist-info/METADATA,,\n",
    f"{SITE}/yaml/__init__.py": b"",
    f"{SITE}/yaml/loader.py": b"",
}
CLAIMS = {"python3-yaml": [OLD, f"{SITE}/yaml/__init__.py", f"{SITE}/yaml/loader.py"]}


def test_a_distribution_over_a_package(analyze: Any) -> None:
    rows = analyze(FILES, claims=CLAIMS).packages
    owner = {"type": "deb", "name": "python3-yaml", "version": "1-1"}
    assert rows[INFO]["overwrites"] == [{"owner": owner, "files": 2, "path": f"{SITE}/yaml/__init__.py"}]
    assert rows[OLD]["overwrites"] == []


def test_a_package_that_is_the_distribution(analyze: Any) -> None:
    claims = {"python3-yaml": [*CLAIMS["python3-yaml"], f"{INFO}/METADATA"]}
    assert analyze(FILES, claims=claims).packages[INFO]["overwrites"] == []


def test_several_packages(analyze: Any) -> None:
    claims = {"b": [f"{SITE}/yaml/loader.py"], "a": [f"{SITE}/yaml/__init__.py", f"{SITE}/yaml/other.py"]}
    found = analyze(FILES, claims=claims).packages[INFO]["overwrites"]
    assert [(row["owner"]["name"], row["files"]) for row in found] == [("a", 1), ("b", 1)]


def test_tags_of_a_hostile_wheel(analyze: Any) -> None:
    files = {f"{INFO}/METADATA": METADATA, f"{INFO}/WHEEL": b"Tag: " + b"x" * 5000 + b"\n" + b"Tag: y\n" * 5000}
    tags = analyze(files).packages[INFO]["tags"]
    assert (len(tags), len(tags[0]), tags[1]) == (500, 1000, "y")
