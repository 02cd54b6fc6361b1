import json
import subprocess

import pytest

from benchmarks.documents import changed, generated_document

DOCUMENT = generated_document(20, layers=3)


@pytest.fixture
def documents(tmp_path):
    """Paths of two documents."""
    paths = tmp_path / "before.json", tmp_path / "after.json"
    for path, document in zip(paths, (DOCUMENT, changed(DOCUMENT)), strict=True):
        path.write_text(json.dumps(document))
    return paths


def test_text(command, documents):
    code, out, err = command("diff", *documents)
    assert (code, err) == (0, "")
    assert "\n- libpart0 1.0-2+deb12u0\n" in out.decode()


def test_json(command, documents, tmp_path):
    assert command("diff", *documents, "--format", "json", "-o", tmp_path / "out.json")[0] == 0
    comparison = json.loads((tmp_path / "out.json").read_bytes())
    assert comparison["same"] is False
    assert comparison["packages"][0]["removed"] == [{"name": "libpart0", "versions": ["1.0-2+deb12u0"]}]


def test_html(command, documents):
    assert command("diff", *documents, "--format", "html")[1].startswith(b"<!doctype html>")


def test_exit_code(command, documents):
    before, after = documents
    assert command("diff", before, after, "--exit-code")[0] == 1
    assert command("diff", before, before, "--exit-code")[0] == 0
    assert command("diff", before, after)[0] == 0


def test_an_image_and_its_document_are_the_same(command, example, tmp_path):
    assert command("analyze", example, "-o", tmp_path / "document.json")[0] == 0
    code, out, _ = command("diff", example, tmp_path / "document.json", "--exit-code")
    assert (code, out.decode().splitlines()[-1]) == (0, "No differences.")


def test_standard_input(process, documents):
    run = process("diff", "-", documents[1])
    out, err = run.communicate(documents[0].read_bytes(), timeout=60)
    assert (run.returncode, err) == (0, b"")
    assert b"libpart0" in out


def test_standard_input_twice(command):
    code, _, err = command("diff", "-", "-")
    assert code == 2
    assert "only one of A and B can be standard input" in err


def test_no_such_image(command, documents, tmp_path):
    code, out, err = command("diff", documents[0], tmp_path / "nothing.tar")
    assert (code, out) == (3, b"")
    assert err.count("\n") == 1


def test_colours_are_for_terminals(process, documents):
    run = process("diff", *documents, stderr=subprocess.STDOUT)
    assert b"\x1b" not in run.communicate(timeout=60)[0]
