import json

import pytest

from benchmarks.documents import changed, generated_document

DOCUMENT = generated_document(20, layers=3)


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def test_one_document(command, document, tmp_path):
    assert command("report", document, "-o", tmp_path / "report.html") == (0, b"", "")
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!doctype html>")
    code, out, err = command("report", document)
    assert (code, err) == (0, "")
    assert out == (tmp_path / "report.html").read_bytes()


def test_several_documents(command, document, tmp_path):
    (tmp_path / "other.json").write_text(json.dumps(changed(DOCUMENT)))
    code, out, _ = command("report", document, tmp_path / "other.json")
    assert code == 0
    assert b"<h1>2 images</h1>" in out


def test_analyze_writes_the_report_at_once(command, example, tmp_path):
    assert command("analyze", example, "-o", tmp_path / "document.json")[0] == 0
    code, at_once, _ = command("analyze", example, "--format", "html")
    assert code == 0
    assert at_once == command("report", tmp_path / "document.json")[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (json.dumps({**DOCUMENT, "schema_version": "2"}), "has schema_version '2', this package-extract reads '1'"),
        (json.dumps(DOCUMENT)[:5000], "is not JSON, or is cut off"),
        (json.dumps({**DOCUMENT, "results": {"dpkg": {"packages": [{"name": 1}]}}}),
         "is not a valid document: results.dpkg.packages.0.name: Input should be a valid string"),
        (json.dumps({**DOCUMENT, "results": {"dpkg": {"packages": "none"}}}), "results.dpkg.packages: Input should be a valid list"),
        (json.dumps({**DOCUMENT, "image": {**DOCUMENT["image"], "layers": [1]}}), "image.layers.0"),
        (json.dumps({**DOCUMENT, "problems": {}}), "'problems' is missing or of the wrong kind"),
        ("{}", "has no schema_version"),
        ("", "is empty"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["report", "show", "diff"])
def test_what_is_no_document_is_refused_in_one_sentence(command, tmp_path, name, content, sentence):
    path = tmp_path / "document.json"
    path.write_text(content)
    code, out, err = command(name, path, *([path] if name == "diff" else []))
    assert (code, out) == (5, b"")
    assert sentence in err
    assert err.startswith(f"package-extract: {path}")
    assert err.count("\n") == 1


def test_a_document_that_is_not_there(command, tmp_path):
    assert command("report", tmp_path / "none.json")[0] == 5


def test_wrong_usage(command, document, tmp_path):
    assert command("report")[0] == 2
    assert command("report", document, "-o", tmp_path)[0] == 2
    assert command("report", document, "-o", tmp_path / "no" / "such" / "directory")[0] == 2
