import importlib.util
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from benchmarks.documents import generated_document
from package_extract.document.document import Document
from package_extract.document.shape import SCHEMA_FILE, has_document_shape
from tests.any_document import any_document, any_value

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "build_schema.py"
SEEDS = st.integers(0, 1 << 32)


def accepted(document):
    try:
        Document.model_validate(document, strict=True)
    except ValidationError:
        return False
    return True


def changed_somewhere(document, random):
    """Change, add or take away one value, at any depth."""
    place = document
    while True:
        key = random.choice([*place] if isinstance(place, dict) else range(len(place)))
        if isinstance(place[key], dict | list) and place[key] and random.random() < 0.85:
            place = place[key]
            continue
        if random.random() < 0.3:
            del place[key]
        else:
            place[key] = any_value(random)
        return


def test_the_schema_is_that_of_the_models():
    specification = importlib.util.spec_from_file_location("build_schema", SCRIPT)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    assert Path(SCHEMA_FILE).read_bytes() == script.content(), "run: python docs/build_schema.py"


def test_only_what_is_understood_is_in_the_schema():
    found = set()

    def look(schema):
        found.update(schema)
        for each in [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items"),
                     schema.get("additionalProperties"), *schema.get("$defs", {}).values()]:  # fmt: skip
            if isinstance(each, dict):
                look(each)

    look(json.loads(Path(SCHEMA_FILE).read_bytes()))
    understood = {"$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf"}
    said_only = {"$schema", "$defs", "title", "description", "default"}
    assert found <= understood | said_only


@given(SEEDS)
def test_any_document_fits(seed):
    document = any_document(seed)
    assert accepted(document)
    assert has_document_shape(document)


@given(SEEDS)
def test_what_is_changed_fits_where_the_models_accept_it(seed):
    random, document = Random(seed), any_document(seed)
    changed_somewhere(document, random)
    assert has_document_shape(document) == accepted(document)


@given(SEEDS)
def test_a_usual_document_that_is_changed(seed):
    document = generated_document(4, layers=2)
    changed_somewhere(document, Random(seed))
    assert has_document_shape(document) == accepted(document)


@pytest.mark.parametrize(("value", "fits"), [(None, True), (1, True), (True, False), (1.0, False), ("1", False)])
def test_only_whole_numbers_are_whole_numbers(value, fits):
    document = generated_document(2, layers=1)
    document["image"]["layers"][0]["size"] = value
    assert has_document_shape(document) is fits


SCALARS = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(SCALARS, lambda part: st.lists(part) | st.dictionaries(st.text(), part)))
def test_any_json(value):
    assert not has_document_shape(value)
