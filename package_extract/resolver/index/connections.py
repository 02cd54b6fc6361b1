"""Connections to a server, kept for the next request: HTTP/1.1 (RFC 9112) by `http.client`.

A larger client takes twice the processor time for a request, and longer to import than a small resolution lasts.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import quote, unquote, urlsplit

from package_extract.resolver.index.inflating import UnknownEncoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from urllib.parse import SplitResult

__all__ = ["Connections", "NotConnected", "Way", "in_words"]

Result = TypeVar("Result")

_KEPT_AS_IT_IS = "%/:=&?~+!$,;'@()*[]-._"


class NotConnected(OSError):
    """There is no way to the server; the text says in a few words why."""


class Way(NamedTuple):
    """How a server is reached."""

    secure: bool
    host: str
    port: int | None
    proxy: str | None
    """Its URL, with credentials if it wants any."""


class Connections:
    """Those to one server: up to `most` at once, each used by one thread at a time."""

    def __init__(self, way: Way, most: int, timeout: float, context: Callable[[], ssl.SSLContext]) -> None:
        """`context` is called if certificates have to be checked; to load authorities takes long."""
        self._way, self._timeout = way, timeout
        self._proxy = urlsplit(way.proxy) if way.proxy else None
        self._to_proxy_secure = self._proxy is not None and self._proxy.scheme == "https"
        self._context = context() if way.secure or self._to_proxy_secure else None
        self._places = threading.BoundedSemaphore(most)
        self._idle: list[HTTPConnection] = []

    def get(self, url: str, headers: Mapping[str, str], read: Callable[[HTTPResponse], Result]) -> Result:
        """What `read` makes of the answer to a GET request; the connection is kept if it has read all of it.

        Raises OSError and HTTPException.
        """
        headers = {**headers, **self._login()} if self._proxy and not self._way.secure else dict(headers)
        with self._places:
            connection = self._kept() or self._new()
            try:
                connection.request("GET", self._target(url), headers=headers)
                response = connection.getresponse()
                result = read(response)
            except BaseException:
                connection.close()
                raise
            if response.will_close or not (response.length == 0 or response.isclosed()):
                connection.close()
            else:
                response.close()
                self._idle.append(connection)
        return result

    def close(self) -> None:
        """Close those that nobody uses."""
        while connection := self._taken():
            connection.close()

    def _taken(self) -> HTTPConnection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _kept(self) -> HTTPConnection | None:
        """One that is open; a server closes those that are idle for long."""
        while connection := self._taken():
            if not _is_dropped(connection.sock):
                return connection
            connection.close()
        return None

    def _new(self) -> HTTPConnection:
        connection = self._directly() if self._proxy is None else self._by_proxy(self._proxy)
        try:
            connection.connect()
        except ssl.SSLError:
            connection.close()
            raise
        except (OSError, UnicodeError) as error:
            connection.close()
            raise NotConnected("the proxy does not connect" if self._proxy else _why_not(error)) from error
        return connection

    def _directly(self) -> HTTPConnection:
        way = self._way
        if self._context is None:
            return HTTPConnection(way.host, way.port, timeout=self._timeout)
        return HTTPSConnection(way.host, way.port, timeout=self._timeout, context=self._context)

    def _by_proxy(self, proxy: SplitResult) -> HTTPConnection:
        way, host = self._way, proxy.hostname or ""
        if not way.secure:
            if not self._to_proxy_secure:
                return HTTPConnection(host, proxy.port, timeout=self._timeout)
            return HTTPSConnection(host, proxy.port, timeout=self._timeout, context=self._context)
        if self._to_proxy_secure:
            raise NotConnected("a proxy at https:// does not pass on what is encrypted itself; give it as http://")
        connection = HTTPSConnection(host, proxy.port or 80, timeout=self._timeout, context=self._context)
        connection.set_tunnel(way.host, way.port, self._login())
        return connection

    def _login(self) -> dict[str, str]:
        if self._proxy is None or not self._proxy.username:
            return {}
        login = f"{unquote(self._proxy.username)}:{unquote(self._proxy.password or '')}"
        return {"Proxy-Authorization": f"Basic {b64encode(login.encode()).decode()}"}

    def _target(self, url: str) -> str:
        """What the request names: the whole address where a proxy has to know it."""
        url = url.partition("#")[0]
        if not url.isascii() or " " in url:
            url = quote(url, safe=_KEPT_AS_IT_IS)
        if self._proxy is not None and not self._way.secure:
            return url
        parts = urlsplit(url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_dropped(connected: socket.socket | None) -> bool:
    """Whether the server has closed it: there is something to read although nothing was asked."""
    if connected is None:
        return True
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))


def _why_not(error: OSError | UnicodeError) -> str:
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "its name cannot be resolved"
    if isinstance(error, TimeoutError):
        return "no connection in time"
    return (error.strerror or "no connection").lower()


def in_words(error: OSError | HTTPException) -> str:
    """Why a request failed, in a few words: no address, no object."""
    if isinstance(error, (NotConnected, UnknownEncoding)):
        return str(error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        return f"its certificate is not accepted ({getattr(error, 'verify_message', '') or error.reason})"
    return f"the transfer breaks off ({type(error).__name__})"
