from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.package_extract_analyzers.python.images_in_memory import HardLink, look
from tests.python_binaries import Binary, cpython, glibc, musl

LOADER = {"lib64/ld-linux-x86-64.so.2": "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"}
SYSTEM: dict[str, Any] = {
    **LOADER,
    "lib/x86_64-linux-gnu/libc.so.6": glibc("2.36"),
    "usr/bin/python3.11": cpython("3.11.2"),
    "usr/bin/python3": "python3.11",
    "usr/lib/python3.11/encodings": None,
}


def macros(version: str) -> bytes:
    return f'#define PY_VERSION "{version}"\n'.encode()


def versions(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["source"], one["version"]) for one in row["evidence"]]


def test_a_system_python() -> None:
    found = look({**SYSTEM, "usr/include/python3.11/patchlevel.h": macros("3.11.2")})

    row = found.only
    assert (row["path"], row["aliases"], row["version"]) == ("usr/bin/python3.11", ["usr/bin/python3"], "3.11.2")
    assert versions(row) == [
        ("Py_Version", "3.11.2"),
        ("binary", "3.11.2"),
        ("patchlevel.h", "3.11.2"),
        ("stdlib", "3.11"),
        ("name", "3.11"),
    ]
    assert (row["prefix"], row["stdlib"]) == ("usr", "usr/lib/python3.11")
    assert row["libc"] == {"family": "glibc", "version": "2.36", "path": "lib/x86_64-linux-gnu/libc.so.6"}
    assert (row["soabi"], row["multiarch"]) == ("cpython-311-x86_64-linux-gnu", "x86_64-linux-gnu")
    assert (row["architecture"], row["abis"]) == ("x86_64", ["cp311"])
    assert row["marker_environment"]["python_full_version"] == "3.11.2"
    assert (row["externally_managed"], row["layer"], row["owner"]) == (False, 0, None)
    assert found.problems == []


@pytest.mark.parametrize(
    "place",
    [
        "usr/libexec/platform-python3.6",
        "opt/rh/bin/python3",
        "usr/local/bin/python",
        "root/.pyenv/versions/x/bin/python3.6",
    ],
)
def test_interpreters_anywhere_and_of_any_name(place: str) -> None:
    row = look({place: cpython("3.6.8")}).only

    assert (row["path"], row["version"], row["implementation"]) == (place, "3.6.8", "cpython")
    assert row["prefix"] is None


def test_a_program_of_that_name_that_is_no_interpreter() -> None:
    found = look({"usr/bin/python3": Binary().build(), "usr/local/bin/python": b"#!/bin/sh\nexec python3"})

    assert found.interpreters == {}
    assert found.codes == ["not-an-interpreter"]


def test_the_library_tells_where_the_program_is_a_launcher() -> None:
    launcher = Binary(needed=["libpython3.9.so.1.0", "libc.so.6"], runpath="$ORIGIN/../lib").build()
    library = cpython("3.9.18", interpreter=None)
    found = look({"opt/p/bin/python3.9": launcher, "opt/p/lib/libpython3.9.so.1.0": library})

    assert versions(found.only)[0] == ("binary", "3.9.18")
    assert found.only["evidence"][0]["path"] == "opt/p/lib/libpython3.9.so.1.0"
    assert found.only["ext_suffix"] == ".cpython-39-x86_64-linux-gnu.so"


def test_a_library_of_another_machine_is_not_the_programs() -> None:
    launcher = Binary(needed=["libpython3.9.so.1.0"]).build()
    found = look({"usr/bin/python3.9": launcher, "usr/lib/libpython3.9.so.1.0": cpython("3.9.18", "i686")})

    assert found.only["version"] is None
    assert found.codes == ["unknown-version"]
    assert found.only["marker_environment"] == {}


def test_a_version_that_the_linker_merged_into_a_path_needs_no_second_witness() -> None:
    program = Binary(constants=[b"/opt/versions/3.9.18", b".cpython-39-x86_64-linux-gnu.so"]).build()

    assert look({"opt/versions/3.9.18/bin/python3": program}).only["version"] == "3.9.18"


def test_of_two_possible_versions_the_one_that_something_else_says() -> None:
    program = Binary(constants=[b"3.8.0", b"3.8.10", b".cpython-38-x86_64-linux-gnu.so"]).build()
    files = {"usr/bin/python3.8": program, "usr/lib/python3.8/encodings": None}

    assert look(files).only["version"] is None
    row = look({**files, "usr/include/python3.8/patchlevel.h": macros("3.8.10")}).only
    assert versions(row)[:2] == [("binary", "3.8.10"), ("patchlevel.h", "3.8.10")]


def test_contradictory_evidence_is_a_problem_and_the_program_has_the_last_word() -> None:
    found = look({**SYSTEM, "usr/include/python3.11/patchlevel.h": macros("3.11.9")})

    assert found.only["version"] == "3.11.2"
    assert found.codes == ["contradictory-version"]
    assert "3.11.9" in found.problems[0]["message"]


def test_a_development_build() -> None:
    constants = [b"3.13.0+", b".cpython-313-x86_64-linux-gnu.so"]
    found = look({"usr/bin/python3": Binary(constants=constants, py_version=0x030D00F0).build()})

    assert found.only["version"] == "3.13.0+"
    assert found.only["marker_environment"]["implementation_version"] == "3.13.0"
    assert found.problems == []


@pytest.mark.parametrize(("told", "agrees"), [("3.13.0", True), ("3.13", True), ("3.13.0rc2", True), ("3.13.1", False)])
def test_what_does_not_tell_that_a_release_is_a_candidate_agrees(told: str, agrees: bool) -> None:
    program = Binary(constants=[b"3.13.0rc2", b".cpython-313-x86_64-linux-gnu.so"], py_version=0x030D00C2).build()
    files = {"v/pyvenv.cfg": f"home = /usr/bin\nversion = {told}\n".encode(), "v/bin/python": "/usr/bin/python3"}
    found = look({"usr/bin/python3": program, **files})

    assert found.interpreters["v/bin/python"]["version"] == "3.13.0rc2"
    assert (found.codes == []) is agrees


def test_python_home() -> None:
    files = {"usr/bin/python3": cpython("3.11.2"), "opt/home/lib/python3.11/encodings": None}

    assert look(files).only["stdlib"] is None
    assert look(files, env={"PYTHONHOME": "/opt/home"}).only["stdlib"] == "opt/home/lib/python3.11"


def test_hard_links_and_links_of_links_are_aliases() -> None:
    files = {
        "usr/bin/python3.6m": cpython("3.6.8"),
        "usr/bin/python3.6": HardLink("usr/bin/python3.6m"),
        "usr/bin/python3": "/etc/alternatives/python3",
        "etc/alternatives/python3": "../../usr/bin/python3.6m",
        "bin": "usr/bin",
    }
    row = look(files).only

    assert row["path"] == "usr/bin/python3.6"
    assert row["aliases"] == ["etc/alternatives/python3", "usr/bin/python3", "usr/bin/python3.6m"]


def test_the_owners_version_is_evidence() -> None:
    status = b"Package: python3.11-minimal\nStatus: install ok installed\nVersion: 3.11.2-6+deb12u6\nArchitecture: amd64\nMaintainer: x\n"
    files = {
        **SYSTEM,
        "var/lib/dpkg/status": status,
        "var/lib/dpkg/info/python3.11-minimal.list": b"/.\n/usr\n/usr/bin\n/usr/bin/python3.11\n",
    }
    row = look(files).only

    assert row["owner"] == {"type": "deb", "name": "python3.11-minimal", "version": "3.11.2-6+deb12u6"}
    assert ("package", "3.11.2") in versions(row)


def test_conda() -> None:
    record = {"name": "python", "version": "3.11.5", "files": ["bin/python", "bin/python3.11"]}
    files = {
        "opt/conda/conda-meta/python-3.11.5-h1.json": json.dumps(record).encode(),
        "opt/conda/bin/python3.11": cpython("3.11.5"),
        "opt/conda/bin/python": "python3.11",
        "opt/conda/lib/python3.11/encodings": None,
        "opt/conda/pkgs/python-3.11.5-h1/bin/python3.11": HardLink("opt/conda/bin/python3.11"),
    }
    row = look(files).only

    assert row["path"] == "opt/conda/bin/python3.11"
    assert row["owner"] == {"type": "conda", "name": "python", "version": "3.11.5"}
    assert ("package", "3.11.5") in versions(row)


def test_musl() -> None:
    files = {
        "lib/ld-musl-aarch64.so.1": musl("1.2.4", "aarch64"),
        "usr/bin/python3.12": cpython("3.12.1", "aarch64", interpreter="/lib/ld-musl-aarch64.so.1"),
    }
    row = look(files).only

    assert row["libc"] == {"family": "musl", "version": "1.2.4", "path": "lib/ld-musl-aarch64.so.1"}
    assert row["platforms"] == ["linux_aarch64", *(f"musllinux_1_{minor}_aarch64" for minor in (2, 1, 0))]


@pytest.mark.parametrize(
    ("machine", "first", "count"),
    [
        ("i686", "manylinux_2_31_i686", 31),
        ("armv7l", "manylinux_2_31_armv7l", 17),
        ("ppc64le", "manylinux_2_31_ppc64le", 17),
        ("s390x", "manylinux_2_31_s390x", 17),
        ("riscv64", "manylinux_2_31_riscv64", 17),
    ],
)
def test_architectures(machine: str, first: str, count: int) -> None:
    files = {
        "lib/libc.so.6": glibc("2.31", machine),
        "usr/bin/python3": cpython("3.9.2", machine, interpreter="/lib/ld.so.1"),
    }
    row = look(files).only

    assert row["platforms"][:2] == [f"linux_{machine}", first]
    assert len(row["platforms"]) == count
    assert row["marker_environment"]["platform_machine"] == machine


def test_a_libc_of_another_machine_is_not_taken() -> None:
    row = look({**SYSTEM, "lib/x86_64-linux-gnu/libc.so.6": glibc("2.36", "i686")}).only

    assert row["libc"] == {"family": "glibc", "version": None, "path": None}
    assert row["platforms"] == ["linux_x86_64"]


def test_the_version_of_glibc_is_what_it_says_itself() -> None:
    older = glibc("2.31").replace(b"GLIBC_2.31", b"GLIBC_2.30")
    row = look({**SYSTEM, "lib/x86_64-linux-gnu/libc.so.6": older}).only

    assert row["libc"]["version"] == "2.31"
    assert row["platforms"][1] == "manylinux_2_31_x86_64"


def test_a_static_program_has_no_libc() -> None:
    row = look({"python/bin/python3.10": cpython("3.10.1", interpreter=None)}).only

    assert row["libc"] is None
    assert row["platforms"] == ["linux_x86_64"]


@pytest.mark.parametrize(
    ("suffix", "debug", "free_threaded", "abis"),
    [
        (".cpython-313t-x86_64-linux-gnu.so", False, True, ["cp313t"]),
        (".cpython-313td-x86_64-linux-gnu.so", True, True, ["cp313td", "cp313t"]),
        (".cpython-313d-x86_64-linux-gnu.so", True, False, ["cp313d", "cp313"]),
    ],
)
def test_flags_of_the_abi(suffix: str, debug: bool, free_threaded: bool, abis: list[str]) -> None:
    program = Binary(constants=[suffix.encode(), b".cpython-313-x86_64-linux-gnu.so"], py_version=0x030D01F0).build()
    flag = "t" if free_threaded else ""
    row = look({"usr/bin/python3": program, f"usr/lib/python3.13{flag}/encodings": None}).only

    assert (row["debug"], row["free_threaded"], row["abis"]) == (debug, free_threaded, abis)
    assert row["stdlib"] == f"usr/lib/python3.13{flag}"
    assert row["sys_path"][0] == f"usr/lib/python313{flag}.zip"


def test_pypy() -> None:
    said = b"3.9.16 (feeca7baa508, Dec 30 2024, 22:36:23)\n[PyPy 7.3.11 with "
    library = Binary(interpreter=None, constants=[said, b".pypy39-pp73-x86_64-linux-gnu.so"]).build()
    files = {
        "opt/pypy/bin/pypy3.9": Binary(needed=["libpypy3.9-c.so"], runpath="$ORIGIN").build(),
        "opt/pypy/bin/libpypy3.9-c.so": library,
        "opt/pypy/lib/pypy3.9/encodings": None,
    }
    row = look(files).only

    assert (row["implementation"], row["version"], row["implementation_version"]) == ("pypy", "3.9.16", "7.3.11")
    assert row["abis"] == ["pypy39_pp73"]
    assert row["stdlib"] == "opt/pypy/lib/pypy3.9"
    assert row["marker_environment"]["implementation_version"] == "7.3.11"


def test_build_details_and_build_variables() -> None:
    details = {
        "language": {"version_info": {"major": 3, "minor": 14, "micro": 0, "releaselevel": "final", "serial": 0}},
        "abi": {"flags": ["d"]},
    }
    variables = b"build_time_vars = {'MULTIARCH': 'x86_64-linux-gnu',\n 'Py_GIL_DISABLED': 1}\n"
    program = Binary(constants=[b"3.14.0"], py_version=0x030E00F0).build()
    files = {
        "usr/bin/python3.14": program,
        "usr/lib/python3.14/encodings": None,
        "usr/lib/python3.14/build-details.json": json.dumps(details).encode(),
        "usr/lib/python3.14/_sysconfigdata__linux_x86_64-linux-gnu.py": variables,
    }
    row = look(files).only

    assert ("build-details.json", "3.14.0") in versions(row)
    assert (row["debug"], row["free_threaded"], row["multiarch"]) == (True, True, "x86_64-linux-gnu")


def test_externally_managed() -> None:
    managed = {**SYSTEM, "usr/lib/python3.11/EXTERNALLY-MANAGED": b"[externally-managed]\n"}
    environment = {"v/pyvenv.cfg": b"home = /usr/bin\n", "v/bin/python": "/usr/bin/python3.11"}
    found = look({**managed, **environment}).interpreters

    assert found["usr/bin/python3.11"]["externally_managed"] is True
    assert found["v/bin/python"]["externally_managed"] is False


def test_a_later_layer_replaces_the_interpreter() -> None:
    row = look(SYSTEM, {"usr/bin/python3.11": cpython("3.11.9")}).only

    assert (row["version"], row["layer"]) == ("3.11.9", 1)


@pytest.mark.parametrize(("length", "code"), [(30, "truncated"), (100, "not-an-interpreter")])
def test_a_damaged_program_is_a_problem(length: int, code: str) -> None:
    found = look({"usr/bin/python3.11": cpython("3.11.2")[:length], "usr/local/bin/python3": cpython("3.12.1")})

    assert [*found.interpreters] == ["usr/local/bin/python3"]
    assert found.codes == [code]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_any_damage_is_told_or_harmless(data: st.DataObject) -> None:
    program = bytearray(cpython("3.11.2"))
    for _ in range(data.draw(st.integers(1, 6))):
        program[data.draw(st.integers(4, 1100))] = data.draw(st.integers(0, 255))
    texts = {
        path: data.draw(st.binary(max_size=60))
        for path in (
            "v/pyvenv.cfg",
            "usr/include/python3.11/patchlevel.h",
            "usr/lib/python3.11/build-details.json",
            "usr/lib/python3.11/site.py",
            "usr/lib/python3.11/site-packages/a.pth",
            "etc/passwd",
        )
    }
    look({**SYSTEM, **texts, "usr/bin/python3.11": bytes(program), "v/bin/python": "/usr/bin/python3"})
