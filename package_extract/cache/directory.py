"""The cache of one user, in a directory.

A file begins with the digest of the rest, so that a damaged one is noticed, ignored and written anew; it appears under
its name whole or not at all. The rest is `marshal`, which is fast and must not be read from people who are not trusted:
a file that belongs to anybody but this user and root is ignored. Between users, share a store.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import zlib
from _thread import get_ident

from package_extract.cache import entry_key
from package_extract.layer.contents import LayerContents

__all__ = ["DirectoryCache", "decoded", "encoded"]

MAGIC = b"package-extract layer facts\n"
DIGEST_SIZE = 32


class DirectoryCache:
    """`LayerCache` in a directory."""

    def __init__(self, directory: str, fingerprint: str) -> None:
        self.directory, self.fingerprint = directory, fingerprint

    def _path(self, digest: str) -> str:
        return f"{self.directory}/{entry_key(digest, self.fingerprint)}"

    def get(self, digest: str) -> LayerContents | None:
        """As `LayerCache.get`."""
        try:
            with open(self._path(digest), "rb") as file:
                if os.fstat(file.fileno()).st_uid not in {os.geteuid(), 0}:
                    return None
                data = file.read()
        except OSError:
            return None
        return decoded(data)

    def put(self, digest: str, contents: LayerContents) -> None:
        """As `LayerCache.put`."""
        path = self._path(digest)
        temporary = f"{path}.{os.getpid()}.{get_ident()}"
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
            with open(temporary, "wb") as file:
                file.write(encoded(contents))
            os.replace(temporary, path)  # noqa: PTH105
        except OSError:
            try:
                os.unlink(temporary)  # noqa: PTH108
            except OSError:
                return


def encoded(contents: LayerContents) -> bytes:
    """The bytes that the cache keeps for a layer."""
    payload = zlib.compress(marshal.dumps(contents.dump()), 1)
    return MAGIC + hashlib.sha256(payload).digest() + payload


def decoded(data: bytes) -> LayerContents | None:
    """The inverse of `encoded`; None for bytes that are damaged."""
    start = len(MAGIC) + DIGEST_SIZE
    payload = data[start:]
    if not data.startswith(MAGIC) or hashlib.sha256(payload).digest() != data[len(MAGIC) : start]:
        return None
    try:
        return LayerContents.load(marshal.loads(zlib.decompress(payload)))  # noqa: S302 our own file, digest checked
    except (EOFError, TypeError, ValueError, zlib.error):
        return None
