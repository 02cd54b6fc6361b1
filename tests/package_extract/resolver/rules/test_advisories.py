from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.rules.advisories import read_advisories
from package_extract.resolver.rules.errors import InvalidAdvisories


def osv(identifier="OSV-1", name="Some_Package", events=None, **others):
    ranges = [{"type": "ECOSYSTEM", "events": events or [{"introduced": "0"}, {"fixed": "2"}]}]
    affected = [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, **others.pop("affected", {})}]
    return {"id": identifier, "summary": "bad", "affected": affected, **others}


def read(tmp_path, content):
    (tmp_path / "a.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return read_advisories(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("events", "vulnerable", "good"),
    [
        ([{"introduced": "0"}, {"fixed": "2"}], ["0.1", "1", "2rc1"], ["2", "3"]),
        ([{"introduced": "1.5"}], ["1.5", "9"], ["1.4"]),
        ([{"introduced": "1"}, {"last_affected": "2"}], ["1", "2"], ["0.9", "2.1"]),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}, {"fixed": "3"}], ["0.5", "2", "2.9"], ["1", "3"]),
    ],
)
def test_ranges(tmp_path, events, vulnerable, good):
    found = read(tmp_path, osv(events=events))
    for version in vulnerable:
        assert [each.id for each in found.of("some-package", version)] == ["OSV-1"]
    for version in good:
        assert not found.of("some-package", version)
    assert not found.of("other", "1")


def test_forms_of_files(tmp_path):
    assert len(read(tmp_path, [osv(), osv("OSV-2")])) == 2
    assert len(read(tmp_path, "\n".join(json.dumps(osv(f"OSV-{n}")) for n in range(3)))) == 3
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.json").write_text(json.dumps(osv("OSV-9", "other")))
    assert "other" in read_advisories(tmp_path)


def test_listed_versions_and_those_of_another_spelling(tmp_path):
    found = read(tmp_path, osv(affected={"ranges": [], "versions": ["1.0.0", "odd"]}))
    assert found.of("some-package", "1.0.0")
    assert not found.of("some-package", "odd")


def test_what_is_withdrawn_or_of_another_ecosystem_does_not_count(tmp_path):
    npm = osv()
    npm["affected"][0]["package"]["ecosystem"] = "npm"
    assert len(read(tmp_path, [npm, osv(withdrawn="2024-01-01T00:00:00Z")])) == 0


def test_pages_of_releases(tmp_path):
    known = [
        {"id": "PYSEC-1", "details": "first line\nmore", "link": "https://x.test"},
        {"id": "W", "withdrawn": "2024"},
    ]
    found = read(tmp_path, {"info": {"name": "A.b", "version": "1.0"}, "vulnerabilities": known})
    (one,) = found.of("a-b", "1.0")
    assert (one.id, one.summary, one.link) == ("PYSEC-1", "first line", "https://x.test")
    assert not found.of("a-b", "1.1")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no json",
        "{}",
        "[1]",
        '{"affected": 1, "id": "x"}',
        '{"affected": [{"package": {"ecosystem": "PyPI"}}], "id": "x"}',
        '{"affected": [{"package": {"ecosystem": "PyPI", "name": "x"}}], "id": {}}',
        '{"affected": [{"package": {"ecosystem": "PyPI", "name": {}}}], "id": "x"}',
        '{"affected": [{"package": {"ecosystem": "PyPI", "name": "x"}}], "id": "x", "summary": ["x"]}',
        '{"info": {"name": "a", "version": "1"}, "vulnerabilities": [{"id": "x", "link": {"a": 1}}]}',
    ],
)
def test_files_that_are_none(tmp_path, content):
    if not content:
        with pytest.raises(InvalidAdvisories):
            read_advisories(tmp_path / "nowhere.json")
        return
    with pytest.raises(InvalidAdvisories):
        read(tmp_path, content)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3) | st.dictionaries(
    st.sampled_from(["id", "affected", "package", "ecosystem", "name", "ranges", "events", "introduced", "type", "versions",
                     "vulnerabilities", "info"]), x, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_is_advisories_or_an_error(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("a") / "a.json"
    path.write_text(json.dumps(value))
    with suppress(InvalidAdvisories):
        read_advisories(path)
