"""Requests to indexes: bounded in size and time, repeated where that can help, polite.

Not more than `CONNECTIONS` at once to one server. A server that answers 429 or 503 with Retry-After is left alone by
all threads until then. Redirects are followed here, so that credentials go to no other server than theirs.
"""

from __future__ import annotations

import ssl
import threading
import time
from functools import partial
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import IndexAccessDenied, IndexUnreachable
from package_extract.resolver.index.connections import Connections, Way, in_words
from package_extract.resolver.index.inflating import Inflating

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.index.credentials import Credentials
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.source import Traffic

__all__ = ["CONNECTIONS", "Answer", "Transport"]

CONNECTIONS = 24
_MOST_REDIRECTS = 8
_LONGEST_TRANSFER = 300.0  # seconds for one body, however steadily it drips
_LONGEST_PAUSE = 60.0
_CHUNK = 1 << 18
_AGAIN = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes
    """Empty for a status that was not wanted."""
    url: str
    """After redirects."""


class Transport:
    """A pool of connections, for any number of threads."""

    def __init__(self, options: IndexOptions, credentials: Credentials, traffic: Traffic) -> None:
        self._credentials, self._traffic = credentials, traffic
        self._trusted = frozenset(host.lower() for host in options.trusted_hosts)
        self._retries = 3 if options.retries is None else options.retries
        self._options = options
        self._servers: dict[tuple[str, str], Connections] = {}
        self._not_before: dict[str, float] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def get(self, url: str, headers: Mapping[str, str], wanted: frozenset[int], limit: int) -> Answer:
        """The answer to a GET request; its body, up to `limit` bytes once decompressed, if the status is `wanted`.

        Raises IndexUnreachable if there is no answer, or only errors of the server, after all attempts;
        IndexAccessDenied for 401 and 403 unless wanted; LimitExceeded for a larger body.
        """
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                answer = self._follow(url, headers, wanted, limit)
            except (HTTPException, OSError) as error:
                if last or isinstance(error, ssl.SSLError) or self._closing.is_set():
                    raise IndexUnreachable(f"{url} cannot be reached: {in_words(error)}") from None
                self._closing.wait(_backoff(attempt))
                continue
            if answer.status not in _AGAIN:
                break
            if last or self._closing.is_set():
                raise IndexUnreachable(f"{url} answers with error {answer.status}; try again later")
            self._pause(answer, attempt)
        if answer.status in {401, 403} and answer.status not in wanted:
            raise IndexAccessDenied(f"{url} refuses access ({answer.status}); give credentials in .netrc or in its URL")
        return answer

    def close(self) -> None:
        """End all connections; requests that wait give up."""
        self._closing.set()
        for server in self._servers.values():
            server.close()

    def _follow(self, url: str, headers: Mapping[str, str], wanted: frozenset[int], limit: int) -> Answer:
        for _ in range(_MOST_REDIRECTS):
            answer = self._once(url, headers, wanted, limit)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            try:
                url = urljoin(url, location)
            except ValueError:
                raise IndexUnreachable(f"{url} redirects to {location[:100]!r}, which is no address") from None
        raise IndexUnreachable(f"{url} redirects without end")

    def _once(self, url: str, headers: Mapping[str, str], wanted: frozenset[int], limit: int) -> Answer:
        host = urlsplit(url).netloc
        self._closing.wait(max(0.0, self._not_before.get(host, 0.0) - time.monotonic()))
        authorization = self._credentials.header(url)
        all_headers = {"Accept-Encoding": "gzip", "User-Agent": "package-extract", **headers}
        if authorization:
            all_headers["Authorization"] = authorization
        self._traffic.requests += 1
        return self._server(url).get(url, all_headers, partial(self._read, url=url, wanted=wanted, limit=limit))

    def _read(self, response: HTTPResponse, url: str, wanted: frozenset[int], limit: int) -> Answer:
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            name = name.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if response.status in wanted:
            return Answer(response.status, headers, self._body(response, headers, url, limit), url)
        if response.length is not None and response.length <= _CHUNK:
            response.read()  # so that the connection can be kept
        return Answer(response.status, headers, b"", url)

    def _body(self, response: HTTPResponse, headers: Mapping[str, str], url: str, limit: int) -> bytes:
        deadline = time.monotonic() + _LONGEST_TRANSFER
        content = Inflating(headers.get("content-encoding", ""), limit)
        while part := response.read1(_CHUNK):
            content.feed(part)
            self._traffic.received += len(part)
            if content.size > limit:
                raise LimitExceeded(f"{url} has more than {limit} bytes, which is more than is read")
            if time.monotonic() > deadline or self._closing.is_set():
                raise IndexUnreachable(f"{url} is too slow: {content.size} bytes in {_LONGEST_TRANSFER:.0f} seconds")
        if response.length or not content.is_complete:
            raise IncompleteRead(b"", response.length)
        return content.value()

    def _pause(self, answer: Answer, attempt: int) -> None:
        asked = answer.headers.get("retry-after", "")
        delay = min(float(asked), _LONGEST_PAUSE) if asked.isdecimal() else _backoff(attempt)
        if asked.isdecimal():
            self._not_before[urlsplit(answer.url).netloc] = time.monotonic() + delay
        self._closing.wait(delay)

    def _server(self, url: str) -> Connections:
        parts = urlsplit(url)
        key = parts.scheme, parts.netloc
        server = self._servers.get(key)
        if server is None:
            way, trusted = self._way(url)
            context = partial(self._context, trusted=trusted)
            with self._lock:
                if key not in self._servers:
                    self._servers[key] = Connections(way, CONNECTIONS, self._options.timeout or 15.0, context)
                server = self._servers[key]
        return server

    def _way(self, url: str) -> tuple[Way, bool]:
        """How a server is reached, and whether it is trusted as it is; IndexUnreachable if it is not asked."""
        try:
            parts = urlsplit(url)
            scheme, host, port = parts.scheme, (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise IndexUnreachable(f"{url} is no address of an index") from None
        trusted = bool(self._trusted & {host, parts.netloc.lower()})
        if scheme not in {"http", "https"} or not host:
            raise IndexUnreachable(f"{url} is no address of an index")
        if scheme == "http" and not trusted and not _is_loopback(host):
            raise IndexUnreachable(f"{url} is not secure: use https, or name {host} as a trusted host")
        return Way(scheme == "https", host, port, self._proxy(scheme, host)), trusted

    def _context(self, *, trusted: bool) -> ssl.SSLContext:
        from package_extract.resolver.index.tls import tls_context

        return tls_context(self._options, checked=not trusted)

    def _proxy(self, scheme: str, host: str) -> str | None:
        from urllib.request import getproxies, proxy_bypass

        if _is_loopback(host) or proxy_bypass(host):
            return None
        proxies = getproxies()
        return self._options.proxy or proxies.get(scheme) or proxies.get("all")


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _backoff(attempt: int) -> float:
    return min(0.25 * float(2**attempt), 8.0)
