"""Names of tar members as paths below the image's root, and the whiteout markers of the OCI image layer specification.

"./a", "/a", "a/../b" and "a//b" are all legal to write; ".." never leaves the root.
"""

from __future__ import annotations

__all__ = ["OPAQUE", "WHITEOUT", "normalized"]

WHITEOUT = b".wh."
OPAQUE = b".wh..wh..opq"


def normalized(name: bytes) -> bytes:
    """The name without leading slash, empty and "." components, with ".." resolved and clamped at the root.

    >>> normalized(b"./usr//lib/../bin/")
    b'usr/bin'
    """
    parts: list[bytes] = []
    for part in name.split(b"/"):
        if part == b"..":
            if parts:
                parts.pop()
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/".join(parts)
