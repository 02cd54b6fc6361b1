"""`docker-daemon:`: an image of a Docker daemon, or of podman's service, saved through the docker SDK.

The daemon is found as docker's own client finds it: DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from package_extract.errors import AccessDenied, NoSuchImage, PackageExtractError, ToolMissing, TransferFailed
from package_extract.image.archives import spooled_archive
from package_extract.image.docker_archive import archive_image
from package_extract.image.json_documents import text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]

_CHUNK = 1 << 20


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image, kept in a temporary file until it is closed."""
    try:
        import docker
    except ImportError as error:
        raise ToolMissing("docker-daemon: images need the Python package docker; pip install docker") from error
    with _daemon_errors(reference), _client(docker, options) as client:
        found = client.images.get(reference.location)
        attributes = found.attrs if isinstance(found.attrs, dict) else {}
        pieces = _until(found.save(chunk_size=_CHUNK), options, reference, attributes.get("Size"))
        archive = spooled_archive(str(reference), pieces, options)
    image = archive_image(archive, reference, options)
    image.repo_tags = texts(attributes.get("RepoTags")) or image.repo_tags
    return image


@contextmanager
def _client(docker: Any, options: OpenOptions) -> Iterator[Any]:
    client = docker.from_env(timeout=options.stall_timeout)
    try:
        yield client
    finally:
        client.close()


def _until(pieces: Iterator[bytes], options: OpenOptions, reference: Reference, size: object) -> Iterator[bytes]:
    """The pieces, until the time is over."""
    deadline = time.monotonic() + options.timeout
    landed, whole = 0, size if isinstance(size, int) else 0
    for piece in pieces:
        if time.monotonic() > deadline:
            raise TransferFailed(f"{reference} could not be read within {options.timeout:g} seconds; raise --timeout")
        landed += len(piece)
        if options.progress is not None:
            options.progress(landed, max(landed, whole))
        yield piece


@contextmanager
def _daemon_errors(reference: Reference) -> Iterator[None]:
    """Within it, what the SDK and its HTTP client raise becomes an error of ours."""
    from docker.errors import APIError, DockerException, NotFound
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    try:
        yield
    except PackageExtractError:
        raise
    except NotFound as error:
        raise NoSuchImage(f"the daemon has no image {reference.location}; it may have to be pulled first") from error
    except APIError as error:
        raise TransferFailed(f"the daemon cannot give {reference}: {text(error.explanation) or error}") from error
    except (DockerException, RequestException, HTTPError, OSError) as error:
        if "ermission denied" in str(error):
            raise AccessDenied(f"the daemon's socket {host} may not be used by this user") from error
        reason = f"no Docker daemon answers at {host}, or it broke off; start it or set DOCKER_HOST"
        raise TransferFailed(f"{reason} ({str(error)[:200]})") from error
