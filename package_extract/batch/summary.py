"""The summary of a batch, for programs: what became of each image, and what the exit code says of all of them."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.batch.run import Result
    from package_extract.batch.shard import Shard
    from package_extract.batch.work_list import WorkList

__all__ = ["exit_code", "summary"]

WELL = {"done", "present"}


def exit_code(results: Sequence[Result]) -> int:
    """0: every image has its document. 2, 3, 4, 5: some cannot have one, and starting again changes nothing; it is the
    smallest of their exit codes. 1: for some it is worth starting again.
    """
    codes = {result.answer.exit_code for result in results if result.answer.outcome not in WELL}
    if not codes:
        return 0
    return min(codes) if codes <= {2, 3, 4, 5} else 1


def summary(
    work: WorkList, results: Sequence[Result], store: str, shard: Shard | None, started: float
) -> dict[str, Any]:
    """Plain data for JSON. Times in seconds, sizes in bytes."""
    outcomes = Counter(result.answer.outcome for result in results)
    return {
        "summary_version": "1",
        "store": store,
        "shard": {"index": shard.index, "count": shard.count} if shard else None,
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "duration_seconds": round(time.time() - started, 3),
        "exit_code": exit_code(results),
        "outcomes": dict(sorted(outcomes.items())),
        "bytes_read": sum(result.answer.bytes_read for result in results),
        "duplicates": [{"line": line, "first_line": first} for line, first in work.duplicates],
        "images": [_image(result) for result in results],
    }


def _image(result: Result) -> dict[str, Any]:
    item, answer = result.item, result.answer
    return {
        "line": item.line,
        "id": item.id,
        "reference": item.shown,
        "platform": item.platform,
        "outcome": answer.outcome,
        "exit_code": answer.exit_code,
        "digest": answer.digest,
        "seconds": result.seconds,
        "attempts": result.attempts,
        "bytes_read": answer.bytes_read,
        "cache": {"hits": answer.cache_hits, "misses": answer.cache_misses},
        "peak_memory": answer.peak_memory,
        "error": answer.error,
    }
