from __future__ import annotations

from typing import Any

import pytest

from tests.package_extract_analyzers.python.images_in_memory import look
from tests.python_binaries import Binary, cpython

STDLIB = ["usr/lib/python311.zip", "usr/lib/python3.11", "usr/lib/python3.11/lib-dynload"]
SITE = "usr/lib/python3.11/site-packages"
PLAIN: dict[str, Any] = {
    "usr/bin/python3.11": cpython("3.11.2"),
    "usr/bin/python3": "python3.11",
    "usr/lib/python3.11/encodings": None,
    SITE: None,
}
VIRTUAL: dict[str, Any] = {
    "v/pyvenv.cfg": b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n",
    "v/bin/python": "/usr/bin/python3",
    "v/bin/python3": "python",
    "v/lib/python3.11/site-packages": None,
}
INHERITING = {**VIRTUAL, "v/pyvenv.cfg": b"home = /usr/bin\ninclude-system-site-packages = true\n"}
OWN = "v/lib/python3.11/site-packages"
DEBIAN = b'sitepackages.append(os.path.join(prefix, "lib", "python3", "dist-packages"))'
FEDORA = b"if ENABLE_USER_SITE and 'RPM_BUILD_ROOT' not in os.environ:"


def sites(found: Any, path: str = "usr/bin/python3.11") -> list[str]:
    row = found.interpreters[path]
    assert row["sys_path"] == [entry for entry in row["sys_path"] if entry in row["site_dirs"] or entry in STDLIB]
    listed: list[str] = row["site_dirs"]
    return listed


def test_the_standard_library_comes_first() -> None:
    found = look(PLAIN)

    assert found.only["sys_path"] == [*STDLIB, SITE]
    assert sites(found) == [SITE]


def test_what_is_not_there_is_not_imported_from() -> None:
    assert sites(look({path: content for path, content in PLAIN.items() if path != SITE})) == []


def test_python_path_comes_before_everything_and_need_not_exist() -> None:
    found = look(PLAIN, env={"PYTHONPATH": "/app:lib:/app/../nowhere"}, WorkingDir="/srv")

    assert found.only["sys_path"][:3] == ["app", "srv/lib", "nowhere"]
    assert sites(found) == ["app", "srv/lib", "nowhere", SITE]


@pytest.mark.parametrize(
    ("files", "env", "user", "expected"),
    [
        ({}, {}, "", ["root/.local/lib/python3.11/site-packages"]),
        ({}, {"HOME": "/people/me"}, "me", ["people/me/.local/lib/python3.11/site-packages"]),
        (
            {"etc/passwd": b"me:x:7:7::/people/me:/bin/sh\n"},
            {},
            "me:staff",
            ["people/me/.local/lib/python3.11/site-packages"],
        ),
        ({"etc/passwd": b"me:x:7:7::/people/me:/bin/sh\n"}, {}, "7", ["people/me/.local/lib/python3.11/site-packages"]),
        ({}, {}, "unknown", []),
        ({}, {"PYTHONUSERBASE": "/base"}, "", ["base/lib/python3.11/site-packages"]),
        ({}, {"PYTHONNOUSERSITE": "1"}, "", []),
        ({}, {"PYTHONNOUSERSITE": "0"}, "", ["root/.local/lib/python3.11/site-packages"]),
    ],
)
def test_the_site_of_the_images_user(
    files: dict[str, Any], env: dict[str, str], user: str, expected: list[str]
) -> None:
    homes = {f"{home}/lib/python3.11/site-packages": None for home in ("root/.local", "people/me/.local", "base")}

    assert sites(look({**PLAIN, **homes, **files}, env=env, User=user)) == [*expected, SITE]


def test_debian() -> None:
    places = [
        "usr/local/lib/python3.11/dist-packages",
        "usr/lib/python3/dist-packages",
        "usr/lib/python3.11/dist-packages",
    ]
    found = look({**PLAIN, **INHERITING, "usr/lib/python3.11/site.py": DEBIAN, **dict.fromkeys(places)})

    assert sites(found) == places
    assert sites(found, "v/bin/python") == [OWN, *places]


def test_fedora() -> None:
    files = {
        "usr/bin/python3.9": cpython("3.9.18"),
        "usr/lib64/python3.9/encodings": None,
        "usr/lib64/python3.9/site.py": FEDORA,
        "usr/lib64/python3.9/site-packages": None,
        "usr/lib/python3.9/site-packages": None,
        "usr/local/lib/python3.9/site-packages": None,
    }
    row = look(files).only

    assert row["stdlib"] == "usr/lib64/python3.9"
    assert row["sys_path"][0] == "usr/lib64/python39.zip"
    assert row["site_dirs"] == [
        "usr/local/lib/python3.9/site-packages",
        "usr/lib64/python3.9/site-packages",
        "usr/lib/python3.9/site-packages",
    ]


def test_a_virtual_environment() -> None:
    row = look({**PLAIN, **VIRTUAL}).interpreters["v/bin/python"]

    assert (row["version"], row["base"], row["virtual_environment"]) == ("3.11.2", "usr/bin/python3.11", True)
    assert (row["prefix"], row["base_prefix"], row["stdlib"]) == ("v", "usr", "usr/lib/python3.11")
    assert row["aliases"] == ["v/bin/python3"]
    assert row["sys_path"] == [*STDLIB, OWN]
    assert row["evidence"][-1] == {"source": "pyvenv.cfg", "path": "v/pyvenv.cfg", "version": "3.11.2"}


def test_a_virtual_environment_with_the_packages_of_its_base() -> None:
    files = {**PLAIN, **INHERITING, "root/.local/lib/python3.11/site-packages": None}

    assert sites(look(files), "v/bin/python") == [OWN, "root/.local/lib/python3.11/site-packages", SITE]


def test_a_virtual_environment_with_a_copy_of_the_program() -> None:
    found = look({**PLAIN, **VIRTUAL, "v/bin/python": cpython("3.11.2")})

    row = found.interpreters["v/bin/python"]
    assert (row["base"], row["stdlib"], row["site_dirs"]) == ("usr/bin/python3.11", "usr/lib/python3.11", [OWN])


def test_a_virtual_environment_whose_base_is_missing() -> None:
    found = look({**VIRTUAL, "v/bin/python": "/usr/local/bin/python3.12"})

    assert found.interpreters == {}
    assert found.codes == ["no-interpreter"]
    assert "/usr/local/bin/python3.12" in found.problems[0]["message"]


def test_a_virtual_environment_of_another_version_than_it_was_made_with() -> None:
    found = look({**PLAIN, **VIRTUAL, "v/pyvenv.cfg": b"home = /usr/bin\nversion_info = 3.11.9.final.0\n"})

    assert found.interpreters["v/bin/python"]["version"] == "3.11.2"
    assert [(problem["code"], problem["path"]) for problem in found.problems] == [
        ("contradictory-version", "v/bin/python")
    ]


def test_pth_files_in_the_order_of_their_names() -> None:
    files = {
        **PLAIN,
        f"{SITE}/b.pth": b"/opt/b\n# no\nimport sys; sys.path.append('/opt/code')\nmissing\n../up\n",
        f"{SITE}/a.pth": b"inside\n/opt/b\n",
        f"{SITE}/inside": None,
        "opt/b": None,
        "opt/code": None,
        "usr/lib/python3.11/up": None,
    }

    assert sites(look(files)) == [SITE, f"{SITE}/inside", "opt/b", "usr/lib/python3.11/up"]


def test_links_stay_as_the_interpreter_sees_them() -> None:
    files = {**PLAIN, **VIRTUAL, "v/lib64": "lib", "usr/lib64/python3.11/encodings": None}
    row = look(files).interpreters["v/bin/python"]

    assert row["site_dirs"] == [OWN]


def test_where_links_lead_is_told_beside_the_path() -> None:
    files = {
        **PLAIN,
        f"{SITE}/a.pth": b"/srv/current/source\n",
        "srv/current": "releases/7",
        "srv/releases/7/source": None,
    }
    row = look(files).only

    assert row["site_dirs"] == [SITE, "srv/current/source"]
    assert row["real_paths"] == {"srv/current/source": "srv/releases/7/source"}


def test_hidden_pth_files_are_passed_over() -> None:
    files = {**PLAIN, f"{SITE}/._a.pth": b"/opt/b\n", f"{SITE}/.b.pth": b"/opt/b\n", "opt/b": None}
    found = look(files)

    assert sites(found) == [SITE]
    assert found.environment("usr")["paths"] == [SITE]


def test_a_virtual_environment_names_its_base_as_its_configuration_does() -> None:
    """uv makes them with the interpreter of a series, which is a link to that of a release."""
    files = {
        "opt/python-3.11.2/bin/python3.11": cpython("3.11.2"),
        "opt/python-3.11.2/lib/python3.11/encodings": None,
        "opt/python-3.11.2/lib/python3.11/site-packages": None,
        "opt/python-3.11": "python-3.11.2",
        **INHERITING,
        "v/pyvenv.cfg": b"home = /opt/python-3.11/bin\n",
        "v/bin/python": "/opt/python-3.11/bin/python3.11",
    }
    row = look(files).interpreters["v/bin/python"]

    assert (row["base_prefix"], row["base"]) == ("opt/python-3.11", "opt/python-3.11.2/bin/python3.11")
    assert row["stdlib"] == "opt/python-3.11/lib/python3.11"
    assert row["site_dirs"] == [OWN, "opt/python-3.11/lib/python3.11/site-packages"]
    assert row["real_paths"][row["site_dirs"][1]] == "opt/python-3.11.2/lib/python3.11/site-packages"


def test_a_home_in_the_root_is_not_a_prefix() -> None:
    files = {**PLAIN, "bin": "usr/bin", "lib": "usr/lib", **VIRTUAL, "v/pyvenv.cfg": b"home = /bin\n"}

    assert look(files).interpreters["v/bin/python"]["base_prefix"] == "usr"


def test_debians_python_2() -> None:
    stdlib = "usr/lib/python2.7"
    files = {
        "usr/bin/python2.7": cpython("2.7.18"),
        f"{stdlib}/encodings": None,
        f"{stdlib}/site.py": DEBIAN,
        f"{stdlib}/_sysconfigdata.py": b"from _sysconfigdata_nd import *\n",
        f"{stdlib}/plat-x86_64-linux-gnu/_sysconfigdata_nd.py": b"build_time_vars = {'MULTIARCH': 'x86_64-linux-gnu'}\n",
        f"{stdlib}/dist-packages": None,
        "usr/local/lib/python2.7/dist-packages": None,
    }
    row = look(files).only

    below = [f"{stdlib}/{name}" for name in ("plat-x86_64-linux-gnu", "lib-tk", "lib-old", "lib-dynload")]
    sites = ["usr/local/lib/python2.7/dist-packages", f"{stdlib}/dist-packages"]
    assert row["sys_path"] == [stdlib, *below, *sites]
    assert row["multiarch"] == "x86_64-linux-gnu"


@pytest.mark.parametrize(
    ("prefix", "site_py", "expected"),
    [
        ("opt/pypy3", b"", ["opt/pypy3/site-packages"]),
        ("usr/lib/pypy3", DEBIAN, ["usr/local/lib/pypy3.7/dist-packages", "usr/lib/python3/dist-packages"]),
    ],
)
def test_pypy_as_it_was_until_3_7(prefix: str, site_py: bytes, expected: list[str]) -> None:
    said = b"3.7.10 (7.3.5+dfsg-2+deb11u2, Nov 01 2022, 20:16:36)\n[PyPy 7.3.5 with "
    stdlib = f"{prefix}/lib-python/3"
    files = {
        "usr/bin/pypy3": f"/{prefix}/bin/pypy3-c",
        f"{prefix}/bin/pypy3-c": Binary(constants=[said, b".pypy37-pp73-x86_64-linux-gnu.so"]).build(),
        f"{stdlib}/encodings": None,
        f"{stdlib}/site.py": site_py,
        **dict.fromkeys(expected),
    }
    row = look(files).only

    assert (row["path"], row["aliases"]) == (f"{prefix}/bin/pypy3-c", ["usr/bin/pypy3"])
    assert row["sys_path"] == [
        f"{prefix}/lib_pypy/__extensions__",
        f"{prefix}/lib_pypy",
        *(stdlib, f"{stdlib}/lib-tk", f"{stdlib}/plat-linux2"),
        *expected,
    ]


def test_pypy_for_python_2() -> None:
    said = b"2.7.18 (7.3.3+dfsg-2, May 02 2021, 15:10:01)\n[PyPy 7.3.3 with "
    library = Binary(interpreter=None, constants=[said, b".pypy-73.so", b".pypy-73-x86_64-linux-gnu.so"]).build()
    files = {
        "usr/lib/pypy/bin/pypy-c": Binary(needed=["libpypy-c.so"], runpath="$ORIGIN").build(),
        "usr/lib/pypy/bin/libpypy-c.so": library,
        "usr/lib/pypy/lib-python/2.7/encodings": None,
        "usr/lib/pypy/lib-python/2.7/site.py": DEBIAN,
        "usr/lib/pypy/dist-packages": None,
    }
    row = look(files).only

    assert (row["version"], row["implementation_version"]) == ("2.7.18", "7.3.3")
    assert (row["prefix"], row["abis"]) == ("usr/lib/pypy", ["pypy_73"])
    assert row["site_dirs"] == ["usr/lib/pypy/dist-packages"]
