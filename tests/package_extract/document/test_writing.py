import json
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.document.writing import encode, write_file

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner),
    max_leaves=20,
)  # fmt: skip


def test_compact_is_one_line_with_a_line_break():
    assert encode({"a": [1, None, "ä"]}) == '{"a":[1,null,"ä"]}\n'.encode()


def test_indented_says_the_same():
    data = {"a": [1, None, "ä", b"\xe4".decode(errors="surrogateescape")]}
    assert json.loads(encode(data, indent=True)) == json.loads(encode(data))
    assert encode(data, indent=True).startswith(b'{\n  "a": [\n    1,')


def test_bytes_that_are_no_utf8_are_visible():
    name = os.fsdecode(b"caf\xe9/\xff")
    assert json.loads(encode({name: [name]})) == {"caf\\xe9/\\xff": ["caf\\xe9/\\xff"]}


def test_other_lone_surrogates_are_visible():
    assert json.loads(encode(["\ud800"])) == ["\\ud800"]


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode([float("nan")])


@given(anything, st.booleans())
def test_always_utf8_and_json(data, indent):
    written = json.loads(encode(data, indent=indent).decode())
    assert encode(written, indent=indent) == encode(data, indent=indent)


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_text_comes_back(text):
    assert json.loads(encode({text: text})) == {text: text}


def test_write_file_replaces_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "out.json"
    target.write_bytes(b"old")
    write_file(target, b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.json"]


def test_write_file_obeys_the_umask(tmp_path):
    write_file(tmp_path / "out.json", b"")
    (tmp_path / "plain").touch()
    assert (tmp_path / "out.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_write_file_keeps_a_link(tmp_path):
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "out.json"
    target.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_file(target, "no bytes")
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.json"]


def test_write_file_into_a_missing_directory(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "none" / "out.json", b"")


def test_write_file_to_a_named_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, b"through")
    reader.join(5)
    assert received == [b"through"]
    assert pipe.is_fifo()
