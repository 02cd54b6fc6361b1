import json

import pytest


@pytest.mark.parametrize("form", ["cyclonedx", "spdx", "thoth"])
def test_a_document_as_analyze_would_have_written_it(command, example, tmp_path, form):
    path = tmp_path / "document.json"
    assert command("analyze", example, "-o", path)[0] == 0
    code, out, err = command("export", path, "--format", form)
    assert (code, err) == (0, "")
    exported = json.loads(out)
    analyzed = json.loads(command("analyze", example, "--format", form)[1])
    assert exported.keys() == analyzed.keys()
    for bill in (exported, analyzed):  # but for when it was read
        bill.pop("metadata", None)
        bill.pop("creationInfo", None)
    assert exported == analyzed


def test_to_a_file(command, example, tmp_path):
    path, target = tmp_path / "document.json", tmp_path / "bill.json"
    command("analyze", example, "-o", path)
    assert command("export", path, "--format", "spdx", "-o", target) == (0, b"", "")
    assert json.loads(target.read_bytes())["spdxVersion"] == "SPDX-2.3"


def test_what_is_no_document(command, tmp_path):
    path = tmp_path / "document.json"
    path.write_text("{}")
    code, out, err = command("export", path, "--format", "cyclonedx")
    assert (code, out) == (5, b"")
    assert "is JSON, but not a document" in err


def test_a_form_is_needed(command):
    assert command("export", "x")[0] == 2
