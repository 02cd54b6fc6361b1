"""Requests to indexes: bounded in size and time, repeated where that can help, polite.

Not more than `CONNECTIONS` at once to one server. A server that answers 429 or 503 with Retry-After is left alone by
all threads until then. Redirects are followed here, so that credentials go to no other server than theirs.
"""

from __future__ import annotations

import threading
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import IndexAccessDenied, IndexUnreachable
from package_extract.resolver.index.tls import tls_context

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
    """Without regard to upper and lower case."""
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
        self._pools: dict[tuple[bool, str | None], urllib3.PoolManager] = {}
        self._servers: dict[tuple[str, str], urllib3.PoolManager] = {}
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
            except (urllib3.exceptions.HTTPError, OSError) as error:
                if last or isinstance(error, urllib3.exceptions.SSLError) or self._closing.is_set():
                    raise IndexUnreachable(f"{url} cannot be reached: {_reason(error)}") from None
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
        for pool in self._pools.values():
            pool.clear()

    def _follow(self, url: str, headers: Mapping[str, str], wanted: frozenset[int], limit: int) -> Answer:
        for _ in range(_MOST_REDIRECTS):
            answer = self._once(url, headers, wanted, limit)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return answer
            url = urljoin(url, location)
        raise IndexUnreachable(f"{url} redirects without end")

    def _once(self, url: str, headers: Mapping[str, str], wanted: frozenset[int], limit: int) -> Answer:
        host = urlsplit(url).netloc
        self._closing.wait(max(0.0, self._not_before.get(host, 0.0) - time.monotonic()))
        authorization = self._credentials.header(url)
        all_headers = {"Accept-Encoding": "gzip", "User-Agent": "package-extract", **headers}
        if authorization:
            all_headers["Authorization"] = authorization
        response = self._pool(url).request(
            "GET", url, headers=all_headers, preload_content=False, redirect=False, retries=False
        )
        self._traffic.requests += 1
        try:
            body = self._body(response, url, limit) if response.status in wanted else b""
            if response.status not in wanted:
                response.drain_conn() if _is_short(response) else response.close()
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Answer(response.status, response.headers, body, url)

    def _body(self, response: urllib3.BaseHTTPResponse, url: str, limit: int) -> bytes:
        deadline = time.monotonic() + _LONGEST_TRANSFER
        parts = []
        size = 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise LimitExceeded(f"{url} has more than {limit} bytes, which is more than is read")
            if time.monotonic() > deadline or self._closing.is_set():
                raise IndexUnreachable(f"{url} is too slow: {size} bytes in {_LONGEST_TRANSFER:.0f} seconds")
        self._traffic.received += response.tell()
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _pause(self, answer: Answer, attempt: int) -> None:
        asked = answer.headers.get("retry-after", "")
        delay = min(float(asked), _LONGEST_PAUSE) if asked.isdecimal() else _backoff(attempt)
        if asked.isdecimal():
            self._not_before[urlsplit(answer.url).netloc] = time.monotonic() + delay
        self._closing.wait(delay)

    def _pool(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        server = parts.scheme, parts.netloc
        pool = self._servers.get(server)
        if pool is None:
            settings = self._settings(url, parts.scheme, (parts.hostname or "").lower(), parts.netloc.lower())
            with self._lock:
                if settings not in self._pools:
                    self._pools[settings] = self._new_pool(*settings)
                pool = self._servers[server] = self._pools[settings]
        return pool

    def _settings(self, url: str, scheme: str, host: str, netloc: str) -> tuple[bool, str | None]:
        """Whether a server is trusted as it is, and the proxy on the way to it; IndexUnreachable if it is not asked."""
        trusted = bool(self._trusted & {host, netloc})
        if scheme not in {"http", "https"} or not host:
            raise IndexUnreachable(f"{url} is no address of an index")
        if scheme == "http" and not trusted and not _is_loopback(host):
            raise IndexUnreachable(f"{url} is not secure: use https, or name {host} as a trusted host")
        return trusted, self._proxy(scheme, host)

    def _proxy(self, scheme: str, host: str) -> str | None:
        from urllib.request import getproxies, proxy_bypass

        if _is_loopback(host) or proxy_bypass(host):
            return None
        proxies = getproxies()
        return self._options.proxy or proxies.get(scheme) or proxies.get("all")

    def _new_pool(self, trusted: bool, proxy: str | None) -> urllib3.PoolManager:
        timeout = self._options.timeout or 15.0
        settings: dict[str, Any] = {
            "maxsize": CONNECTIONS,
            "block": True,
            "timeout": urllib3.Timeout(connect=timeout, read=timeout),
            "ssl_context": tls_context(self._options, checked=not trusted),
        }
        if proxy is None:
            return urllib3.PoolManager(**settings)
        address = urlsplit(proxy)
        login = f"{address.username}:{address.password or ''}" if address.username else None
        bare = address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
        headers = urllib3.make_headers(proxy_basic_auth=login) if login else None
        return urllib3.ProxyManager(bare, proxy_headers=headers, **settings)


def _is_short(response: urllib3.BaseHTTPResponse) -> bool:
    length = response.headers.get("content-length", "")
    return length.isdecimal() and int(length) <= _CHUNK


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _backoff(attempt: int) -> float:
    return min(0.25 * float(2**attempt), 8.0)


def _reason(error: BaseException) -> str:
    """The innermost cause in a few words: no address, no object."""
    names = urllib3.exceptions
    if isinstance(error, names.NameResolutionError):
        return "its name cannot be resolved"
    if isinstance(error, names.NewConnectionError):
        return str(getattr(error.__cause__, "strerror", None) or "no connection").lower()
    if isinstance(error, names.ConnectTimeoutError):
        return "no connection in time"
    if isinstance(error, names.ReadTimeoutError):
        return "no answer in time"
    if isinstance(error, names.SSLError):
        return f"its certificate is not accepted ({_innermost(error)})"
    if isinstance(error, names.ProxyError):
        return "the proxy does not connect"
    return f"the transfer breaks off ({type(error).__name__})"


def _innermost(error: BaseException) -> str:
    while error.args and isinstance(error.args[-1], BaseException):
        error = error.args[-1]
    return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or type(error).__name__)
