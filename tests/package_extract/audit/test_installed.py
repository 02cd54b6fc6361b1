from typing import Any

from package_extract.audit.installed import installations


def test_the_first_on_the_path_counts(make: Any, found: Any) -> None:
    lower = make.row("b", "3", location="usr/lib/python3/dist-packages", shadowed_by=f"{make.site}/b-1.dist-info")
    results = make.results(make.row("a", "1", "b>=2"), make.row("b", "1"), lower)
    interpreter = make.interpreter(sys_path=[make.site, "usr/lib/python3/dist-packages"])
    results["python_interpreters"]["interpreters"] = [interpreter]
    assert [kind for kind, *_ in found(results)] == ["conflicting-requirement", "shadowed-package"]
    interpreter["sys_path"].reverse()
    assert [kind for kind, *_ in found(results)] == ["shadowed-package"]


def test_metadata_beside_metadata(make: Any, found: Any) -> None:
    old = make.row("a", "0.9", shadowed_by=f"{make.site}/a-1.0.dist-info")
    results = make.results(make.row("a"), old)
    (installed,) = installations(results)
    assert {name: seen.row["version"] for name, seen in installed.packages.items()} == {"a": "1.0"}
    assert found(results) == [("duplicate-package", "warning", f"a 0.9 in /{make.site} has metadata of 1.0 beside it")]


def test_eggs_and_conda(make: Any) -> None:
    egg = make.row("e", location=f"{make.site}/e-1.0-py3.12.egg", metadata_kind="egg")
    conda = make.row("c", metadata_kind="conda", location="opt/app")
    (installed,) = installations(make.results(egg, conda))
    assert [*installed.packages] == ["e"]


def test_what_nobody_reads(make: Any, found: Any) -> None:
    results = make.results(make.row("a", "1", "missing"), interpreter=make.interpreter(sys_path=[], site_dirs=[]))
    assert found(results) == [
        (
            "not-checked",
            "info",
            "no interpreter of the image reads /opt/app; what its 1 package requires was not checked",
        )
    ]
    assert found({}) == []


def test_an_interpreter_of_unknown_version(make: Any, found: Any) -> None:
    interpreter = make.interpreter(version=None, marker_environment={})
    assert found(make.results(make.row("a", "1", "missing"), interpreter=interpreter)) == [
        (
            "not-checked",
            "info",
            "the version of /opt/app/bin/python is not known, so what its packages require was not checked",
        )
    ]


def test_a_directory_that_is_reached_through_links(make: Any, found: Any) -> None:
    through = make.interpreter(sys_path=["opt/current/site"], real_paths={"opt/current/site": make.site})
    results = make.results(make.row("a", "1", "b"), make.row("b", "1"), interpreter=through)
    (installed,) = installations(results)
    assert [*installed.packages] == ["a", "b"]
    assert found(results) == []
