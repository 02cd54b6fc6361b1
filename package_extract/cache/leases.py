"""Who reads a layer that several machines want at the same time, agreed through the store that they share.

A lease is an object with the time at which it ends. Its holder prolongs it as long as it lives and ends it when the
layer is read; that of a holder that was killed runs out within a minute. Clocks that disagree, and a store that fails,
cost at worst that a layer is read twice.
"""

from __future__ import annotations

import contextlib
import time
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from package_extract.cache import entry_key
from package_extract.errors import AccessDenied, StoreFailed

if TYPE_CHECKING:
    from package_extract.cache import Claims
    from package_extract.store import Store

__all__ = ["Leases"]

LEASE_SECONDS = 60.0
PROLONGED_EVERY = 15.0
POLL_SECONDS = 1.0
LONGEST_TEXT = 32
FREE = b"0"


class Leases:
    """`Claims` among all that share a store. Processes of one machine first agree by a file, which costs no request."""

    def __init__(self, store: Store, fingerprint: str, claims: Claims | None) -> None:
        """`fingerprint` as of the cache: who runs other analyzers reads the layer as well."""
        self._store, self._fingerprint, self._claims = store, fingerprint, claims
        self._held: set[str] = set()
        self._lock, self._closed = Lock(), Event()
        self._prolonging: Thread | None = None

    def take(self, digest: str, *, wait: bool = False) -> bool:
        """As `Claims.take`."""
        if self._claims is not None and not self._claims.take(digest, wait=wait):
            return False
        while not self._leased(digest):
            if not wait:
                if self._claims is not None:
                    self._claims.release(digest)
                return False
            time.sleep(POLL_SECONDS)
        return True

    def release(self, digest: str) -> None:
        """As `Claims.release`."""
        with self._lock:
            self._held.discard(digest)
            self._write(digest, FREE)
        if self._claims is not None:
            self._claims.release(digest)

    def close(self) -> None:
        """As `Claims.close`."""
        self._closed.set()
        if self._prolonging is not None:
            self._prolonging.join()
        for digest in sorted(self._held):
            self._write(digest, FREE)
        self._held.clear()
        if self._claims is not None:
            self._claims.close()

    def _leased(self, digest: str) -> bool:
        with contextlib.suppress(StoreFailed, AccessDenied):
            if not self._store.create(self._key(digest), _until()):
                if _is_running(self._store.get(self._key(digest))):
                    return False
                self._store.replace(self._key(digest), _until())
        with self._lock:
            self._held.add(digest)
        if self._prolonging is None:
            self._prolonging = Thread(target=self._prolong, name="leases", daemon=True)
            self._prolonging.start()
        return True

    def _prolong(self) -> None:
        while not self._closed.wait(PROLONGED_EVERY):
            with self._lock:
                for digest in self._held:
                    self._write(digest, _until())

    def _key(self, digest: str) -> str:
        return f"leases/{entry_key(digest, self._fingerprint)}"

    def _write(self, digest: str, data: bytes) -> None:
        with contextlib.suppress(StoreFailed, AccessDenied):
            self._store.replace(self._key(digest), data)


def _until() -> bytes:
    return b"%d" % (time.time() + LEASE_SECONDS)


def _is_running(data: bytes | None) -> bool:
    """Whether a lease is one and has not run out; one that ends later than any can is none."""
    if data is None or len(data) > LONGEST_TEXT or not data.isdigit():
        return False
    return 0 < int(data) - time.time() <= 2 * LEASE_SECONDS
