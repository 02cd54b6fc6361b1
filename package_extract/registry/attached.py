"""A document as an artifact that refers to its image, in the same repository.

OCI image specification 1.1, "subject" and artifacts (manifest.md#guidelines-for-artifact-usage); where the registry
keeps no list of referrers, the index under the tag `sha256-HEX` of the distribution specification ("referrers tag
schema").
"""

from __future__ import annotations

import json
from typing import Any

from package_extract.document.reading import MAXIMUM_SIZE, InvalidDocument, load_valid
from package_extract.errors import CorruptImage, NoSuchImage
from package_extract.image.digest import digest_of, is_digest
from package_extract.image.json_documents import decode_object, objects
from package_extract.image.manifest import resolve
from package_extract.image.options import OpenOptions
from package_extract.reference import parse_reference
from package_extract.registry.client import MANIFEST_TYPES, Repository

__all__ = ["ARTIFACT_TYPE", "attach", "attached"]

ARTIFACT_TYPE = "application/vnd.package-extract.document.v1+json"
_CREATED = "org.opencontainers.image.created"
_MANIFEST, _INDEX = MANIFEST_TYPES[:2]
_EMPTY = b"{}"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_MOST_TRIED = 10


def attach(document: bytes, reference: str, options: OpenOptions | None = None) -> str:
    """Push a document beside its image and return the digest of the artifact. Pushing it again changes nothing.

    The image in the registry has to be the one that the document is of: that of the digest `image.digest`, or an index
    with it. Raises `InvalidDocument`, `NoSuchImage`, `AccessDenied`, `TransferFailed`.
    """
    described = load_valid(document)
    parsed = parse_reference(reference)
    repository = Repository(parsed, options or OpenOptions(), push=True)
    try:
        subject = _subject(
            repository, parsed.digest or _tag(parsed.location), described["image"].get("digest"), reference
        )
        repository.push_blob(_EMPTY)
        repository.push_blob(document)
        created = described["run"].get("started_at")
        manifest = _artifact(document, subject, created if isinstance(created, str) else None)
        digest = digest_of(manifest)
        if not repository.push_manifest(digest, manifest, _MANIFEST):
            entry = _descriptor(manifest, _MANIFEST) | {"artifactType": ARTIFACT_TYPE}
            _list(repository, subject["digest"], entry | _annotations(created))
        return digest
    finally:
        repository.close()


def attached(reference: str, options: OpenOptions | None = None) -> dict[str, Any] | None:
    """The newest document beside an image of a registry, or None if there is none that is of this very image.

    It says what whoever may push to the repository wants it to say.
    """
    options = options or OpenOptions()
    parsed = parse_reference(reference)
    repository = Repository(parsed, options)
    try:
        name = parsed.digest or _tag(parsed.location)
        content = _existing(repository, name, reference)
        digest = parsed.digest or digest_of(content)

        def stored(wanted: str, _: str) -> bytes:
            return content if wanted == digest else _existing(repository, wanted, reference)

        image = resolve({"digest": digest}, stored, options).digest
        return next(
            (found for entry in _entries(repository, image) if (found := _document(repository, entry, image))), None
        )
    finally:
        repository.close()


def _tag(location: str) -> str:
    """The tag of a name in a registry; a colon before the last slash is that of a port."""
    return location.rpartition("/")[2].partition(":")[2] or "latest"


def _existing(repository: Repository, name: str, reference: str) -> bytes:
    content = repository.manifest(name)
    if content is None:
        raise NoSuchImage(f"{parse_reference(reference)} does not exist there")
    return content


def _subject(repository: Repository, name: str, digest: Any, reference: str) -> dict[str, Any]:
    """The descriptor of the image's manifest."""
    if not is_digest(digest):
        raise InvalidDocument("the document is of an image without a digest; analyze the one in the registry")
    content = _existing(repository, name, reference)
    if digest_of(content) != digest:
        listed = {entry.get("digest") for entry in objects(decode_object(content, "the manifest").get("manifests"))}
        if digest not in listed:
            raise InvalidDocument(
                f"the document is of another image: {digest} is not what {name} leads to; analyze it again"
            )
        content = _existing(repository, digest, reference)
    media_type = decode_object(content, "the manifest").get("mediaType")
    return _descriptor(content, media_type if media_type in MANIFEST_TYPES else _MANIFEST)


def _artifact(document: bytes, subject: dict[str, Any], created: str | None) -> bytes:
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "artifactType": ARTIFACT_TYPE,
        "config": _descriptor(_EMPTY, _EMPTY_TYPE),
        "layers": [_descriptor(document, ARTIFACT_TYPE)],
        "subject": subject,
        **_annotations(created),
    }
    return json.dumps(manifest, separators=(",", ":")).encode()


def _annotations(created: Any) -> dict[str, Any]:
    return {"annotations": {_CREATED: created}} if isinstance(created, str) else {}


def _descriptor(data: bytes, media_type: str) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def _list(repository: Repository, subject: str, entry: dict[str, Any]) -> None:
    """Add an artifact to the index under the tag that stands for the list of referrers."""
    tag = subject.replace(":", "-")
    content = repository.manifest(tag)
    entries = objects(decode_object(content, f"the index {tag}").get("manifests")) if content is not None else []
    entries = [other for other in entries if other.get("digest") != entry["digest"]]
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [*entries, entry]}
    repository.push_manifest(tag, json.dumps(index, separators=(",", ":")).encode(), _INDEX)


def _entries(repository: Repository, image: str) -> list[dict[str, Any]]:
    """Descriptors of documents, the newest first."""
    content = repository.referrers(image)
    if content is None:
        return []
    entries = objects(decode_object(content, "the list of referrers").get("manifests"))
    ours = [entry for entry in entries if entry.get("artifactType") == ARTIFACT_TYPE and is_digest(entry.get("digest"))]
    return sorted(ours, key=_created, reverse=True)[:_MOST_TRIED]


def _created(entry: dict[str, Any]) -> str:
    annotations = entry.get("annotations")
    created = annotations.get(_CREATED) if isinstance(annotations, dict) else None
    return created if isinstance(created, str) else ""


def _document(repository: Repository, entry: dict[str, Any], image: str) -> dict[str, Any] | None:
    """The document of an artifact, if it is one, whole, and of this image."""
    content = repository.manifest(entry["digest"])
    if content is None:
        return None
    try:
        manifest = decode_object(content, "the artifact")
        subject, layers = manifest.get("subject"), objects(manifest.get("layers"))
        if not isinstance(subject, dict) or subject.get("digest") != image or len(layers) != 1:
            return None
        digest = layers[0].get("digest")
        data = repository.blob(str(digest), MAXIMUM_SIZE) if is_digest(digest) else None
        document = load_valid(data) if data is not None else None
    except (CorruptImage, InvalidDocument):
        return None
    return document if document is not None and document["image"].get("digest") == image else None
