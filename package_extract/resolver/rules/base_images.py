"""Which image a condition means: names with or without tag, tags with a wildcard, digests, or none at all."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

__all__ = ["ImageName", "matches_exactly", "matches_name", "parse_image_name"]

_TRANSPORTS = ("docker://", "containers-storage:", "docker-daemon:")
_HUB = ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/")


class ImageName(NamedTuple):
    """A reference taken apart."""

    repository: str
    """With the registry, without Docker Hub's own name."""
    tag: str | None
    digest: str | None


@lru_cache(maxsize=1 << 12)
def parse_image_name(reference: str) -> ImageName:
    """The parts of a reference.

    >>> parse_image_name("docker://registry.example:5000/team/base:1.2@sha256:00")
    ImageName(repository='registry.example:5000/team/base', tag='1.2', digest='sha256:00')
    """
    for transport in _TRANSPORTS:
        reference = reference.removeprefix(transport)
    rest, _, digest = reference.partition("@")
    directory, slash, last = rest.rpartition("/")
    last, _, tag = last.partition(":")
    repository = directory + slash + last
    for hub in _HUB:
        if repository.startswith(hub):
            repository = repository.removeprefix(hub)
            break
    return ImageName(repository, tag or None, digest or None)


def matches_name(image: ImageName, wanted: str) -> bool:
    """Whether an image is meant by an entry of a condition.

    An entry without a tag means all tags, and an image of which no tag is known is meant by all entries of its name.
    """
    entry = parse_image_name(wanted)
    if entry.digest:
        return image.digest == entry.digest
    if entry.repository != image.repository:
        return False
    if entry.tag is None or (image.tag is None and image.digest is None):
        return True
    return image.tag is not None and _tag_matches(image.tag, entry.tag)


def matches_exactly(image: str, wanted: str) -> bool:
    """The same as Thoth's code has it: text, split at its last colon, wherever that stands."""
    if image == wanted:
        return True
    name, tag = _split_at_last_colon(image)
    wanted_name, wanted_tag = _split_at_last_colon(wanted)
    if name != wanted_name:
        return False
    return tag is None or wanted_tag is None or _tag_matches(tag, wanted_tag)


def _tag_matches(tag: str, wanted: str) -> bool:
    return tag.startswith(wanted[:-1]) if wanted.endswith("*") else tag == wanted


def _split_at_last_colon(reference: str) -> tuple[str, str | None]:
    name, colon, tag = reference.rpartition(":")
    return (name, tag) if colon else (reference, None)
