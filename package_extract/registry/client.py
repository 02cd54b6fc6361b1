"""The few requests of the OCI distribution specification (1.1) that reading and pushing an artifact take.

https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md; tokens as in
https://distribution.github.io/distribution/spec/auth/token/. HTTPS only.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

import urllib3

from package_extract.errors import AccessDenied, InvalidReference, NoSuchImage, TransferFailed
from package_extract.image.digest import check_digest, digest_of
from package_extract.image.json_documents import MAXIMUM_DOCUMENT, decode_object
from package_extract.registry.credentials import basic_authorization

if TYPE_CHECKING:
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["MANIFEST_TYPES", "Repository"]

MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MEDIA_TYPE = "Content-Type"


class Repository:
    """One repository of a registry. `close` it after use."""

    def __init__(self, reference: Reference, options: OpenOptions, *, push: bool = False) -> None:
        """Asks nothing yet. Raises what the credentials' file or the certificates have wrong with them."""
        if reference.transport != "docker":
            raise InvalidReference(
                f"{reference} is not in a registry; documents are attached to docker://HOST/NAME:TAG"
            )
        host = "registry-1.docker.io" if reference.registry == "docker.io" else reference.registry
        name = reference.repository.removeprefix(f"{reference.registry}/")
        if reference.registry == "docker.io" and "/" not in name:
            name = f"library/{name}"
        self._subject = str(reference)
        self._base = f"https://{host}/v2/{name}/"
        self._scope = f"repository:{name}:{'pull,push' if push else 'pull'}"
        self._basic = basic_authorization(reference, options)
        self._authorization: str | None = None
        self._http = urllib3.PoolManager(
            ssl_context=_tls_context(options),
            timeout=urllib3.Timeout(connect=30, read=options.stall_timeout),
            retries=urllib3.Retry(3, redirect=5, status_forcelist=(502, 503, 504), backoff_factor=0.5),
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.clear()

    def manifest(self, name: str) -> bytes | None:
        """The manifest or index of a tag or a digest, or None."""
        data = self._content(f"manifests/{name}", MAXIMUM_DOCUMENT, ", ".join(MANIFEST_TYPES))
        if data is not None and ":" in name:
            check_digest(data, name, f"the manifest {name}")
        return data

    def referrers(self, digest: str) -> bytes | None:
        """The index of all that refers to a manifest, from the registry or under the tag that stands for it."""
        data = self._content(f"referrers/{digest}", MAXIMUM_DOCUMENT, MANIFEST_TYPES[1])
        return data if data is not None else self.manifest(digest.replace(":", "-"))

    def blob(self, digest: str, limit: int) -> bytes | None:
        """A blob of at most so many bytes, checked, or None."""
        data = self._content(f"blobs/{digest}", limit, "*/*")
        if data is not None:
            check_digest(data, digest, f"the blob {digest}")
        return data

    def push_blob(self, data: bytes) -> None:
        """Upload a blob, unless the repository has it."""
        digest = digest_of(data)
        if self._answer("HEAD", f"blobs/{digest}", {}) is not None:
            return
        headers = self._done("POST", "blobs/uploads/", {"Content-Length": "0"})
        location = urljoin(self._base, headers.get("Location", ""))
        target = f"{location}{'&' if '?' in location else '?'}{urlencode({'digest': digest})}"
        self._done("PUT", target, {_MEDIA_TYPE: "application/octet-stream"}, data)

    def push_manifest(self, name: str, data: bytes, media_type: str) -> bool:
        """Put a manifest under a tag or its digest; whether the registry itself keeps the list of referrers."""
        return "OCI-Subject" in self._done("PUT", f"manifests/{name}", {_MEDIA_TYPE: media_type}, data)

    def _content(self, path: str, limit: int, accept: str) -> bytes | None:
        answer = self._answer("GET", path, {"Accept": accept}, limit=limit)
        return None if answer is None else answer[1]

    def _done(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> urllib3.HTTPHeaderDict:
        """The headers of the answer to a request that changes something."""
        answer = self._answer(method, path, headers, body)
        if answer is None:
            raise NoSuchImage(f"{self._subject} does not exist there")
        return answer[0]

    def _answer(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None = None,
        limit: int = MAXIMUM_DOCUMENT,
    ) -> tuple[urllib3.HTTPHeaderDict, bytes] | None:
        """Headers and content of a good answer; None if it is not there."""
        url = urljoin(self._base, path)
        status, answered, data = self._send(method, url, headers, body, limit)
        if status == 401 and self._log_in(answered):
            status, answered, data = self._send(method, url, headers, body, limit)
        if status == 404:
            return None
        if status in (401, 403):
            raise AccessDenied(f"the registry does not allow this for {self._subject}; check the credentials")
        if not 200 <= status < 300:
            raise TransferFailed(f"the registry answers {status} for {self._subject}")
        return answered, data

    def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, limit: int
    ) -> tuple[int, urllib3.HTTPHeaderDict, bytes]:
        if urlsplit(url).scheme != "https":
            raise TransferFailed(f"the registry of {self._subject} leads to an address without TLS")
        if self._authorization and urlsplit(url).netloc == urlsplit(self._base).netloc:
            headers = {**headers, "Authorization": self._authorization}
        try:
            response = self._http.request(
                method, url, body=body, headers=headers, preload_content=False, decode_content=False
            )
            try:
                data = response.read(limit + 1) if method == "GET" else b""
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise TransferFailed(f"the registry of {self._subject} cannot be asked: {_cause(error)}") from None
        if len(data) > limit:
            raise TransferFailed(f"the registry's answer for {self._subject} is larger than {limit} bytes")
        return response.status, response.headers, data

    def _log_in(self, answered: urllib3.HTTPHeaderDict) -> bool:
        """Do what the challenge asks for; whether that is something new."""
        kind, _, rest = answered.get("WWW-Authenticate", "").partition(" ")
        before = self._authorization
        if kind.lower() == "basic":
            self._authorization = self._basic
        elif kind.lower() == "bearer":
            self._authorization = f"Bearer {self._token(rest)}"
        return self._authorization not in (None, before)

    def _token(self, challenge: str) -> str:
        try:
            asked: dict[str, Any] = parse_keqv_list(parse_http_list(challenge))
        except ValueError:
            asked = {}
        query = urlencode({"service": asked.get("service", ""), "scope": self._scope})
        url = f"{asked.get('realm', '')}?{query}"
        headers = {"Authorization": self._basic} if self._basic else {}
        status, _, data = self._send("GET", url, headers, None, 1 << 20)
        if status != 200:
            raise AccessDenied(f"the registry does not allow this for {self._subject}; check the credentials")
        answer = decode_object(data, "the registry's token")
        token = answer.get("token") or answer.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise AccessDenied(f"the registry gives no token for {self._subject}")
        return token


def _tls_context(options: OpenOptions) -> ssl.SSLContext:
    """Authorities and client certificates of the directory, in the manner of containers-certs.d(5)."""
    context = ssl.create_default_context()
    if not options.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if options.cert_dir is None:
        return context
    try:
        for path in sorted(Path(options.cert_dir).iterdir()):
            if path.suffix == ".crt":
                context.load_verify_locations(path)
            elif path.suffix == ".cert":
                context.load_cert_chain(path, path.with_suffix(".key"))
    except (OSError, ssl.SSLError) as error:
        raise InvalidReference(f"the certificates in {options.cert_dir} cannot be loaded: {error.strerror}") from None
    return context


def _cause(error: urllib3.exceptions.HTTPError) -> str:
    """What went wrong, without the address, which may hold a token."""
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, urllib3.exceptions.SSLError):
        return "its certificate is not trusted; give --cert-dir, or --no-tls-verify"
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "its host is not known here; check the name and the network"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return "nothing answers there; check the name, the port and the network"
    return type(reason).__name__
