import io
import json
import sys
from types import SimpleNamespace

LOG = b"Successfully installed click-8.1.7 idna-3.9\n"


def test_a_log_beside_its_image(command, example, tmp_path):
    log, document = tmp_path / "build.log", tmp_path / "document.json"
    log.write_bytes(LOG)
    command("analyze", example, "-o", document)
    code, out, err = command("buildlog", log, "--document", document)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {row["name"]: row["in_image"]["state"] for row in found["packages"]} == {
        "click": "same",
        "idna": "other_version",
    }


def test_standard_input(command, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(LOG)))
    target = tmp_path / "log.json"
    assert command("buildlog", "-", "-o", target) == (0, b"", "")
    assert [row["name"] for row in json.loads(target.read_bytes())["packages"]] == ["click", "idna"]


def test_a_table_for_people(command, example, tmp_path):
    log = tmp_path / "build.log"
    log.write_bytes(LOG)
    code, out, err = command("buildlog", log, "--format", "table")
    assert (code, err) == (0, "")
    assert out.decode().splitlines()[:2] == ["Log       1 line, 1 step", "Packages  2 installed"]
    command("buildlog", log, "--format", "table", "-o", tmp_path / "log.txt")
    assert (tmp_path / "log.txt").read_bytes() == out
    assert json.loads(command("buildlog", log)[1])["lines"] == 1
    assert command("buildlog", log, "--format", "json", "--indent")[1].startswith(b"{\n")


def test_wrong_usage(command, tmp_path):
    code, _, err = command("buildlog", "-", "--document", "-")
    assert code == 2
    assert "only one of LOG and DOC" in err
    code, out, err = command("buildlog", tmp_path / "none.log")
    assert (code, out) == (5, b"")
    assert "none.log cannot be read" in err
