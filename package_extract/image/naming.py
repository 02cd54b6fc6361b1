"""Choosing one of several images that an archive or a layout holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from package_extract.errors import CorruptImage, InvalidReference, NoSuchImage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Named", "choose_named", "is_same_name"]

Item = TypeVar("Item")
_SHOWN = 30


class Named(NamedTuple, Generic[Item]):
    """An image and the names that lead to it."""

    item: Item
    names: tuple[str, ...]
    digest: str | None = None

    def __str__(self) -> str:
        return ", ".join(self.names) or self.digest or "(without a name)"


def choose_named(images: Sequence[Named[Item]], choice: str | None, where: str) -> Item:
    """The image that `choice` names: a whole name, a tag, a digest, or "@" and its place.

    Without a choice the only image. `InvalidReference` if several remain, `NoSuchImage` if none does; both list the
    images.
    """
    if not images:
        raise CorruptImage(f"{where} holds no image")
    if choice is None:
        found = list(images)
    elif choice.startswith("@"):
        place = int(choice[1:]) if choice[1:].isascii() and choice[1:].isdigit() and len(choice) < 7 else len(images)
        found = list(images[place : place + 1])
    else:
        found = next((hits for test in _TESTS if (hits := [image for image in images if test(image, choice)])), [])
    if len(found) == 1:
        return found[0].item
    listed = "; ".join(f"@{place}: {image}" for place, image in enumerate(images[:_SHOWN]))
    if not found:
        raise NoSuchImage(f"{where} holds no image {choice!r}; it holds {listed}")
    raise InvalidReference(f"{where} holds {len(images)} images, choose with PATH:NAME or PATH:@NUMBER: {listed}")


def is_same_name(name: str, other: str) -> bool:
    """Whether two names mean the same image once docker's defaults are written out."""
    return _full(name) == _full(other)


def _full(name: str) -> str:
    """Docker's defaults written out: the host docker.io, the folder library, the tag latest."""
    path, separator, digest = name.partition("@")
    if ":" not in path.rpartition("/")[2]:
        path += ":latest"
    host, slash, rest = path.partition("/")
    if not slash:
        path = f"docker.io/library/{path}"
    elif not ("." in host or ":" in host or host == "localhost"):
        path = f"docker.io/{path}"
    elif host in ("docker.io", "index.docker.io"):
        path = f"docker.io/{rest if '/' in rest else 'library/' + rest}"
    return path + separator + digest


def _tag(name: str) -> str:
    return name.rpartition("/")[2].partition("@")[0].rpartition(":")[2]


def _has_name(image: Named[Item], choice: str) -> bool:
    return choice in image.names


def _has_digest(image: Named[Item], choice: str) -> bool:
    name, _, digest = choice.rpartition("@")
    return image.digest == digest and (
        not name or not image.names or any(name in (n, n.rpartition(":")[0]) for n in image.names)
    )


def _has_full_name(image: Named[Item], choice: str) -> bool:
    return any(is_same_name(name, choice) for name in image.names)


def _has_tag(image: Named[Item], choice: str) -> bool:
    return any(_tag(name) == choice for name in image.names)


_TESTS: tuple[Callable[[Named, str], bool], ...] = (_has_name, _has_digest, _has_full_name, _has_tag)  # type: ignore[type-arg]
