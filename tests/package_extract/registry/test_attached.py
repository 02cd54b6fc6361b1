"""What a registry may answer; the way there and back is in tests/integration/test_attached.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import CorruptImage
from package_extract.image.digest import digest_of
from package_extract.registry.attached import ARTIFACT_TYPE, _document, _entries, _tag

IMAGE = "sha256:" + "0" * 64
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(IMAGE) | st.just(ARTIFACT_TYPE),
    lambda x: (
        st.lists(x)
        | st.dictionaries(
            st.sampled_from(
                ["manifests", "digest", "subject", "layers", "artifactType", "annotations", "schema_version"]
            ),
            x,
        )
    ),
)


class Answers:
    """A repository that answers every question alike."""

    def __init__(self, content):
        self.content = content

    def manifest(self, name):
        return self.content

    referrers = manifest

    def blob(self, digest, limit):
        return self.content


@pytest.mark.parametrize(
    ("location", "tag"),
    [("localhost:5000/a/b", "latest"), ("localhost:5000/a/b:1", "1"), ("debian", "latest"), ("debian:12", "12")],
)
def test_the_tag_of_a_name(location, tag):
    assert _tag(location) == tag


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_answer(content):
    try:
        entries = _entries(Answers(content), IMAGE)
    except CorruptImage:
        entries = []
    assert all(entry["artifactType"] == ARTIFACT_TYPE for entry in entries)
    assert _document(Answers(content), {"digest": digest_of(content)}, IMAGE) is None
