from __future__ import annotations

import pytest

from package_extract.resolver.index.freshness import lifetime


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 600),
        ({"cache-control": "max-age=30, public"}, 30),
        ({"cache-control": 'Max-Age="30"', "age": "10"}, 20),
        ({"cache-control": "max-age=30", "age": "50"}, 0),
        ({"cache-control": "no-cache, max-age=30"}, 0),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=99999999"}, 86400),
        ({"cache-control": "max-age=soon"}, 600),
    ],
)
def test_how_long_a_page_is_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert lifetime(headers) == seconds
