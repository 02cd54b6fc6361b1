"""A package index on loopback: what it hosts, what it is able to do and how it misbehaves are a test's choice.

>>> with IndexServer([make_wheel("a", "1.0")]) as server:
...     IndexOptions(index_url=server.url)

Three kinds of index are at hand: `FULL` (JSON, announced metadata files, ETag, ranges), `PLAIN` (JSON, nothing else
announced; metadata files are there) and `HTML` (PEP 503 with hashes, nothing else). A benchmark hosts a recording.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.integration.wheels import Distribution

__all__ = ["FULL", "HTML", "PLAIN", "Abilities", "Catalogue", "Fault", "HostedDistributions", "IndexServer", "Request"]

_MOST_CONNECTIONS = 128
_JSON = "application/vnd.pypi.simple.v1+json"
_FOR_EVER = "max-age=365000000, immutable, public"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


@dataclass(frozen=True)
class Abilities:
    """What an index can do."""

    json: bool = True
    announces_metadata: bool = True
    metadata_files: bool = True
    etags: bool = True
    ranges: bool = True
    cache_control: str | None = "max-age=600, public"


FULL = Abilities()
PLAIN = Abilities(announces_metadata=False, etags=False, cache_control=None)
HTML = Abilities(
    json=False, announces_metadata=False, metadata_files=False, etags=False, ranges=False, cache_control=None
)


@dataclass
class Fault:
    """How the answer to some path goes wrong, the first `times` times."""

    status: int | None = None
    """Answer this status instead."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    """Answer this body instead."""
    cut_after: int | None = None
    """Close the connection after so many bytes of the body."""
    seconds_per_byte: float = 0.0
    """Send the body byte by byte, this slowly."""
    silent_for: float = 0.0
    """Seconds before anything is answered."""
    times: int = 1 << 30


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: Mapping[str, str]


class Catalogue(Protocol):
    """What an index hosts."""

    def entries(self, project: str) -> list[dict[str, Any]] | None:
        """The files of a project as PEP 691 lists them, with the name of the file as URL; None for no such project."""

    def content(self, filename: str) -> bytes | None:
        """A file."""

    def metadata(self, filename: str) -> bytes | None:
        """The separate metadata file of a wheel."""


class HostedDistributions:
    """A catalogue of files in memory."""

    def __init__(self, hosted: Iterable[Distribution]) -> None:
        self._files = {each.filename: each for each in hosted}

    def entries(self, project: str) -> list[dict[str, Any]] | None:
        found = [each for each in self._files.values() if _normalized(each.project) == project]
        return [_entry(each) for each in found] or None

    def content(self, filename: str) -> bytes | None:
        file = self._files.get(filename)
        return file.content if file else None

    def metadata(self, filename: str) -> bytes | None:
        file = self._files.get(filename)
        return file.metadata if file else None


def _entry(file: Distribution) -> dict[str, Any]:
    entry: dict[str, Any] = {"filename": file.filename, "url": file.filename, "hashes": {"sha256": file.sha256}}
    entry |= {"size": len(file.content), "upload-time": "2024-01-01T00:00:00.000000Z"}
    if file.metadata is not None:
        entry["core-metadata"] = {"sha256": hashlib.sha256(file.metadata).hexdigest()}
    return entry | dict(file.listed)


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass
class _Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class IndexServer:
    """Serves a catalogue from threads, one for each connection, until the end of the `with` block."""

    def __init__(
        self,
        hosted: Iterable[Distribution] | Catalogue,
        abilities: Abilities = FULL,
        *,
        latency: float = 0.0,
        faults: Mapping[str, Fault] | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        """`latency` in seconds before each answer; `faults` by the path ("/simple/a/", "/files/a-1.0.tar.gz")."""
        self.catalogue: Catalogue = hosted if hasattr(hosted, "entries") else HostedDistributions(hosted)
        self.abilities, self.latency, self.login = abilities, latency, login
        self.faults = dict(faults or {})
        self.requests: list[Request] = []
        self._pages: dict[str, _Answer] = {}
        self._slots = threading.Semaphore(_MOST_CONNECTIONS)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._connections: set[socket.socket] = set()
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"http://{self.host}/simple"

    def __enter__(self) -> IndexServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    @property
    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._slots.acquire()
            self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                waiting = b""
                while True:
                    while b"\r\n\r\n" not in waiting:
                        more = connection.recv(65536)
                        if not more:
                            return
                        waiting += more
                    head, _, waiting = waiting.partition(b"\r\n\r\n")
                    if not self._answer(connection, head.decode("latin-1")):
                        return
        except OSError:
            return
        finally:
            self._connections.discard(connection)
            self._slots.release()

    def _answer(self, connection: socket.socket, head: str) -> bool:
        """Answer one request; False if the connection is to be closed."""
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = unquote(target.partition("?")[0])
        self.requests.append(Request(path, headers))
        if self.latency:
            time.sleep(self.latency)
        fault = self.faults.get(path)
        if fault is not None and fault.times > 0:
            fault.times -= 1
            time.sleep(fault.silent_for)
        else:
            fault = None
        answer = self._respond(path, headers)
        if fault is not None and fault.status is not None:
            answer = _Answer(fault.status, fault.body or b"", fault.headers)
        elif fault is not None and fault.body is not None:
            answer = _Answer(answer.status, fault.body, answer.headers)
        return _send(connection, answer, fault, with_body=method != "HEAD")

    def _respond(self, path: str, headers: Mapping[str, str]) -> _Answer:
        if self.login is not None and headers.get("authorization") != _basic(*self.login):
            return _Answer(401, b"who are you?", (("WWW-Authenticate", 'Basic realm="index"'),))
        if path.startswith("/simple/") and path.endswith("/"):
            return self._page(path.split("/")[2], headers)
        if path.startswith("/files/") and path.endswith(".metadata"):
            found = self.catalogue.metadata(path[7:-9]) if self.abilities.metadata_files else None
            kept = (("Cache-Control", _FOR_EVER),) if self.abilities.cache_control else ()
            return _Answer(404) if found is None else _Answer(200, found, kept)
        if path.startswith("/files/"):
            found = self.catalogue.content(path[7:])
            return _Answer(404) if found is None else self._part(found, headers.get("range"))
        return _Answer(404)

    def _page(self, project: str, headers: Mapping[str, str]) -> _Answer:
        answer = self._pages.get(project)
        if answer is None:
            entries = self.catalogue.entries(project)
            answer = self._pages[project] = _Answer(404) if entries is None else self._rendered(project, entries)
        etag = dict(answer.headers).get("ETag")
        if etag is not None and headers.get("if-none-match") == etag:
            kept = tuple(header for header in answer.headers if header[0] in {"ETag", "Cache-Control"})
            return _Answer(304, b"", kept)
        return answer

    def forget_pages(self) -> None:
        """Render pages anew: the catalogue has changed."""
        self._pages.clear()

    def _rendered(self, project: str, entries: list[dict[str, Any]]) -> _Answer:
        entries = [self._addressed(entry) for entry in entries]
        if self.abilities.json:
            versions = sorted({entry["filename"].split("-")[1] for entry in entries})
            page = {"meta": {"api-version": "1.1"}, "name": project, "versions": versions, "files": entries}
            body, content_type = json.dumps(page).encode(), _JSON
        else:
            body, content_type = _html(entries), "text/html; charset=utf-8"
        headers = [("Content-Type", content_type), ("Content-Encoding", "gzip")]
        if self.abilities.etags:
            headers.append(("ETag", f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'))
        if self.abilities.cache_control:
            headers.append(("Cache-Control", self.abilities.cache_control))
        return _Answer(200, gzip.compress(body, 1), tuple(headers))

    def _addressed(self, entry: dict[str, Any]) -> dict[str, Any]:
        entry = {**entry, "url": f"http://{self.host}/files/{quote(entry['url'])}"}
        if not self.abilities.announces_metadata:
            entry.pop("core-metadata", None)
        return entry

    def _part(self, content: bytes, wanted: str | None) -> _Answer:
        found = _RANGE.match(wanted or "")
        if found is None or not self.abilities.ranges:
            return _Answer(200, content)
        first, last = found.groups()
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1, len(content)) if first and last else len(content)
        if start >= len(content):
            return _Answer(416, b"", (("Content-Range", f"bytes */{len(content)}"),))
        place = ("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
        return _Answer(206, content[start:end], (place,))


def _send(connection: socket.socket, answer: _Answer, fault: Fault | None, *, with_body: bool) -> bool:
    headers = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    length = "" if answer.status == 304 else f"Content-Length: {len(answer.body)}\r\n"
    head = f"HTTP/1.1 {answer.status} Status\r\n{headers}{length}\r\n".encode("latin-1")
    body = answer.body if with_body else b""
    if fault is None or (fault.cut_after is None and not fault.seconds_per_byte):
        connection.sendall(head + body)
        return True
    connection.sendall(head)
    for byte in body[: fault.cut_after]:
        connection.sendall(bytes((byte,)))
        time.sleep(fault.seconds_per_byte)
    return fault.cut_after is None


def _html(entries: list[dict[str, Any]]) -> bytes:
    lines = ["<!DOCTYPE html><html><body>"]
    for entry in entries:
        url = f"{entry['url']}#sha256={entry['hashes']['sha256']}" if entry["hashes"] else entry["url"]
        attributes = [f'href="{html.escape(url)}"']
        if entry.get("requires-python"):
            attributes.append(f'data-requires-python="{html.escape(entry["requires-python"])}"')
        if entry.get("yanked"):
            attributes.append(f'data-yanked="{html.escape(str(entry["yanked"]))}"')
        lines.append(f"<a {' '.join(attributes)}>{html.escape(entry['filename'])}</a><br/>")
    return "\n".join([*lines, "</body></html>"]).encode()


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
