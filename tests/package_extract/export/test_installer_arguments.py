import subprocess
import sys

import pytest

from package_extract import analyze
from package_extract.export.installer_arguments import InexpressibleTarget, pip_arguments, uv_arguments
from tests.python_binaries import cpython, glibc, musl


@pytest.fixture
def interpreter(tmp_path):
    """A function: the interpreter of a root file system with this Python and this C library."""

    def make(version="3.11.2", libc="2.36", machine="x86_64", family="glibc"):
        loader = {"glibc": f"/lib/ld-linux-{machine}.so.1", "musl": f"/lib/ld-musl-{machine}.so.1"}[family]
        library = glibc(libc, machine) if family == "glibc" else musl(libc, machine)
        needed = ["libc.so.6"] if family == "glibc" else []
        files = {
            "usr/bin/python3": cpython(version, machine, interpreter=loader, needed=needed),
            "lib/libc.so.6" if family == "glibc" else loader[1:]: library,
        }
        for path, content in files.items():
            (tmp_path / "root" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "root" / path).write_bytes(content)
        [found] = analyze(f"rootfs:{tmp_path}/root").results.python_interpreters.interpreters
        return found

    return make


def test_pip_is_told_every_tag(interpreter):
    told = pip_arguments(interpreter())

    assert told[:4] == ["--only-binary=:all:", "--implementation=cp", "--python-version=3.11.2", "--abi=cp311"]
    assert told[4:7] == [
        f"--platform={one}" for one in ("linux_x86_64", "manylinux_2_36_x86_64", "manylinux_2_35_x86_64")
    ]


def test_pip_then_accepts_the_tags_of_the_interpreter(interpreter):
    """What pip itself makes of the arguments, in the words of its own debug command."""
    one = interpreter()
    command = [sys.executable, "-m", "pip", "debug", "--verbose", *pip_arguments(one)[1:]]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, _, listed = printed.partition("Compatible tags: ")
    accepted = [line.strip() for line in listed.splitlines()[1:] if line.startswith("  ")]
    expected = [str(tag) for tag in one.tags()]
    assert accepted[:5] == expected[:5]
    assert set(accepted) == set(expected)  # pip puts the older names of manylinux2014 elsewhere


@pytest.mark.parametrize(
    ("given", "platform"),
    [
        ({}, "x86_64-manylinux_2_36"),
        ({"libc": "2.43"}, "x86_64-manylinux_2_40"),
        ({"libc": "2.30"}, "x86_64-manylinux_2_28"),
        ({"libc": "2.17"}, "x86_64-manylinux_2_17"),
        ({"machine": "aarch64", "libc": "2.39"}, "aarch64-manylinux_2_39"),
        ({"family": "musl", "libc": "1.2.4"}, "x86_64-unknown-linux-musl"),
    ],
)
def test_uv_is_told_the_best_platform_that_it_knows(interpreter, given, platform):
    assert uv_arguments(interpreter(**given))[1:] == ["--python-version=3.11.2", f"--python-platform={platform}"]


def test_a_release_candidate_is_told_without_its_end(interpreter):
    one = interpreter().model_copy(update={"version": "3.14.0rc1"})
    assert "--python-version=3.14.0" in pip_arguments(one)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"implementation": "pypy"}, "pypy 3.11.2 on linux_x86_64"),
        ({"free_threaded": True}, "free-threaded cpython 3.11.2"),
        ({"debug": True}, "debug cpython"),
        ({"platforms": ["linux_s390x"]}, "on linux_s390x"),
        ({"platforms": []}, "unknown platform"),
        ({"version": None}, "of unknown version"),
    ],
)
def test_what_uv_cannot_be_told_is_said(interpreter, change, what):
    with pytest.raises(InexpressibleTarget, match=what):
        uv_arguments(interpreter().model_copy(update=change))


@pytest.mark.parametrize("change", [{"implementation": "graalpy"}, {"version": None}])
def test_what_pip_cannot_be_told_is_said(interpreter, change):
    with pytest.raises(InexpressibleTarget, match="pip has no options"):
        pip_arguments(interpreter().model_copy(update=change))
