"""The memory that each image may have."""

from __future__ import annotations

from package_extract.batch import memory


def test_a_fair_share_of_what_there_is(monkeypatch, tmp_path):
    whole = memory.available_memory()
    assert whole > memory.LEAST
    assert memory.share_of_memory(1) == whole - memory.OF_THE_BATCH
    assert memory.share_of_memory(4) == max(memory.LEAST, (whole - memory.OF_THE_BATCH) // 4)
    assert memory.share_of_memory(10_000) == memory.LEAST
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "LIMITS", (str(limit), str(tmp_path / "none")))
    for text, expected in (("max\n", None), (f"{1 << 30}\n", 1 << 30), ("", None)):
        limit.write_text(text)
        machine = memory.os.sysconf("SC_PAGE_SIZE") * memory.os.sysconf("SC_PHYS_PAGES")
        assert memory.available_memory() == (expected or machine)
