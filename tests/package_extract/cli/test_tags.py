import json

import pytest

from package_extract.document.reading import read
from package_extract.document.writing import encode
from package_extract.pipeline import run
from tests.python_binaries import cpython, glibc


@pytest.fixture
def document(tmp_path):
    """Write the document of a root filesystem with these files; return its path."""

    def analyzed(**files):
        for path, content in {"usr/lib/libc.so.6": glibc("2.36"), **files}.items():
            file = tmp_path / "root" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        path = tmp_path / "document.json"
        path.write_bytes(encode(run(f"rootfs:{tmp_path / 'root'}")))
        return path

    return analyzed


@pytest.fixture
def single(document):
    return document(**{"usr/bin/python3.11": cpython("3.11.2")})


@pytest.fixture
def several(document):
    return document(**{"usr/bin/python3.11": cpython("3.11.2"), "opt/bin/python3.12": cpython("3.12.1")})


def test_one_tag_in_a_line(command, single):
    code, out, err = command("tags", single)

    assert (code, err) == (0, "")
    lines = out.decode().splitlines()
    assert lines[:2] == ["cp311-cp311-linux_x86_64", "cp311-cp311-manylinux_2_36_x86_64"]
    assert lines == [str(tag) for tag in read(single).results.python_interpreters.interpreters[0].tags()]


def test_json(command, several):
    code, out, _ = command("tags", several, "--python", "/opt/bin/python3.12", "--format", "json")

    told = json.loads(out)
    assert (code, told["path"], told["version"]) == (0, "opt/bin/python3.12", "3.12.1")
    assert told["tags"][0] == "cp312-cp312-linux_x86_64"
    assert told["marker_environment"]["python_version"] == "3.12"


def test_the_complete_platform_of_pex(command, single):
    told = json.loads(command("tags", single, "--format", "pex")[1])

    assert told.keys() == {"path", "compatible_tags", "marker_environment"}
    assert told["path"] == "/usr/bin/python3.11"
    assert len(told["marker_environment"]) == 11
    assert len(told["compatible_tags"]) == len(command("tags", single)[1].splitlines())


def test_standard_input(process, single):
    with single.open("rb") as document:
        started = process("tags", "-", stdin=document)
        out, err = started.communicate()

    assert (started.returncode, err) == (0, b"")
    assert out.startswith(b"cp311-cp311-")


def test_several_interpreters_have_to_be_told_apart(command, several):
    code, out, err = command("tags", several)

    assert (code, out) == (2, b"")
    assert "/usr/bin/python3.11 (cpython 3.11.2)" in err
    assert "/opt/bin/python3.12 (cpython 3.12.1)" in err


def test_an_interpreter_that_is_not_there(command, several):
    code, _, err = command("tags", several, "--python", "/usr/bin/python2")

    assert code == 3
    assert "no interpreter /usr/bin/python2" in err


def test_a_document_without_interpreters(command, single):
    document = json.loads(single.read_bytes())
    del document["results"]["python_interpreters"]
    single.write_text(json.dumps(document))

    code, _, err = command("tags", single)
    assert code == 2
    assert "python_interpreters" in err
