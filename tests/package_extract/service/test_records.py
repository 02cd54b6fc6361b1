import sqlite3

import pytest

from package_extract.service.errors import TooManyRequests
from package_extract.service.records import Records, new_id


@pytest.fixture
def opened(tmp_path):
    """A function that opens the records, each time as a process that starts."""
    made = []

    def open_records(pending=100, kept_seconds=1000.0):
        made.append(Records(tmp_path / "requests.sqlite", pending, kept_seconds))
        return made[-1]

    yield open_records
    for records in made:
        records.close()


def accept(records, key=None, **more):
    return records.accept(new_id("analysis"), "analysis", {"image": "a"}, key=key, **more)


def test_the_life_of_a_request(opened):
    records = opened()
    identity = accept(records)
    assert records.get(identity).state == "pending"
    records.begin(identity)
    assert records.get(identity).state == "running"
    records.wait(identity, "again\nlater")
    assert records.get(identity).state == "pending"
    records.begin(identity)
    records.finish(identity, "document")
    record = records.get(identity)
    assert (record.state, record.document, record.parameters) == ("finished", "document", {"image": "a"})
    assert record.started_at
    assert record.finished_at
    assert [line.split(" ", 1)[1] for line in record.log.splitlines()] == [
        "accepted", "started", "again later", "started", "finished: document"]  # fmt: skip


def test_a_failure(opened):
    records = opened()
    identity = accept(records)
    records.fail(identity, "no-such-image", "there is none", 3)
    record = records.get(identity)
    assert (record.state, record.code, record.reason, record.exit_code) == (
        "failed", "no-such-image", "there is none", 3)  # fmt: skip


def test_open_requests_for_the_same_are_one(opened):
    records = opened()
    first = accept(records, "same")
    assert accept(records, "same") == first
    assert accept(records, "other") != first
    records.begin(first)
    assert accept(records, "same") == first
    records.finish(first, "document")
    assert accept(records, "same") != first


def test_what_was_not_done_is_found_again_in_its_order(opened):
    records = opened()
    ids = [accept(records) for _ in range(4)]
    records.begin(ids[1])
    records.finish(ids[3], "document")
    assert opened().recover() == ids[:3]
    assert opened().get(ids[1]).state == "pending"


def test_lost_credentials_are_told(opened):
    records = opened()
    identity = accept(records, with_credentials=True)
    assert opened().recover() == []
    record = opened().get(identity)
    assert (record.state, record.code, record.exit_code) == ("failed", "needs-credentials-again", 4)


def test_only_so_many_wait(opened):
    records = opened(pending=2)
    first = accept(records, "a")
    accept(records)
    with pytest.raises(TooManyRequests):
        accept(records)
    assert accept(records, "a") == first
    records.begin(first)
    accept(records)


def test_old_requests_are_forgotten(opened, tmp_path):
    records = opened(kept_seconds=-1)
    identity, waiting = accept(records), accept(records)
    records.finish(identity, "document")
    assert records.get(identity) is None
    assert records.get(waiting) is not None


def test_what_is_accepted_is_on_the_disk(opened, tmp_path):
    identity = accept(opened())
    with sqlite3.connect(tmp_path / "requests.sqlite") as other:
        assert other.execute("select id from request").fetchall() == [(identity,)]
    other.close()


def test_counts(opened):
    records = opened()
    records.begin(accept(records))
    accept(records)
    assert records.counts() == {"pending": 1, "running": 1}
