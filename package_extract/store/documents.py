"""Documents in a store, found by their id and by the digests of their image.

    documents/ID.json           the document
    digests/ALGORITHM/HEX/ID    an empty object for each digest: of the manifest, of the index, of the configuration

The digests are written first and the document last: what has a document has its digests.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from package_extract.errors import InvalidReference, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.store import Store

__all__ = ["Documents", "check_id", "digest_id", "document_id"]

DIGESTS = ("digest", "index_digest", "config_digest")
ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\Z", re.ASCII)
DIGEST = re.compile(r"([a-z0-9]+(?:[+._-][a-z0-9]+)*):([0-9a-f]{32,128})\Z", re.ASCII)
LONGEST_NAME = 80
HASH_DIGITS = 16


def check_id(text: str) -> str:
    """The id, if it can be one."""
    if not ID.match(text):
        raise InvalidReference(
            f"{text!r} cannot be an id: up to 200 letters, digits, '.', '_' and '-', no dot in front"
        )
    return text


def document_id(reference: str, platform: str | None) -> str:
    """The id of an image that was given none: always the same one for the same reference and platform."""
    text = f"{reference} {platform or ''}"
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[-LONGEST_NAME:].strip("-")
    return f"{name or 'image'}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:HASH_DIGITS]}"


def digest_id(digest: str) -> str:
    """The id of the one document of the image with this digest."""
    _digest_prefix(digest)
    return digest.replace(":", "-").replace("+", "-")


class Documents:
    """The documents of a store. Every method may raise `StoreFailed` or `AccessDenied`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def keep(self, identity: str, image: dict[str, Any], document: bytes, *, replace: bool = False) -> bool:
        """Write a document; `image` is its section of that name. False if the id has one already, which stays."""
        key = _key(identity)
        for name in DIGESTS:
            if isinstance(image.get(name), str):
                self.store.create(f"{_digest_prefix(image[name])}{identity}", b"")
        if replace:
            self.store.replace(key, document)
            return True
        return self.store.create(key, document)

    def get(self, identity: str) -> bytes | None:
        """The document with this id."""
        return self.store.get(_key(identity))

    def has(self, identity: str) -> bool:
        """Whether there is a document with this id."""
        return self.get(identity) is not None

    def ids(self) -> Iterator[str]:
        """The ids of all documents, in any order."""
        for key in self.store.keys("documents/"):
            name = key.removeprefix("documents/")
            if name.endswith(".json") and ID.match(name[:-5]):
                yield name[:-5]

    def by_digest(self, digest: str) -> Iterator[str]:
        """The ids of the documents of an image with this digest, sorted."""
        prefix = _digest_prefix(digest)
        for identity in sorted(key.removeprefix(prefix) for key in self.store.keys(prefix)):
            if ID.match(identity) and digest in _digests(self.get(identity), identity):
                yield identity


def _key(identity: str) -> str:
    return f"documents/{check_id(identity)}.json"


def _digest_prefix(digest: str) -> str:
    parts = DIGEST.match(digest)
    if parts is None:
        raise InvalidReference(f"{digest!r} is no digest; write sha256:HEX")
    return f"digests/{parts[1]}/{parts[2]}/"


def _digests(document: bytes | None, identity: str) -> set[str]:
    """The digests of a document; none where it is not there (yet)."""
    if document is None:
        return set()
    try:
        image = json.loads(document)["image"]
        return {image[name] for name in DIGESTS if image[name] is not None}
    except (ValueError, TypeError, KeyError) as error:
        raise StoreFailed(f"what the store has as the document {identity} is none") from error
