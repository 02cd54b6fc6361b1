"""Where distributions belong, by the layout of their directories."""

import pytest

from package_extract_analyzers.python.environments import Environments

METADATA = b"Name: a\nVersion: 1\n"
ELF = b"\x7fELF"


@pytest.mark.parametrize(
    ("site", "prefix", "kind"),
    [
        ("usr/lib/python3/dist-packages", "usr", "system"),
        ("usr/local/lib/python3.11/dist-packages", "usr/local", "system"),
        ("usr/lib64/python3.9/site-packages", "usr", "system"),
        ("opt/python/3.13t/lib/python3.13t/site-packages", "opt/python/3.13t", "system"),
        ("opt/pypy/lib/pypy3.10/site-packages", "opt/pypy", "system"),
        ("lib/python3.12/site-packages", "", "system"),
        ("root/.local/lib/python3.11/site-packages", "root/.local", "user"),
        ("home/me/.local/lib/python3.11/site-packages", "home/me/.local", "user"),
        ("opt/tree", "opt/tree", "unbound"),
        ("site-packages", "site-packages", "unbound"),
        ("usr/lib/python3.11", "usr/lib/python3.11", "unbound"),
        ("usr/share/mylib/python3.11/site-packages", "usr/share/mylib/python3.11/site-packages", "unbound"),
    ],
)
def test_kinds(analyze, site: str, prefix: str, kind: str) -> None:
    outcome = analyze({f"{site}/a-1.dist-info/METADATA": METADATA})
    (environment,) = outcome.environments
    assert (environment["prefix"], environment["kind"], environment["paths"]) == (prefix, kind, [site])
    assert environment["include_system_site"] is None


def test_each_python_version_of_a_prefix_is_an_environment_of_its_own(analyze) -> None:
    sites = ["usr/lib/python3.6/site-packages", "usr/lib/python3.9/site-packages", "usr/lib64/python3.9/site-packages"]
    outcome = analyze({f"{site}/a-1.dist-info/METADATA": METADATA for site in sites})
    assert [environment["paths"] for environment in outcome.environments] == [[sites[0]], [sites[2], sites[1]]]
    assert outcome.packages[f"{sites[1]}/a-1.dist-info"]["shadowed_by"] == f"{sites[2]}/a-1.dist-info"
    assert outcome.packages[f"{sites[0]}/a-1.dist-info"]["shadowed_by"] is None


@pytest.mark.parametrize(
    ("config", "inherits"),
    [
        (b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n", False),
        (b"home = /usr/bin\nimplementation = CPython\nuv = 0.9\nversion_info = 3.11.2\n", True),
    ],
)
def test_a_virtual_environment_and_its_interpreter(analyze, config: bytes, inherits: bool) -> None:
    outcome = analyze(
        {
            "opt/app/pyvenv.cfg": config,
            "opt/app/bin/python": "python3",
            "opt/app/bin/python3": "/usr/bin/python3",
            "opt/app/lib/python3.11/site-packages": None,
            "usr/bin/python3": "python3.11",
            "usr/bin/python3.11": ELF,
        }
    )
    environment = outcome.environment("opt/app")
    assert environment == {
        "prefix": "opt/app",
        "kind": "virtualenv",
        "interpreter": "usr/bin/python3.11",
        "include_system_site": inherits,
        "paths": ["opt/app/lib/python3.11/site-packages"],
        "packages": [],
    }


@pytest.mark.parametrize(
    ("entries", "interpreter"),
    [
        ({"v/bin/python": ELF}, "v/bin/python"),
        ({"v/bin/python3": ELF}, "v/bin/python3"),
        ({"usr/bin/python3.12": ELF}, "usr/bin/python3.12"),
        ({"v/bin/python": "/nowhere", "opt/real/python3.12": ELF}, "opt/real/python3.12"),
        ({"v/bin/python": "python"}, None),
        ({"v/bin/python": None}, None),
    ],
)
def test_where_the_interpreter_of_a_virtual_environment_is_looked_for(
    analyze, entries: dict[str, bytes | str | None], interpreter: str | None
) -> None:
    config = b"home = /usr/bin\nexecutable = /opt/real/python3.12\nversion = 3.12.1\n"
    assert analyze({"v/pyvenv.cfg": config, **entries}).environment("v")["interpreter"] == interpreter


def test_the_administrators_packages_come_before_the_distributions(analyze) -> None:
    distribution, administrator = "usr/lib/python3/dist-packages", "usr/local/lib/python3.11/dist-packages"
    other = "usr/local/lib/python3.12/dist-packages"
    entries = {f"{site}/a-1.dist-info/METADATA": METADATA for site in (distribution, administrator, other)}
    interpreter = {"usr/bin/python3": "python3.11", "usr/bin/python3.11": ELF}
    outcome = analyze({**entries, **interpreter})
    assert outcome.packages[f"{distribution}/a-1.dist-info"]["shadowed_by"] == f"{administrator}/a-1.dist-info"
    assert [environment["interpreter"] for environment in outcome.environments] == [
        "usr/bin/python3.11",
        "usr/bin/python3.11",
        None,
    ]


def test_debians_directories_for_all_versions_and_for_one_are_one_environment(analyze) -> None:
    sites = ["usr/lib/python3/dist-packages", "usr/lib/python3.11/dist-packages", "usr/lib/python3.12/dist-packages"]
    entries = {f"{site}/a-1.dist-info/METADATA": METADATA for site in sites}
    outcome = analyze({**entries, "usr/bin/python3": "python3.11", "usr/bin/python3.11": ELF})
    assert [environment["paths"] for environment in outcome.environments] == [sites[:2], sites[2:]]
    assert outcome.packages[f"{sites[1]}/a-1.dist-info"]["shadowed_by"] == f"{sites[0]}/a-1.dist-info"
    assert len(analyze(entries).environments) == 3


def test_a_python_in_usr_local_does_not_overlay_the_distributions(analyze) -> None:
    sites = ["usr/lib/python3.11/site-packages", "usr/local/lib/python3.11/site-packages"]
    binaries = {"usr/bin/python3.11": ELF, "usr/local/bin/python3.11": ELF}
    outcome = analyze({**binaries, **{f"{site}/a-1.dist-info/METADATA": METADATA for site in sites}})
    assert outcome.visible == [("a", "1"), ("a", "1")]


def test_directories_of_pth_files_belong_to_their_environment(analyze) -> None:
    site = "usr/lib/python3.11/site-packages"
    outcome = analyze(
        {
            f"{site}/a.pth": b"import os\n/src/project\n../../../../link\n/missing\n/src/project\n",
            "link": "src/other",
            "src/project/project.egg-info/PKG-INFO": b"Name: project\nVersion: 1\n",
            "src/other/code-1.dist-info/METADATA": b"Name: code\nVersion: 1\n",
        }
    )
    (environment,) = outcome.environments
    assert environment["paths"] == [site, "src/project", "src/other"]
    assert outcome.visible == [("code", "1"), ("project", "1")]


def test_an_egg_link_makes_its_target_an_editable_package_of_the_environment(analyze) -> None:
    site = "usr/lib/python3.11/site-packages"
    outcome = analyze(
        {
            f"{site}/project.egg-link": b"/src\n../",
            f"{site}/dangling.egg-link": b"/nowhere\n",
            f"{site}/empty.egg-link": b"\n",
            "src/project.egg-info/PKG-INFO": b"Name: project\nVersion: 1\n",
        }
    )
    (environment,) = outcome.environments
    assert environment["paths"] == [site]
    assert [(row["name"], row["editable"], row["location"]) for row in environment["packages"]] == [
        ("project", True, "src")
    ]


def test_setuptools_finders_make_a_distribution_editable(analyze) -> None:
    info = "v/lib/python3.11/site-packages/a-1.dist-info"
    outcome = analyze({f"{info}/METADATA": METADATA, f"{info}/RECORD": b"__editable___a_1_finder.py,,\n"})
    assert outcome.packages[info]["editable"]


def test_environments_are_sorted() -> None:
    environments = Environments({"b": {}, "a": {}}, ["c"])
    environments.of_site("aa")
    assert [one.prefix for one in environments.all()] == ["a", "aa", "b", "c"]


def test_cpython_and_pypy_in_one_prefix_have_directories_of_their_own(analyze) -> None:
    sites = ["usr/local/lib/pypy3.11/dist-packages", "usr/local/lib/python3.11/dist-packages"]
    outcome = analyze({f"{site}/a-1.dist-info/METADATA": METADATA for site in sites})
    assert [environment["paths"] for environment in outcome.environments] == [[site] for site in sites]
    assert outcome.visible == [("a", "1"), ("a", "1")]
