"""Against a server that says what a test writes down, connection by connection."""

from __future__ import annotations

import socket
import ssl
import threading
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING

import pytest

from package_extract.resolver.index.connections import Connections, NotConnected, Way, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"


class Server:
    """Each connection gets its answers, one for each request, and is closed then."""

    def __init__(self, *connections: Sequence[bytes], until: bytes = b"\r\n\r\n") -> None:
        self.connections, self.until = connections, until
        self.heads: list[list[str]] = []
        self.made: list[Connections] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self) -> Server:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for connections in self.made:
            connections.close()
        self.thread.join(5)
        self.listener.close()

    def serve(self) -> None:
        for answers in self.connections:
            connection, _ = self.listener.accept()
            with connection:
                for answer in answers:
                    head = b""
                    while not head or self.until not in head:
                        head += connection.recv(4096)
                    self.heads.append(head.decode(errors="replace").split("\r\n"))
                    connection.sendall(answer)

    def to(self, *, secure: bool = False, proxy: str | None = None, host: str = "127.0.0.1") -> Connections:
        self.made.append(Connections(Way(secure, host, self.port, proxy), 2, 2.0, ssl.create_default_context))
        return self.made[-1]

    @property
    def first_lines(self) -> list[str]:
        return [head[0] for head in self.heads]


def content(response: HTTPResponse) -> bytes:
    parts = []
    while part := response.read1(1):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("answer", [OK, CHUNKED], ids=["length", "chunked"])
def test_a_connection_serves_again(answer: bytes) -> None:
    with Server([answer, answer, OK]) as server:
        connections = server.to()
        assert [connections.get(f"http://h/{name}", {}, content) for name in "abc"] == [b"ok"] * 3
    assert server.first_lines == ["GET /a HTTP/1.1", "GET /b HTTP/1.1", "GET /c HTTP/1.1"]


@pytest.mark.parametrize(
    "answer", [OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"), b"HTTP/1.0 200 OK\r\n\r\nok", OK]
)
def test_a_connection_that_was_closed_is_replaced(answer: bytes) -> None:
    with Server([answer], [OK]) as server:
        connections = server.to()
        first = connections.get("http://h/", {}, content)
        while connections._idle and server.connections and not _ended(connections):
            pass
        assert (first, connections.get("http://h/", {}, content)) == (b"ok", b"ok")


def _ended(connections: Connections) -> bool:
    from package_extract.resolver.index.connections import _is_dropped

    return _is_dropped(connections._idle[0].sock)


def test_an_answer_that_is_not_read_ends_its_connection() -> None:
    with Server([OK], [OK]) as server:
        connections = server.to()
        assert connections.get("http://h/", {}, lambda response: response.status) == 200
        assert connections.get("http://h/", {}, content) == b"ok"


def test_an_answer_that_breaks_off_ends_its_connection() -> None:
    with Server([CHUNKED[:-6]], [OK]) as server:
        connections = server.to()
        with pytest.raises(IncompleteRead):
            connections.get("http://h/", {}, content)
        assert connections.get("http://h/", {}, content) == b"ok"


def test_what_is_asked_for() -> None:
    with Server([OK, OK]) as server:
        connections = server.to()
        connections.get("http://h/simple/größe/a b?x=%2F#part", {"Accept": "text/html"}, content)
        connections.get("http://h", {}, content)
    assert server.first_lines == ["GET /simple/gr%C3%B6%C3%9Fe/a%20b?x=%2F HTTP/1.1", "GET / HTTP/1.1"]
    assert "Accept: text/html" in server.heads[0]


class TestProxies:
    def test_without_encryption_it_gets_the_whole_address(self) -> None:
        with Server([OK]) as server:
            connections = server.to(proxy=f"http://me:s%40fe@127.0.0.1:{server.port}", host="index.test")
            assert connections.get("http://index.test/simple/a/#part", {}, content) == b"ok"
        assert server.first_lines == ["GET http://index.test/simple/a/ HTTP/1.1"]
        assert "Host: index.test" in server.heads[0]
        assert "Proxy-Authorization: Basic bWU6c0BmZQ==" in server.heads[0]

    def test_with_encryption_it_only_connects(self) -> None:
        with Server([b"HTTP/1.1 407 Login\r\n\r\n"]) as server:
            connections = server.to(secure=True, proxy=f"http://me:safe@127.0.0.1:{server.port}", host="index.test")
            with pytest.raises(NotConnected, match="the proxy does not connect"):
                connections.get("https://index.test/simple/a/", {"Authorization": "secret"}, content)
        assert [line.rpartition(".")[0] for line in server.first_lines] == [f"CONNECT index.test:{server.port} HTTP/1"]
        assert "Proxy-Authorization: Basic bWU6c2FmZQ==" in server.heads[0]
        assert not any("secret" in line for line in server.heads[0])

    def test_encryption_within_encryption_is_refused(self) -> None:
        connections = Connections(Way(True, "index.test", 443, "https://proxy"), 2, 2.0, ssl.create_default_context)
        with pytest.raises(NotConnected, match="give it as http://"):
            connections.get("https://index.test/", {}, content)


class TestReasons:
    def test_no_name(self) -> None:
        connections = Connections(Way(False, "no-such-host.invalid", 80, None), 2, 2.0, ssl.create_default_context)
        with pytest.raises(NotConnected, match="its name cannot be resolved"):
            connections.get("http://no-such-host.invalid/", {}, content)

    def test_no_certificate(self) -> None:
        with Server([b"not TLS at all\r\n\r\n"], until=b"") as server:
            connections = server.to(secure=True)
            with pytest.raises(ssl.SSLError) as raised:
                connections.get(f"https://127.0.0.1:{server.port}/", {}, content)
            assert "its certificate is not accepted" in in_words(raised.value)

    def test_no_http(self) -> None:
        with Server([b"\x00\x01 garbage\r\n\r\n"]) as server, pytest.raises(HTTPException) as raised:
            server.to().get("http://h/", {}, content)
        assert in_words(raised.value) == "the transfer breaks off (BadStatusLine)"
