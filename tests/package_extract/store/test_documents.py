"""Documents by id and by digest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import InvalidReference, StoreFailed
from package_extract.store.directory import Directory
from package_extract.store.documents import Documents, check_id, document_id

ONE, TWO, THREE = (f"sha256:{digit * 64}" for digit in "123")


def keep(documents, identity, digest=ONE, index=TWO, config=THREE, **how):
    image = {"digest": digest, "index_digest": index, "config_digest": config}
    return documents.keep(identity, image, json.dumps({"image": image, "for": identity}).encode(), **how)


@pytest.fixture
def documents(tmp_path):
    return Documents(Directory(str(tmp_path)))


def test_found_by_id_and_by_each_digest(documents):
    assert keep(documents, "b")
    assert keep(documents, "a", index=None)
    assert sorted(documents.ids()) == ["a", "b"]
    assert json.loads(documents.get("a"))["for"] == "a"
    assert documents.get("c") is None
    assert [*documents.by_digest(ONE)] == ["a", "b"]
    assert [*documents.by_digest(TWO)] == ["b"]
    assert [*documents.by_digest(f"sha256:{'4' * 64}")] == []


def test_the_first_stays_unless_it_is_to_be_replaced(documents):
    assert keep(documents, "a", digest=ONE)
    assert not keep(documents, "a", digest=TWO)
    assert json.loads(documents.get("a"))["image"]["digest"] == ONE
    assert [*documents.by_digest(ONE)] == ["a"]
    assert keep(documents, "a", digest=f"sha256:{'5' * 64}", replace=True)
    assert [*documents.by_digest(ONE)] == []
    assert [*documents.by_digest(f"sha256:{'5' * 64}")] == ["a"]


def test_a_digest_whose_document_never_came_finds_nothing(documents):
    documents.store.create(f"digests/sha256/{'1' * 64}/lost", b"")
    assert [*documents.by_digest(ONE)] == []


def test_what_is_no_document(documents):
    documents.store.create(f"digests/sha256/{'1' * 64}/odd", b"")
    documents.store.create("documents/odd.json", b"{")
    documents.store.create("documents/.hidden.json", b"{}")
    assert [*documents.ids()] == ["odd"]
    with pytest.raises(StoreFailed, match="odd"):
        list(documents.by_digest(ONE))


@pytest.mark.parametrize("text", ["", ".a", "a/b", "../a", "a b", "ä", "a" * 201, "a\n"])
def test_what_cannot_be_an_id(documents, text):
    with pytest.raises(InvalidReference):
        documents.get(text)


@pytest.mark.parametrize("text", ["", "sha256", "sha256:", "sha256:../x", f"sha256:{'G' * 64}", f"../x:{'1' * 64}"])
def test_what_is_no_digest(documents, text):
    with pytest.raises(InvalidReference):
        list(documents.by_digest(text))


@given(st.text(max_size=300), st.none() | st.text(max_size=40))
def test_every_image_has_an_id(reference, platform):
    identity = document_id(reference, platform)
    assert check_id(identity) == identity == document_id(reference, platform)
    assert identity != document_id(f"{reference}x", platform)


def test_an_id_says_what_it_is_of():
    assert document_id("docker.io/library/python:3.12", "linux/arm64").startswith(
        "docker-io-library-python-3-12-linux-arm64-"
    )
