"""The files themselves; `tests/integration/test_report_in_browser.py` opens them in one."""

import base64
import copy
import hashlib
import json
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.documents import changed, generated_document
from package_extract.comparison import compare
from package_extract.export.html import difference_page, report

DOCUMENT = generated_document(20, layers=3)
OTHER = changed(DOCUMENT)
ONCE = [*["meta"] * 5, "style", *["script"] * 3]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--\x1b[31m\u202e"


class Page(HTMLParser):
    """Elements with their attributes, and the text in them."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text = [], []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.text.append("")

    def handle_endtag(self, tag):
        self.elements.append(("", {}))  # what follows is not in the element
        self.text.append("")

    def handle_data(self, data):
        if self.text:
            self.text[-1] += data

    def all(self, tag):
        return [
            (attributes, text) for (name, attributes), text in zip(self.elements, self.text, strict=True) if name == tag
        ]

    @property
    def kinds(self):
        """Which elements there are, with the names of their attributes."""
        return {(tag, tuple(attributes)) for tag, attributes in self.elements}

    @property
    def sections(self):
        return [attributes["id"] for attributes, _ in self.all("section")]

    def headers(self, section):
        """The first row of the table that the template wrote into the section."""
        start = next(
            index
            for index, (tag, attributes) in enumerate(self.elements)
            if (tag, attributes.get("id")) == ("section", section)
        )
        found = []
        for (tag, attributes), text in zip(self.elements[start:], self.text[start:], strict=True):
            if tag == "tbody":
                break
            if attributes.get("scope") == "col":
                found.append(text)
        return found

    @property
    def data(self):
        return json.loads(next(text for attributes, text in self.all("script") if attributes.get("id") == "data"))

    def block(self, name):
        return next(block for block in self.data["blocks"] if block["id"] == name)


def rows(block):
    labels = [column["label"] for column in block["columns"]]
    return [dict(zip(labels, row, strict=True)) for row in block["rows"]]


def test_only_the_script_and_the_style_of_the_page_may_run():
    page = Page(report([DOCUMENT]))
    ((attributes, _),) = [found for found in page.all("meta") if "http-equiv" in found[0]]
    policy = dict(part.strip().split(" ", 1) for part in attributes["content"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    scripts = [text for found, text in page.all("script") if found.get("type") != "application/json"]
    styles = [text for _, text in page.all("style")]
    assert (len(scripts), len(styles)) == (2, 1)
    for texts, rule in ((scripts, "script-src"), (styles, "style-src")):
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert policy[rule] == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert "unsafe" not in attributes["content"]


def test_nothing_is_loaded():
    page = Page(report([DOCUMENT]))
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [attributes for _, attributes in page.elements if {"src", "style", "onclick"} & attributes.keys()]
    assert not re.search(
        rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|fetch\(|import\(", report([DOCUMENT])
    )


def test_what_is_on_the_page():
    page = Page(report([DOCUMENT]))
    assert page.sections == [
        "summary", "bytes", "packages", "interpreters", "environments", "libraries", "ceilings", "configuration",
        "layers", "problems",
    ]  # fmt: skip
    packages = rows(page.block("packages"))
    assert len(packages) == 20
    assert all({"Path", "Layer", "Owner"} <= row.keys() for row in packages)
    assert packages[0]["Size"] == 0
    assert packages[-1]["Layer"] == 0
    assert rows(page.block("layers"))[1]["Made by"].startswith("RUN pip install")
    assert rows(page.block("problems"))[0]["What"] == "The header is cut off."


def test_findings_say_what_to_do():
    common = {"severity": "error", "message": "x", "environment": None, "package": None, "path": None}
    kinds = [{**common, "kind": "missing-requirement"}, {**common, "kind": "not-checked"}]
    first, second = rows(Page(report([DOCUMENT], [kinds])).block("findings"))
    assert first["What to do"] == "Install them, or remove what requires them."
    assert second["What to do"] is None


def test_several_images_side_by_side():
    other = changed(DOCUMENT)
    page = Page(report([DOCUMENT, other]))
    name = DOCUMENT["image"]["reference"]
    assert page.headers("summary") == ["Fact", name, f"{name} (2)"]
    versions = {row["Name"]: row for row in rows(page.block("versions"))}
    assert versions["libpart0"][f"{name} (2)"] == []
    assert versions["libpart0"]["Same in all"] == "no"
    assert versions["libpart2"]["Same in all"] == "yes"
    packages = rows(page.block("packages"))
    assert {row["Image"] for row in packages} == {name, f"{name} (2)"}
    assert len(packages) == 20 + 18


def test_every_reference_is_called_differently():
    page = Page(report([DOCUMENT] * 3))
    assert len(set(page.headers("summary"))) == 4


def test_a_comparison():
    comparison = compare(DOCUMENT, changed(DOCUMENT))
    page = Page(difference_page(comparison))
    assert page.sections == ["images", "counts", "differences"]
    differences = {(row["Part"], row["What"]): row for row in rows(page.block("differences"))}
    assert differences["deb packages", "libpart0"]["Change"] == "removed"


def test_a_document_with_nothing_in_it():
    empty = {**DOCUMENT, "image": {"reference": "x"}, "results": {}, "problems": []}
    assert Page(report([empty])).sections == [
        "summary", "packages", "configuration", "layers", "problems",
    ]  # fmt: skip


def hostile(text):
    document = copy.deepcopy(DOCUMENT)
    document["image"] |= {"reference": text, "digest": text, "labels": {text: text}, "cmd": [text]}
    document["image"]["layers"][0] |= {"created_by": text}
    document["results"]["dpkg"]["packages"][0] |= {"name": text, "version": text, "installed_size": 5}
    document["results"]["python_packages"]["environments"][0] |= {"prefix": text}
    document["results"][text] = {text: [{text: text}]}
    document["problems"] = [
        {"analyzer": text, "code": text, "severity": text, "message": text, "path": text, "layer": 1}
    ]
    return document


@given(st.text(st.characters(exclude_categories=()), max_size=40) | st.just(HOSTILE))
def test_nothing_of_an_image_becomes_part_of_the_page(text):
    document = hostile(text)
    pages = [report([document]), report([document, DOCUMENT]), difference_page(compare(document, DOCUMENT))]
    plain = [report([DOCUMENT]), report([DOCUMENT, OTHER]), difference_page(compare(DOCUMENT, OTHER))]
    for each, ordinary in zip(pages, plain, strict=True):
        page = Page(each)
        assert page.kinds <= Page(ordinary).kinds | {("span", ("class",))}
        assert [tag for tag, _ in page.elements if tag in ("script", "style", "meta")] == ONCE
        assert all(found["href"].startswith("#") for found, _ in page.all("a"))
        assert page.data["blocks"]


def test_terminal_escapes_and_marks_of_direction_are_visible():
    page = report([hostile(HOSTILE)])
    assert b"\x1b" not in page
    assert "\u202e" not in page.decode()
    assert rows(Page(page).block("problems"))[0]["What"].endswith("\\x1b[31m\\u202e")


def test_time_for_5000_packages(record_property):
    document = generated_document(5000)
    start = time.perf_counter()
    page = report([document])
    seconds = time.perf_counter() - start
    record_property("seconds", seconds)
    print(f"report on 5,000 packages: {seconds:.3f} s, {len(page):,} bytes")
    assert seconds < 10


@pytest.mark.parametrize("part", ["page.js", "page.css", "d3-hierarchy.min.js", "d3-hierarchy.LICENSE"])
def test_parts_of_the_page_cannot_end_their_element(part):
    from importlib.resources import files

    assert "</" not in files("package_extract.export.html").joinpath(part).read_text()
