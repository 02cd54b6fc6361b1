from __future__ import annotations

import pytest

from package_extract.resolver.index.times import utc_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T03:04:05.678901Z", "2024-01-02T03:04:05.678901Z"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000000Z"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05.000000Z"),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05.000000Z"),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:00", None),
        (7, None),
    ],
)
def test_times(text: object, expected: str | None) -> None:
    assert utc_time(text) == expected
