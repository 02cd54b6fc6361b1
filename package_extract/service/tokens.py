r"""Bearer tokens (RFC 6750): a file of clients and the SHA-256 of each one's token, never the token itself.

# client   SHA-256 of the token: openssl rand -hex 32 | tee token | tr -d '\n' | sha256sum
pipeline   9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Tokens"]

LINE = re.compile(r"([\w.-]{1,64})\s+([0-9a-f]{64})", re.ASCII)


class Tokens:
    """Who may come in."""

    def __init__(self, clients: dict[str, bytes]) -> None:
        self._clients = clients

    @classmethod
    def read(cls, path: Path) -> Tokens:
        """The clients of a file. Raises `FormatError` with the line, and `OSError`."""
        clients = {}
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            parts = LINE.fullmatch(line.strip())
            if parts is None or parts[1] in clients:
                raise FormatError(f"line {number} of {path} is not a new client and the SHA-256 of a token in hex")
            clients[parts[1]] = bytes.fromhex(parts[2])
        if not clients:
            raise FormatError(f"{path} has no client")
        return cls(clients)

    def client(self, authorization: str) -> str | None:
        """The client whose token is in the header; all are compared, each in constant time."""
        scheme, _, token = authorization.partition(" ")
        digest = hashlib.sha256(token.strip().encode("utf-8", "surrogateescape")).digest()
        found = None
        for name, expected in self._clients.items():
            if hmac.compare_digest(digest, expected):
                found = name
        return found if scheme.lower() == "bearer" else None
