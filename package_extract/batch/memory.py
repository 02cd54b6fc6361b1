"""How much memory an image's process may have where nobody says: a fair part of what this machine or container has.

The limit is `RLIMIT_DATA`, not `RLIMIT_AS`: it counts what a process may write to and keeps as its own, whereas address
space also counts mapped archives and what skopeo's runtime reserves and never uses. It needs no rights.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["available_memory", "share_of_memory"]

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Of control groups, version 2 and 1, as a container sees its own."""
OF_THE_BATCH = 128 << 20
LEAST = 256 << 20


def available_memory() -> int:
    """Bytes of this machine, or of the control group if that has fewer."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *filter(None, map(_limit, LIMITS))])


def share_of_memory(workers: int) -> int:
    """Bytes for each of so many processes, beside the batch itself."""
    return max(LEAST, (available_memory() - OF_THE_BATCH) // workers)


def _limit(path: str) -> int | None:
    try:
        text = Path(path).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return int(text) if text.isdigit() else None
