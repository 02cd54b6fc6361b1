"""Conda prefixes: conda's records beside Python's own metadata."""

import json

from package_extract_analyzers.python.conda import conda_prefix

PREFIX = "opt/conda"
SITE = f"{PREFIX}/lib/python3.12/site-packages"


def record(name: str, version: str, *files: str) -> bytes:
    return json.dumps({"name": name, "version": version, "files": files, "requested_spec": ""}).encode()


def metadata(name: str, version: str) -> bytes:
    return f"Name: {name}\nVersion: {version}\n".encode()


def test_a_package_in_both_is_owned_by_conda(analyze) -> None:
    info = "lib/python3.12/site-packages/six-1.16.0.dist-info"
    outcome = analyze(
        {
            f"{PREFIX}/conda-meta/history": b"==> now <==\n",
            f"{PREFIX}/conda-meta/six-1.16.0-py_0.json": record("six", "1.16.0", f"{info}/METADATA", f"{info}/RECORD"),
            f"{PREFIX}/{info}/METADATA": metadata("six", "1.16.0"),
        }
    )
    (environment,) = outcome.environments
    assert (environment["prefix"], environment["kind"], environment["paths"]) == (PREFIX, "conda", [SITE])
    conda, python = environment["packages"]
    assert conda["metadata_kind"] == conda["installer"] == "conda"
    assert (conda["shadowed_by"], python["shadowed_by"]) == (None, None)
    assert python["owner"] == {"type": "conda", "name": "six", "version": "1.16.0"}


def test_what_pip_installed_over_it_shadows_the_record(analyze) -> None:
    outcome = analyze(
        {
            f"{PREFIX}/conda-meta/six-1.16.0-py_0.json": record("six", "1.16.0", "lib/python3.12/site-packages/six.py"),
            f"{SITE}/six-1.17.0.dist-info/METADATA": metadata("six", "1.17.0"),
        }
    )
    assert outcome.visible == [("six", "1.17.0")]
    assert (
        outcome.packages[f"{PREFIX}/conda-meta/six-1.16.0-py_0.json"]["shadowed_by"] == f"{SITE}/six-1.17.0.dist-info"
    )


def test_packages_that_are_not_for_python_are_listed_too(analyze) -> None:
    path = f"{PREFIX}/envs/ml/conda-meta/zlib-1.3-0.json"
    outcome = analyze({path: record("zlib", "1.3", "lib/libz.so.1.3", "include/zlib.h")})
    assert outcome.environment(f"{PREFIX}/envs/ml")["kind"] == "conda"
    assert outcome.packages[path]["native_libraries"] == [f"{PREFIX}/envs/ml/lib/libz.so.1.3"]
    assert outcome.packages[path]["requested"] is False
    assert outcome.ownership.owner(f"{PREFIX}/envs/ml/include/zlib.h")["name"] == "zlib"


def test_a_damaged_record_keeps_its_neighbours(analyze) -> None:
    outcome = analyze({"conda-meta/a-1-0.json": b"{", "conda-meta/b-1-0.json": record("b", "1")})
    assert outcome.visible == [("b", "1")]
    assert [(problem["code"], problem["path"]) for problem in outcome.problems] == [
        ("corrupt-conda-record", "conda-meta/a-1-0.json")
    ]
    assert outcome.environment("")["kind"] == "conda"


def test_the_cache_of_packages_is_no_system(analyze) -> None:
    site = f"{PREFIX}/pkgs/six-1.16.0-py_0/lib/python3.12/site-packages"
    outcome = analyze(
        {f"{PREFIX}/conda-meta/history": b"", f"{site}/six-1.16.0.dist-info/METADATA": metadata("six", "1.16.0")}
    )
    assert outcome.environment(site)["kind"] == "unbound"


def test_conda_prefix() -> None:
    assert conda_prefix("opt/conda/conda-meta/history") == "opt/conda"
    assert conda_prefix("conda-meta/history") == ""
