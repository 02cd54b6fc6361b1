"""Which images clients may name, and how they are then opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import NoSuchImage
from package_extract.image.options import OpenOptions
from package_extract.image.platform import Platform
from package_extract.reference import parse_reference
from package_extract.service.credentials import Login
from package_extract.service.errors import Refused

if TYPE_CHECKING:
    from package_extract.service.settings import ServiceSettings

__all__ = ["ImageRequest", "image_request", "opening"]

PATHS = ("docker-archive", "oci", "oci-archive", "dir")
OF_THIS_MACHINE = ("docker-daemon", "containers-storage", "rootfs")


class ImageRequest(NamedTuple):
    """An image that the service will open."""

    reference: str
    """Without credentials."""
    digest: str | None
    """What a name in a registry ends with."""
    login: Login


def image_request(
    image: str, username: str | None, password: str | None, platform: str | None, settings: ServiceSettings
) -> ImageRequest:
    """Check what a client names. Raises `InvalidReference`, `NoSuchImage` and `Refused`.

    A name is one in a registry: what happens to lie on this machine by that name is never meant. A path has its
    transport in front and lies below the directory that the operator has opened.
    """
    if platform is not None:
        Platform.parse(platform)
    transport, colon, rest = image.partition(":")
    if colon and transport in PATHS:
        return ImageRequest(_path(transport, rest, settings.images), None, Login(None, None))
    if colon and transport in OF_THIS_MACHINE:
        raise Refused(f"{transport}: is not for clients of a service; write docker://HOST/NAME:TAG")
    parsed = parse_reference(image if image.startswith("docker://") else f"docker://{image}")
    if settings.registries and parsed.registry not in settings.registries:
        raise Refused(f"images of {parsed.registry} are not analyzed here, only those of {_listed(settings)}")
    login = Login(username or parsed.username, password if username else parsed.password)
    return ImageRequest(str(parsed), parsed.digest, login)


def opening(settings: ServiceSettings, login: Login, platform: str | None, *, verify_tls: bool) -> OpenOptions:
    """The operator's options with what the client has added."""
    options = settings.analyze.open or OpenOptions()
    if login.username is not None:
        options = options._replace(username=login.username, password=login.password)
    return options._replace(platform=platform or options.platform, tls_verify=options.tls_verify and verify_tls)


def _path(transport: str, rest: str, root: Path | None) -> str:
    if root is None:
        raise Refused("this service analyzes images of registries only; write docker://HOST/NAME:TAG")
    outside = NoSuchImage(f"there is no image {rest[:200]!r} among those that this service may read")
    if not rest or not rest.isprintable():
        raise outside
    try:
        parsed = parse_reference(f"{transport}:{root / rest}")
        inside = Path(parsed.location).resolve().is_relative_to(root.resolve())
    except (NoSuchImage, OSError, ValueError):
        raise outside from None
    if not inside:
        raise outside
    return str(parsed)


def _listed(settings: ServiceSettings) -> str:
    return ", ".join(settings.registries)
