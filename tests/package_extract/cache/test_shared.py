"""Facts in a store that others may write to: exactly what was put, and never more than data."""

from __future__ import annotations

import marshal
import zlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.cache import open_cache
from package_extract.cache.shared import TUPLE, decoded, encoded
from package_extract.layer.contents import LayerContents

FACTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(alphabet=st.characters(exclude_categories=()), max_size=9)
    | st.binary(max_size=9),
    lambda values: (
        st.lists(values, max_size=3)
        | st.lists(values, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.binary(max_size=5), values, max_size=3)
    ),
    max_leaves=8,
)
NODES = st.none() | st.binary(max_size=9) | st.tuples(st.binary(max_size=9)) | st.tuples(st.integers(0, 9), st.just(1))
CONTENTS = LayerContents(
    nodes={b"a": None, b"b": (1, 2), b"c": b"b", b"d": (b"b",)},
    facts={"x": {b"b": [1, "two", b"three", (4.5, None), {"s": ("t", ["u"])}, "\udcff"]}},
    entries=4,
    size=9,
)
CONTENTS.files_read = {"x": 1}
CONTENTS.problems = [{"analyzer": "x", "code": "c", "severity": "error", "path": None, "message": "m"}]
CONTENTS.plain = [b"packed"]
CONTENTS.verified_digest = "sha256:1"
CONTENTS.seconds = {"x": 0.5}


@given(st.dictionaries(st.binary(max_size=9), NODES, max_size=5), FACTS)
def test_what_was_put_comes_back(nodes, fact):
    contents = LayerContents(nodes=nodes, facts={"x": {b"file": fact}})
    back = decoded(encoded(contents))
    assert back == contents
    assert repr(back.dump()) == repr(contents.dump())  # tuples are tuples


def test_in_a_store(tmp_path):
    cache = open_cache(f"file://{tmp_path}/store", "f")
    assert cache.get("sha256:1") is None
    cache.put("sha256:1", CONTENTS)
    assert cache.get("sha256:1") == CONTENTS
    assert open_cache(f"file://{tmp_path}/store", "g").get("sha256:1") is None


def test_a_store_that_fails_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("")
    cache = open_cache(f"file://{tmp_path}/file", "f")
    cache.put("sha256:1", CONTENTS)
    assert cache.get("sha256:1") is None


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damage_is_no_entry_or_another_one(noise, place):
    data = bytearray(encoded(CONTENTS))
    data[place : place + len(noise)] = noise
    assert isinstance(decoded(bytes(data)), LayerContents | None)
    assert decoded(noise) is None


@given(FACTS)
def test_foreign_data_of_any_shape(value):
    assert decoded(zlib.compress(msgpack.packb(value, default=list, unicode_errors="surrogatepass"))) is None


def with_member(name, value):
    contents = LayerContents.load(CONTENTS.dump())
    setattr(contents, name, value)
    return contents


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nodes", [b"a"]),
        ("nodes", {"a": None}),
        ("nodes", {b"a": "text"}),
        ("nodes", {b"a": ()}),
        ("nodes", {b"a": (b"x", 1)}),
        ("nodes", {b"a": (True, 1)}),
        ("whiteouts", [1]),
        ("plain", {b"x": 1}),
        ("facts", {"x": []}),
        ("facts", {1: {}}),
        ("files_read", {"x": "1"}),
        ("seconds", {"x": 1}),
        ("problems", [{}]),
        ("problems", ["p"]),
        ("entries", "1"),
        ("size", None),
        ("verified_digest", 1),
    ],
)
def test_shapes_that_the_engine_does_not_know(name, value):
    assert decoded(encoded(with_member(name, value))) is None


def test_nothing_deep_or_large_takes_the_process_down(monkeypatch):
    packed = msgpack.packb([])
    for _ in range(3000):
        packed = msgpack.packb(msgpack.ExtType(TUPLE, packed))
    assert decoded(zlib.compress(packed)) is None
    assert decoded(zlib.compress(b"\x91" * 100_000)) is None
    assert decoded(zlib.compress(b"\xdd\xff\xff\xff\xff")) is None
    assert decoded(zlib.compress(marshal.dumps(CONTENTS.dump()))) is None
    monkeypatch.setattr("package_extract.cache.shared.MAXIMUM_BYTES", 100)
    assert decoded(encoded(CONTENTS)) is None
