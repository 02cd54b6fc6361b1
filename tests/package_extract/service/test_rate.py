from package_extract.service import rate
from package_extract.service.rate import RateLimit


def test_twice_as_many_at_once_and_then_at_the_rate():
    limit = RateLimit(10)
    assert [limit.wait("a", 0.0) for _ in range(20)] == [0.0] * 20
    assert 0 < limit.wait("a", 0.0) <= 0.1
    assert limit.wait("a", 0.11) == 0
    assert limit.wait("a", 0.11) > 0


def test_each_client_for_itself():
    limit = RateLimit(0.5)
    assert limit.wait("a", 0.0) == 0
    assert limit.wait("a", 0.0) == 2
    assert limit.wait("b", 0.0) == 0


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(rate, "CLIENTS", 3)
    limit = RateLimit(1)
    for client in "abcdef":
        limit.wait(client, 0.0)
    assert list(limit._buckets) == ["d", "e", "f"]
