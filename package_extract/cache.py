"""Facts of layers, kept by the layer's digest and the analyzers that made them.

One file for each layer and set of analyzers (names, versions, options): what a layer says of its names depends on which
files are wanted. A file begins with the digest of the rest, so that a damaged one is noticed, ignored and written anew;
it appears under its name whole or not at all. Only layers whose digest was checked in the same run are written.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import zlib
from _thread import get_ident
from typing import TYPE_CHECKING

from package_extract.layer.contents import LayerContents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.layer.limits import Limits
    from package_extract.plugin import Analyzer

__all__ = ["LayerCache", "fingerprint"]

FORMAT = 1
MAGIC = b"package-extract layer facts\n"
DIGEST_SIZE = 32


def fingerprint(analyzers: Iterable[Analyzer], limits: Limits) -> str:
    """What the facts of a layer depend on besides its bytes."""
    parts = [f"{FORMAT} {sys.implementation.cache_tag} {limits}"]
    parts += sorted(f"{a.name} {a.version} {a.wants} {sorted(getattr(a, 'options', {}).items())}" for a in analyzers)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class LayerCache:
    """A directory of facts; safe with any number of concurrent readers and writers."""

    def __init__(self, directory: str, fingerprint: str) -> None:
        self.directory, self.fingerprint = directory, fingerprint

    def _path(self, digest: str) -> str:
        key = hashlib.sha256(f"{digest} {self.fingerprint}".encode()).hexdigest()
        return f"{self.directory}/layers/{key[:2]}/{key}"

    def get(self, digest: str) -> LayerContents | None:
        """The layer's contents, or None if they are not there or damaged."""
        try:
            with open(self._path(digest), "rb") as file:
                data = file.read()
        except OSError:
            return None
        return decoded(data)

    def put(self, digest: str, contents: LayerContents) -> None:
        """Keep the layer's contents. A full or read-only disk is no error: the next run reads the layer again."""
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
    """The bytes that a cache keeps for a layer."""
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
