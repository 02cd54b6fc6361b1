"""Names of tar members."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from package_extract.layer.names import normalized


@given(st.text(alphabet="ab./", max_size=30).map(str.encode))
def test_normalized_is_what_a_root_would_make_of_it(name):
    assert normalized(name) == posixpath.normpath(b"/" + name).lstrip(b"/")
