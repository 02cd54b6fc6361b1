"""`docker://` against a real registry on loopback, with TLS and htpasswd, through skopeo."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import AnalyzeOptions, analyze
from package_extract.errors import (
    AccessDenied,
    NoSuchImage,
    PackageExtractError,
    ToolMissing,
    TransferFailed,
)
from package_extract.image import open_image
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.image.model import Image, Layer

pytestmark = pytest.mark.integration

PASSWORD = "s3cret-%41-word"
TOOLS = ("skopeo", "docker-registry", "htpasswd", "openssl")
LAYER_SIZES = (3_000_000, 4_000_000, 5_000_000, 6_000_000)


# ------------------------------------------------------------------------------------------------- images


def digest_of(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Layout:
    """An OCI layout that grows blob by blob."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "blobs/sha256").mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def put(self, data: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        (self.path / "blobs/sha256" / digest_of(data)[7:]).write_bytes(data)
        return {
            "mediaType": f"application/vnd.oci.image.{media_type}",
            "digest": digest_of(data),
            "size": len(data),
            **more,
        }

    def image(self, layers: list[bytes], architecture: str = "amd64") -> dict[str, Any]:
        config = {
            "architecture": architecture,
            "os": "linux",
            "config": {"Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(layer) for layer in layers]},
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": self.put(json.dumps(config).encode(), "config.v1+json"),
            "layers": [self.put(gzip.compress(layer, 1, mtime=0), "layer.v1.tar+gzip") for layer in layers],
        }
        platform = {"os": "linux", "architecture": architecture}
        return self.put(json.dumps(manifest).encode(), "manifest.v1+json", platform=platform)

    def index(self, entries: list[dict[str, Any]]) -> dict[str, Any]:
        index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}
        return self.put(json.dumps(index).encode(), "index.v1+json")

    def name(self, **entries: dict[str, Any]) -> None:
        named = [
            {**entry, "annotations": {"org.opencontainers.image.ref.name": name}} for name, entry in entries.items()
        ]
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": named}))


def layer_bytes(seed: int, size: int) -> bytes:
    """An uncompressed layer of one file that cannot be compressed."""
    content = hashlib.shake_256(seed.to_bytes(2, "big")).digest(size)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo(f"etc/file-{seed}")
        entry.size = size
        tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


# ------------------------------------------------------------------------------------------------- servers


@dataclass(frozen=True)
class Registry:
    folder: Path
    port: int
    options: OpenOptions
    authfile: Path

    def reference(self, name: str, port: int | None = None) -> str:
        return f"docker://localhost:{port or self.port}/{name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def write_authfile(path: Path, hosts: list[str], password: str = PASSWORD) -> Path:
    pair = base64.b64encode(f"scan:{password}".encode()).decode()
    path.touch(mode=0o600)
    path.write_text(json.dumps({"auths": {host: {"auth": pair} for host in hosts}}))
    return path


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("the registry does not come up")


def fill(folder: Path, port: int, authfile: Path) -> None:
    layout = Layout(folder / "layout")
    big = layout.image([layer_bytes(seed, size) for seed, size in enumerate(LAYER_SIZES)])
    arm = layout.image([layer_bytes(9, 5000)], "arm64")
    other = layout.image([layer_bytes(8, 5000)], "s390x")
    layout.name(big=big, multi=layout.index([layout.image([layer_bytes(7, 5000)]), arm, other]))
    for name in ("big", "multi"):
        access = ["--dest-cert-dir", folder / "ca", "--dest-authfile", authfile]
        source, target = f"oci:{layout.path}:{name}", f"docker://localhost:{port}/t/{name}:1"
        run("skopeo", "copy", "--insecure-policy", "--all", "-q", *access, source, target)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        message = f"not installed: {', '.join(missing)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    folder = tmp_path_factory.mktemp("registry")
    (folder / "ca").mkdir()
    files = ["-keyout", folder / "tls.key", "-out", folder / "ca/ca.crt"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *names)
    run("htpasswd", "-Bbc", folder / "htpasswd", "scan", PASSWORD)
    port = free_port()
    (folder / "config.yml").write_text(
        json.dumps(
            {
                "version": "0.1",
                "log": {"level": "error"},
                "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
                "http": {
                    "addr": f"127.0.0.1:{port}",
                    "tls": {"certificate": str(folder / "ca/ca.crt"), "key": str(folder / "tls.key")},
                },
                "auth": {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}},
            }
        )
    )
    with open(folder / "registry.log", "wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", folder / "config.yml"], stdout=log, stderr=log)
    try:
        wait_for(port, process)
        authfile = write_authfile(folder / "auth.json", [f"localhost:{port}"])
        fill(folder, port, authfile)
        scratch = folder / "scratch"
        scratch.mkdir()
        options = OpenOptions(
            authfile=str(authfile),
            cert_dir=str(folder / "ca"),
            scratch=str(scratch),
            timeout=120,
            platform="linux/amd64",
        )
        yield Registry(folder, port, options, authfile)
    finally:
        process.terminate()
        process.wait(10)


class Proxy:
    """Forwards connections; what comes from the registry passes the hook, which may cut or hold it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.closed = threading.Event()
        self._threads[0].start()

    def passes(self, count: int) -> bool:
        """Whether a connection may deliver more after `count` bytes; False cuts it."""
        return True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            for source, sink, hook in ((client, server, False), (server, client, True)):
                thread = threading.Thread(target=self._pump, args=(source, sink, hook))
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket, hook: bool) -> None:
        count = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                count += len(data)
                if hook and not self.passes(count):
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for end in self._sockets:
            end.close()


RESUMED = 700_000
"""Bytes that are too few for skopeo to go on by itself where a connection was cut, as it does after a mebibyte."""


class CuttingProxy(Proxy):
    """Cuts each connection after so many bytes, the first `cuts` times."""

    def __init__(self, port: int, after: int, cuts: int) -> None:
        self.after, self.cuts = after, cuts
        super().__init__(port)

    def passes(self, count: int) -> bool:
        if count > self.after and self.cuts > 0:
            self.cuts -= 1
            return False
        return True


class FrugalProxy(Proxy):
    """Cuts all connections whenever they have brought so many bytes together."""

    def __init__(self, port: int, budget: int) -> None:
        self.budget, self.cuts = budget, 0
        self._spent, self._lock, self._connection = 0, threading.Lock(), threading.local()
        super().__init__(port)

    def passes(self, count: int) -> bool:
        with self._lock:
            began, before = getattr(self._connection, "state", (self.cuts, 0))
            if began != self.cuts:
                return False
            self._spent += count - before
            self._connection.state = (began, count)
            if self._spent > self.budget:
                self.cuts, self._spent = self.cuts + 1, 0
                return False
            return True


class StallingProxy(Proxy):
    """The first connections that reach so many bytes bring nothing more, for ever."""

    def __init__(self, port: int, after: int, stalls: int) -> None:
        self.after, self.stalls = after, stalls
        super().__init__(port)

    def passes(self, count: int) -> bool:
        if count > self.after and self.stalls > 0:
            self.stalls -= 1
            self.closed.wait(60)
            return False
        return True


class HoldingProxy(Proxy):
    """Holds back everything after so many bytes of a connection, until released."""

    def __init__(self, port: int, after: int) -> None:
        self.after, self.released, self.held = after, threading.Event(), threading.Event()
        super().__init__(port)

    def passes(self, count: int) -> bool:
        if count > self.after:
            self.held.set()
            while not self.released.wait(0.05):
                if self.closed.is_set():
                    return False
        return True


def behind(registry: Registry, proxy: Proxy, **changes: Any) -> OpenOptions:
    authfile = write_authfile(registry.folder / f"auth-{proxy.port}.json", [f"localhost:{proxy.port}"])
    return registry.options._replace(authfile=str(authfile), **changes)


def content(layer: Layer) -> bytes:
    assert layer.size is not None
    stream = layer.open()
    buffer = bytearray(layer.size + 1)
    count = stream.readinto(memoryview(buffer))
    stream.close()
    return bytes(buffer[:count])


def is_intact(image: Image) -> bool:
    return all(digest_of(content(layer)) == layer.digest for layer in image.layers)


# --------------------------------------------------------------------------------------------------- tests


@pytest.fixture(autouse=True)
def nothing_stays_behind(registry: Registry) -> Iterator[None]:
    yield
    assert list(Path(registry.options.scratch or "").iterdir()) == []


def test_pull(registry: Registry) -> None:
    seen: list[tuple[int, int]] = []
    reference = registry.reference("t/big:1")
    with open_image(reference, registry.options._replace(progress=lambda *counts: seen.append(counts))) as image:
        assert image.reference == reference
        assert is_intact(image)
        assert [layer.diff_id for layer in image.layers] == [
            digest_of(layer_bytes(seed, size)) for seed, size in enumerate(LAYER_SIZES)
        ]
        assert image.config["config"] == {"Env": ["PATH=/bin"]}
        assert image.index_digest is None
        assert image.digest is not None
        assert all(landed <= whole for landed, whole in seen)
        assert seen[-1][1] == sum(layer.size or 0 for layer in image.layers)
    for name in (f"t/big@{image.digest}", f"t/big:1@{image.digest}"):
        with open_image(registry.reference(name), registry.options) as again:
            assert again.digest == image.digest


@pytest.mark.parametrize(("platform", "seed"), [("linux/amd64", 7), ("linux/arm64", 9), ("linux/s390x", 8)])
def test_multi_arch_index(registry: Registry, platform: str, seed: int) -> None:
    with open_image(registry.reference("t/multi:1"), registry.options._replace(platform=platform)) as image:
        assert image.index_digest not in (None, image.digest)
        assert image.layers[0].diff_id == digest_of(layer_bytes(seed, 5000))
        assert is_intact(image)


def test_platform_that_is_not_there(registry: Registry) -> None:
    with pytest.raises(NoSuchImage, match="linux/amd64, linux/arm64, linux/s390x"):
        open_image(registry.reference("t/multi:1"), registry.options._replace(platform="linux/riscv64"))
    with pytest.raises(NoSuchImage, match="is for linux/amd64, not for linux/arm64"):
        open_image(registry.reference("t/big:1"), registry.options._replace(platform="linux/arm64"))


@pytest.mark.parametrize("name", ["t/big:2", "t/nothing:1", "t/big@sha256:" + "0" * 64])
def test_missing_tag_and_repository(registry: Registry, name: str) -> None:
    with pytest.raises(NoSuchImage, match="does not exist there"):
        open_image(registry.reference(name), registry.options)


def test_wrong_password(registry: Registry) -> None:
    options = registry.options._replace(authfile=None, username="scan", password="wrong-" + PASSWORD)
    with pytest.raises(AccessDenied) as caught:
        open_image(registry.reference("t/big:1"), options)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(options)


def test_username_and_password(registry: Registry) -> None:
    options = registry.options._replace(authfile=None, username="scan", password=PASSWORD)
    with open_image(registry.reference("t/multi:1"), options) as image:
        assert is_intact(image)


def test_credentials_within_the_reference(registry: Registry) -> None:
    quoted = f"docker://scan:{PASSWORD}@localhost:{registry.port}/t/multi:1"
    with open_image(quoted, registry.options._replace(authfile=None)) as image:
        assert image.reference == registry.reference("t/multi:1")
        assert is_intact(image)


def test_registry_auth_file(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(registry.authfile))
    with open_image(registry.reference("t/multi:1"), registry.options._replace(authfile=None)) as image:
        assert is_intact(image)


def test_docker_configuration(registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    shutil.copy(registry.authfile, tmp_path / ".docker/config.json")
    monkeypatch.delenv("REGISTRY_AUTH_FILE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with open_image(registry.reference("t/multi:1"), registry.options._replace(authfile=None)) as image:
        assert is_intact(image)


def test_authfile_that_is_not_there(registry: Registry) -> None:
    with pytest.raises(AccessDenied, match="authfile"):
        open_image(registry.reference("t/big:1"), registry.options._replace(authfile="/nowhere/auth.json"))


def test_certificate_that_is_not_trusted(registry: Registry) -> None:
    with pytest.raises(TransferFailed, match="--cert-dir"):
        open_image(registry.reference("t/multi:1"), registry.options._replace(cert_dir=None))
    with open_image(
        registry.reference("t/multi:1"), registry.options._replace(cert_dir=None, tls_verify=False)
    ) as image:
        assert is_intact(image)


def test_nothing_answers(registry: Registry) -> None:
    with pytest.raises(TransferFailed, match="nothing answers"):
        open_image(registry.reference("t/big:1", free_port()), registry.options)


def test_unknown_host(registry: Registry) -> None:
    with pytest.raises(TransferFailed, match=r"host of .* is not known"):
        open_image("docker://no-such-host.invalid/t/big:1", registry.options._replace(timeout=20))


def test_cut_connections_are_tried_again(registry: Registry) -> None:
    with CuttingProxy(registry.port, after=RESUMED, cuts=3) as proxy:
        with open_image(registry.reference("t/big:1", proxy.port), behind(registry, proxy)) as image:
            assert is_intact(image)
        assert proxy.cuts == 0


def test_finished_layers_are_kept(registry: Registry) -> None:
    """No attempt can bring all 18 MB, only several that keep what earlier ones brought."""
    with FrugalProxy(registry.port, budget=15_000_000) as proxy:
        with open_image(registry.reference("t/big:1", proxy.port), behind(registry, proxy)) as image:
            assert is_intact(image)
        assert proxy.cuts


def test_connection_that_is_always_cut(registry: Registry) -> None:
    with CuttingProxy(registry.port, after=RESUMED, cuts=1000) as proxy:
        options = behind(registry, proxy)
        with open_image(registry.reference("t/big:1", proxy.port), options) as image, pytest.raises(TransferFailed):
            image.layers[-1].open()


def test_stall_is_noticed(registry: Registry) -> None:
    with StallingProxy(registry.port, after=2_000_000, stalls=2) as proxy:
        options = behind(registry, proxy, stall_timeout=1.0, timeout=50)
        with open_image(registry.reference("t/big:1", proxy.port), options) as image:
            assert is_intact(image)
        assert proxy.stalls == 0


def test_stall_for_ever(registry: Registry) -> None:
    with HoldingProxy(registry.port, after=0) as proxy:
        started = time.monotonic()
        with pytest.raises(TransferFailed, match="within 2 seconds"):
            open_image(registry.reference("t/big:1", proxy.port), behind(registry, proxy, timeout=2.0))
        assert time.monotonic() - started < 10


def test_first_layer_is_read_while_the_last_is_held(registry: Registry) -> None:
    with HoldingProxy(registry.port, after=3_500_000) as proxy:
        options = behind(registry, proxy, stall_timeout=60.0)
        with open_image(registry.reference("t/big:1", proxy.port), options) as image:
            assert digest_of(content(image.layers[0])) == image.layers[0].digest
            assert not image.layers[-1].ready()
            proxy.released.set()
            assert is_intact(image)
            assert image.layers[-1].ready()


def test_forked_worker_waits_for_a_layer(registry: Registry) -> None:
    with HoldingProxy(registry.port, after=3_500_000) as proxy:
        options = behind(registry, proxy)
        with open_image(registry.reference("t/big:1", proxy.port), options) as image:
            child = os.fork()
            if child == 0:
                os._exit(0 if digest_of(content(image.layers[-1])) == image.layers[-1].digest else 1)
            proxy.released.set()
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_document(registry: Registry, jobs: int) -> None:
    """The whole way: worker processes read some layers while others are still to come."""
    with HoldingProxy(registry.port, after=3_500_000) as proxy:
        options = AnalyzeOptions(open=behind(registry, proxy), jobs=jobs)
        threading.Timer(2, proxy.released.set).start()
        image = analyze(registry.reference("t/big:1", proxy.port), options).image
        assert [layer.entries for layer in image.layers] == [1, 1, 1, 1]
        assert [layer.diff_id for layer in image.layers] == [
            digest_of(layer_bytes(seed, size)) for seed, size in enumerate(LAYER_SIZES)
        ]


@pytest.mark.parametrize("content", [None, "", "{", '{"auths": 3}', '{"auths": {"HOST": {"auth": "####"}}}'])
def test_broken_authfiles(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "auth.json"
    if content is not None:
        path.write_text(content.replace("HOST", f"localhost:{registry.port}"))
    options = registry.options._replace(authfile=None)
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(path))
    with pytest.raises(AccessDenied):
        open_image(registry.reference("t/big:1"), options)


def test_closing_early_ends_skopeo(registry: Registry) -> None:
    with HoldingProxy(registry.port, after=2_000_000) as proxy:
        image = open_image(registry.reference("t/big:1", proxy.port), behind(registry, proxy))
        proxy.held.wait(20)
        assert [line for line in processes() if f"localhost:{proxy.port}" in line]
        image.close()
        assert not [line for line in processes() if f"localhost:{proxy.port}" in line]
        with pytest.raises(TransferFailed, match="closed"):
            image.layers[-1].open()


def test_password_is_not_visible_in_the_process_list(registry: Registry) -> None:
    with HoldingProxy(registry.port, after=2_000_000) as proxy:
        options = registry.options._replace(authfile=None, username="scan", password=PASSWORD)
        with open_image(registry.reference("t/big:1", proxy.port), options):
            proxy.held.wait(20)
            lines = [line for line in processes() if f"localhost:{proxy.port}" in line]
            assert lines
            encoded = base64.b64encode(f"scan:{PASSWORD}".encode()).decode()
            assert not [line for line in processes() if PASSWORD in line or encoded in line]
            (authfile,) = Path(options.scratch or "").glob("*/auth.json")
            assert authfile.stat().st_mode & 0o777 == 0o600
            assert authfile.parent.stat().st_mode & 0o777 == 0o700


def processes() -> list[str]:
    lines = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                for file in ("cmdline", "environ"):
                    lines.append((entry / file).read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return lines


class FailingRegistry(ThreadingHTTPServer):
    """A registry of one image, without TLS, that answers some requests for blobs with an error first."""

    daemon_threads = False

    def __init__(self, layout: Layout, entry: dict[str, Any], status: int, failures: int) -> None:
        self.layout, self.entry, self.status, self.failures = layout, entry, status, failures
        super().__init__(("127.0.0.1", 0), FailingHandler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class FailingHandler(BaseHTTPRequestHandler):
    server: FailingRegistry

    def do_GET(self) -> None:
        if "/blobs/" in self.path and self.server.failures > 0:
            self.server.failures -= 1
            self.answer(self.server.status, b"{}", "application/json")
        elif "/manifests/" in self.path:
            self.blob(self.server.entry["digest"], self.server.entry["mediaType"])
        elif "/blobs/" in self.path:
            self.blob(self.path.rpartition("/")[2], "application/octet-stream")
        else:
            self.answer(200, b"{}", "application/json")

    def blob(self, digest: str, media_type: str) -> None:
        self.answer(200, (self.server.layout.path / "blobs/sha256" / digest[7:]).read_bytes(), media_type)

    def answer(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "failures", "error"),
    [
        (503, 3, None),
        (502, 2, None),
        (500, 1, None),
        (429, 1, None),
        (403, 1000, AccessDenied),
        (404, 1000, NoSuchImage),
    ],
)
def test_errors_of_the_server(
    registry: Registry, tmp_path: Path, status: int, failures: int, error: type[PackageExtractError] | None
) -> None:
    layout = Layout(tmp_path / "layout")
    with FailingRegistry(layout, layout.image([layer_bytes(1, 90_000)]), status, failures) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        options = registry.options._replace(tls_verify=False, authfile=None)
        try:
            if error is None:
                with open_image(registry.reference("t/x:1", server.port), options) as image:
                    assert is_intact(image)
                assert server.failures == 0
            else:
                with pytest.raises(error):
                    open_image(registry.reference("t/x:1", server.port), options)
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize("ending", ["", "signal.raise_signal(signal.SIGINT)", "raise ValueError"])
def test_interpreter_that_ends_without_closing(registry: Registry, ending: str) -> None:
    program = f"""
import signal, sys
from package_extract.image import open_image
from package_extract.image.options import OpenOptions
open_image(sys.argv[1], OpenOptions(authfile=sys.argv[2], cert_dir=sys.argv[3], scratch=sys.argv[4]))
{ending}
"""
    with HoldingProxy(registry.port, after=2_000_000) as proxy:
        options = behind(registry, proxy)
        arguments = [options.authfile or "", options.cert_dir or "", options.scratch or ""]
        subprocess.run(
            [sys.executable, "-c", program, registry.reference("t/big:1", proxy.port), *arguments],
            timeout=60,
            check=False,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert not [line for line in processes() if f"localhost:{proxy.port}" in line]


def test_skopeo_that_is_not_installed(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolMissing, match="install it with 'apt-get install skopeo'"):
        open_image(registry.reference("t/big:1"), registry.options)


def test_errors_are_one_line(registry: Registry) -> None:
    with pytest.raises(PackageExtractError) as caught:
        open_image(registry.reference("t/big:2"), registry.options)
    assert "\n" not in str(caught.value)
