"""What skopeo's stderr means. It ends with status 1 whatever happened, so its words decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import (
    AccessDenied,
    CorruptImage,
    NoSuchImage,
    PackageExtractError,
    TransferFailed,
    UnsupportedMediaType,
)
from package_extract.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TransientFailure", "skopeo_error"]

_SHOWN = 300
_TRANSIENT = (
    "unexpected EOF",
    ": EOF",
    "connection reset",
    "broken pipe",
    "i/o timeout",
    "TLS handshake timeout",
    "http2: ",
    "unexpected HTTP status: 5",
    "unexpected HTTP status code 5",
    "StatusCode: 5",
    "invalid status code from registry 5",
    "500 (Internal Server Error)",
    "502 (Bad Gateway)",
    "503 (Service Unavailable)",
    "504 (Gateway Time",
    "500 Internal Server Error",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway Time",
    "429 (Too Many Requests)",
    "toomanyrequests",
    "use of closed network connection",
)
_MEANINGS: tuple[tuple[tuple[str, ...], type[PackageExtractError], str], ...] = (
    (
        ("getting username and password", "unmarshaling JSON at", "reading JSON file"),
        AccessDenied,
        "the credentials for {image} cannot be read; check the authfile",
    ),
    (
        ("x509:", "certificate signed by", "tls: "),
        TransferFailed,
        "the certificate of {image}'s registry is not trusted here; give its authority with --cert-dir",
    ),
    (
        ("server gave HTTP response to HTTPS client",),
        TransferFailed,
        "{image}'s registry does not speak TLS; use --no-tls-verify if that is meant so",
    ),
    (
        ("unauthorized", "authentication required", "denied", "403 (Forbidden)", "StatusCode: 403", "invalid username"),
        AccessDenied,
        "access to {image} is denied; check the name and the credentials (--authfile or --username)",
    ),
    (
        ("manifest unknown", "name unknown", "not found", "404 (Not Found)", "StatusCode: 404"),
        NoSuchImage,
        "{image} does not exist there",
    ),
    (
        ("does not resolve to an", "identifier is not an image", "no such image"),
        NoSuchImage,
        "{image} does not exist there",
    ),
    (
        ("no such host", "server misbehaving", "name resolution"),
        TransferFailed,
        "the host of {image}, {host}, is not known here; check the name and the network",
    ),
    (
        ("connection refused", "no route to host", "network is unreachable"),
        TransferFailed,
        "nothing answers at {host}, the host of {image}; check its name, its port and the network",
    ),
    (
        ("unsupported schema version", "unsupported manifest media type", "unimplemented manifest MIME"),
        UnsupportedMediaType,
        "{image} has a manifest of a kind that cannot be read",
    ),
    (
        ("igest did not match", "does not match", "digest mismatch", "Manifest does not"),
        CorruptImage,
        "what the registry sent for {image} is not what its digest says",
    ),
    (
        ("no space left on device",),
        PackageExtractError,
        "there is no room for temporary files; free some, or choose another directory",
    ),
)


class TransientFailure(TransferFailed):
    """A failure that another attempt may cure."""


def skopeo_error(stderr: str, image: str, repository: str, secrets: Iterable[str]) -> PackageExtractError:
    """The error that this output of a failed skopeo means; none of the secrets is in it.

    The repository's own name is not taken for a word of skopeo's: it may well be "denied".
    """
    said = _last_message(stderr)
    for secret in secrets:
        said = said.replace(secret, "***")
    shown = f" (skopeo: {said[-_SHOWN:]})" if said else ""
    host = Reference(image, "docker", repository).registry
    judged = said.replace(repository, "")
    if any(words in judged for words in _TRANSIENT):
        return TransientFailure(f"the transfer of {image} broke off; try again later{shown}")
    for words, kind, sentence in _MEANINGS:
        if any(word in judged for word in words):
            return kind(sentence.format(image=image, host=host) + shown)
    return TransferFailed(f"{image} could not be fetched{shown}")


def _last_message(stderr: str) -> str:
    """The text of the last line, without logrus's key=value frame."""
    lines = stderr.strip().splitlines()
    line = next((line for line in reversed(lines) if "level=fatal" in line), lines[-1] if lines else "")
    _, found, message = line.partition(' msg="')
    if found:
        line = message.rstrip('"').replace('\\"', '"').replace("\\n", " ")
    return "".join(character if character.isprintable() else " " for character in line).strip()
