"""A cache that many machines and users share, in a store.

Whoever may write to the store may write anything there, so an entry is read as data that nobody vouches for:
MessagePack of bounded size, depth and shape, which unlike `marshal` cannot crash or take over who reads it. (What it
can do is lie about a layer, as a document in the store can.)
"""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING, Any

from package_extract.cache import entry_key
from package_extract.errors import AccessDenied, StoreFailed, ToolMissing
from package_extract.layer.contents import LayerContents

if TYPE_CHECKING:
    from package_extract.store import Store

__all__ = ["SharedCache", "decoded", "encoded"]

TUPLE = 1
MAXIMUM_BYTES = 1 << 30
MAXIMUM_DEPTH = 16
"""Of tuples in tuples; MessagePack's own bound holds for everything else."""


class SharedCache:
    """`LayerCache` in a store. A store that fails costs time, never a document."""

    def __init__(self, store: Store, fingerprint: str) -> None:
        _msgpack()
        self._store, self._fingerprint = store, fingerprint

    def get(self, digest: str) -> LayerContents | None:
        """As `LayerCache.get`."""
        try:
            data = self._store.get(entry_key(digest, self._fingerprint))
        except (StoreFailed, AccessDenied):
            return None
        return decoded(data) if data is not None else None

    def put(self, digest: str, contents: LayerContents) -> None:
        """As `LayerCache.put`. An entry that is there but could not be read is written anew."""
        with contextlib.suppress(StoreFailed, AccessDenied):
            self._store.replace(entry_key(digest, self._fingerprint), encoded(contents))


def encoded(contents: LayerContents) -> bytes:
    """The bytes that the store keeps for a layer."""
    return zlib.compress(_packed(contents.dump()), 1)


def decoded(data: bytes) -> LayerContents | None:
    """The inverse of `encoded`; None for bytes that are none of its."""
    inflating = zlib.decompressobj()
    try:
        packed = inflating.decompress(data, MAXIMUM_BYTES)
        dump: Any = _unpacked(packed, 0) if inflating.eof else None
    except (ValueError, TypeError, RecursionError, zlib.error, _msgpack().UnpackException):
        return None
    return LayerContents.load(dump) if _has_shape(dump) else None


def _packed(value: Any) -> bytes:
    packed: bytes = _msgpack().packb(value, default=_tuple, strict_types=True, unicode_errors="surrogatepass")
    return packed


def _tuple(value: Any) -> Any:
    if type(value) is tuple:
        return _msgpack().ExtType(TUPLE, _packed(list(value)))
    raise TypeError(f"{type(value).__name__} is no plain data")


def _unpacked(data: bytes, depth: int) -> Any:
    def extension(code: int, content: bytes) -> Any:
        if code != TUPLE or depth >= MAXIMUM_DEPTH:
            raise ValueError("an unknown extension, or too deep")
        return tuple(_unpacked(content, depth + 1))

    # bounded by the length of the data: a length that goes beyond it is an error before anything is allocated
    return _msgpack().unpackb(data, ext_hook=extension, strict_map_key=False, unicode_errors="surrogatepass")


def _has_shape(dump: Any) -> bool:
    """Whether it is what `LayerContents.dump` gives, as far as the engine itself relies on it."""
    if not isinstance(dump, tuple) or len(dump) != len(LayerContents().dump()):
        return False
    contents = LayerContents.load(dump)
    return (
        _maps(contents.nodes, bytes)
        and all(map(_is_node, contents.nodes.values()))
        and all(_lists(names, bytes) for names in (contents.whiteouts, contents.opaque, contents.plain))
        and _maps(contents.facts, str)
        and all(_maps(facts, bytes) for facts in contents.facts.values())
        and _maps(contents.large, bytes)
        and all(isinstance(size, int) for size in contents.large.values())
        and _maps(contents.files_read, str)
        and all(isinstance(count, int) for count in contents.files_read.values())
        and _maps(contents.seconds, str)
        and all(isinstance(seconds, float) for seconds in contents.seconds.values())
        and _lists(contents.problems, dict)
        and all(map(_is_problem, contents.problems))
        and isinstance(contents.entries, int)
        and isinstance(contents.size, int)
        and isinstance(contents.verified_digest, str | None)
    )


def _is_node(node: Any) -> bool:
    if node is None or isinstance(node, bytes):
        return True
    if not isinstance(node, tuple):
        return False
    return [*map(type, node)] in ([bytes], [int, int])


def _is_problem(problem: dict[Any, Any]) -> bool:
    texts = ("analyzer", "code", "severity", "message")
    return (
        set(problem) == {*texts, "path"}
        and all(isinstance(problem[name], str) for name in texts)
        and isinstance(problem["path"], str | None)
    )


def _maps(value: Any, kind: type) -> bool:
    return isinstance(value, dict) and all(isinstance(key, kind) for key in value)


def _lists(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _msgpack() -> Any:
    try:
        import msgpack
    except ImportError as error:
        raise ToolMissing("a cache in a store needs msgpack: pip install 'package-extract[s3]'") from error
    return msgpack
