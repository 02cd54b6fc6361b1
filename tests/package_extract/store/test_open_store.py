"""Which text leads to which store."""

from __future__ import annotations

import subprocess
import sys

import pytest

from package_extract.errors import InvalidReference
from package_extract.store import is_store_url, open_store
from package_extract.store.directory import Directory


def test_directories(tmp_path):
    for text in (str(tmp_path), f"file://{tmp_path}"):
        store = open_store(text)
        assert isinstance(store, Directory)
        assert store.root == tmp_path
    assert is_store_url("s3://a/b")
    assert not is_store_url(str(tmp_path))


@pytest.mark.parametrize("text", ["", "file://", "s3://", "s3:///prefix", "https://bucket/", "gs://bucket"])
def test_what_is_no_store(text):
    with pytest.raises(InvalidReference):
        open_store(text)


def test_without_the_client_of_s3():
    code = """
import sys
sys.modules["obstore"] = sys.modules["msgpack"] = None
from package_extract.cache import open_cache
from package_extract.errors import ToolMissing
from package_extract.store import open_store
for opened in (lambda: open_store("s3://bucket"), lambda: open_cache("file:///nowhere", "f")):
    try:
        opened()
    except ToolMissing as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("pip install 'package-extract[s3]'") == 2
