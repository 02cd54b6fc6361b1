"""Entries of pages as hypothesis makes them."""

from __future__ import annotations

from hypothesis import strategies as st

from package_extract.resolver.index.listing import ListedFile

BASE = "https://index.example/simple/demo/"
SHA = "0a" * 32

names = st.builds(
    "demo-{}{}".format,
    st.sampled_from(["1.0", "1.0.0", "1.0a1", "2", "1!0", "0.9.post1", "1.0+x", "bad"]),
    st.sampled_from(["-py3-none-any.whl", "-cp311-cp311-linux_x86_64.whl", ".tar.gz", ".exe", "-1-py3-none-any.whl"]),
)
listings = st.builds(
    ListedFile,
    filename=names,
    url=st.just("https://x.example/f"),
    hashes=st.sampled_from([{}, {"sha256": SHA}, {"md5": "00"}, {"md5": "00", "sha256": SHA}]),
    size=st.none() | st.integers(0, 1 << 40),
    requires_python=st.none() | st.text(max_size=5),
    yanked=st.booleans() | st.none() | st.text(max_size=5),
    upload_time=st.just("2024-01-02T03:04:05.678901Z") | st.none(),
    core_metadata=st.none() | st.just(True) | st.just({"sha256": SHA}),
)
