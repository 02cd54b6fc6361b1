import io
import json
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.document.reading import InvalidDocument, load, parse, read

DOCUMENT = {
    "schema_version": "1",
    "image": {
        "reference": "oci:x", "platform": {"os": "linux", "architecture": "amd64"}, "labels": {}, "env": {"A": "b"},
        "entrypoint": [], "cmd": ["sh"], "exposed_ports": [], "volumes": [],
        "shell": [], "annotations": {}, "repo_tags": [], "history": [],
        "layers": [{"digest": "sha256:0", "size": 10}],
    },
    "results": {"somebody_elses": {"rows": [1, 2]}},
    "problems": [{"analyzer": "engine", "code": "limit", "severity": "warning", "message": "It was large."}],
    "run": {"tool_version": "0", "started_at": "2024-01-01T00:00:00Z", "duration_seconds": 0.5, "analyzers": [],
            "cache": {"hits": 0, "misses": 1}},
}  # fmt: skip
BYTES = json.dumps(DOCUMENT).encode()


def changed(**fields):
    return json.dumps({**DOCUMENT, **fields}).encode()


def test_from_bytes():
    document = read(BYTES)
    assert document.image.env == {"A": "b"}
    assert document.image.layers[0].size == 10
    assert document.problems[0].code == "limit"


def test_from_a_file_and_from_standard_input(tmp_path, monkeypatch):
    (tmp_path / "document.json").write_bytes(BYTES)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(BYTES)))
    assert read(tmp_path / "document.json") == read(str(tmp_path / "document.json")) == read("-") == read(BYTES)


def test_sections_of_others_are_kept():
    assert read(BYTES).results.model_extra == {"somebody_elses": {"rows": [1, 2]}}


def test_later_fields_are_passed_over():
    assert read(changed(later=1)) == read(BYTES)


def test_another_schema_version_says_what_to_do():
    with pytest.raises(InvalidDocument, match=r"has schema_version '2', this package-extract reads '1'; analyze"):
        load(changed(schema_version="2"))


def test_a_document_cut_off():
    with pytest.raises(InvalidDocument, match="is not JSON, or is cut off"):
        read(BYTES[:100])


def test_an_empty_file():
    with pytest.raises(InvalidDocument, match="is empty"):
        read(b" \n")


@pytest.mark.parametrize("data", [b"[]", b"{}", b'"x"', b'{"bomFormat": "CycloneDX"}'])
def test_other_json(data):
    with pytest.raises(InvalidDocument, match="not a document: it has no schema_version"):
        read(data)


@pytest.mark.parametrize("part", ["image", "results", "problems", "run"])
def test_a_part_of_the_wrong_kind(part):
    with pytest.raises(InvalidDocument, match=f"'{part}' is missing or of the wrong kind"):
        load(changed(**{part: "x"}))


def test_a_field_of_the_wrong_kind_is_named():
    with pytest.raises(InvalidDocument, match=r"^the document is not a valid document: image\.reference: Field requi"):
        read(changed(image={key: value for key, value in DOCUMENT["image"].items() if key != "reference"}))


def test_too_large(tmp_path):
    (tmp_path / "large").write_bytes(BYTES)
    for source in (BYTES, tmp_path / "large"):
        with pytest.raises(InvalidDocument, match="is larger than 100 bytes"):
            read(source, maximum_size=100)
    assert read(BYTES, maximum_size=len(BYTES))


def test_an_endless_file_is_not_read_to_its_end():
    with pytest.raises(InvalidDocument, match="/dev/zero is larger than"):
        load("/dev/zero", maximum_size=1 << 21)


def test_no_such_file(tmp_path):
    with pytest.raises(InvalidDocument, match="none cannot be read: No such file"):
        read(tmp_path / "none")


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08 an image", b"<html>", b'{"schema_version": "1", ', b""])
def test_what_is_no_document_is_told_what_one_is(content, tmp_path):
    (tmp_path / "it").write_bytes(content)
    for path in (tmp_path / "it", tmp_path / "none"):
        with pytest.raises(InvalidDocument, match=r"; a document is what `package-extract analyze` writes$"):
            read(path)


def test_deep_nesting():
    with pytest.raises(InvalidDocument):
        parse(b"[" * 100_000, "it")


@given(st.binary())
def test_any_bytes(data):
    with pytest.raises(InvalidDocument):
        parse(data, "it")
