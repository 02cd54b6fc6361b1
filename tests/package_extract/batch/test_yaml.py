"""The YAML of manifests, held against PyYAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from package_extract.batch.yaml import as_yaml

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=9), values, max_size=4),
    max_leaves=12,
)


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_reads_as_it_was(documents):
    assert list(yaml.safe_load_all(as_yaml(*documents))) == documents


@pytest.mark.parametrize(
    "text",
    ["a\nb\n", "a\n\nb\n", "a\nb", "\na\n", " a\n", "a\n\n", "a \n", "# x\n", "no", "1.0", "0x1", "2001-01-01", "~"],
)
def test_texts(text):
    assert yaml.safe_load(as_yaml({"key": text, "list": [text, [text]]})) == {"key": text, "list": [text, [text]]}
