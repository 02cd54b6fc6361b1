"""Servers on loopback for integration tests: a registry, and Ceph with its S3 gateway, each with a directory of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.images import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["S3Server", "ceph", "free_port", "registry"]

REGISTRY = """\
version: 0.1
log: {{accesslog: {{disabled: false}}}}
storage: {{filesystem: {{rootdirectory: {directory}/data}}}}
http: {{addr: "{address}:{port}"}}
"""
CEPH = """\
[global]
fsid = {fsid}
mon initial members = a
mon host = [v1:127.0.0.1:{monitor}]
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 4
osd crush chooseleaf type = 0
log file = {directory}/log/$name.log
admin socket = {directory}/run/$name.asok
pid file = {directory}/run/$name.pid
run dir = {directory}/run
ms bind ipv6 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
[mon]
mon data = {directory}/mon/$id
[osd]
osd data = {directory}/osd/$id
osd objectstore = memstore
osd class dir = {classes}
memstore device bytes = 1073741824
[client.rgw]
rgw frontends = beast endpoint={address}:{gateway}
rgw data = {directory}/run
keyring = {directory}/keyring
"""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come up in {seconds:g} seconds"
        time.sleep(0.1)


def listens(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False


@contextlib.contextmanager
def registry(directory: Path, address: str = "127.0.0.1") -> Iterator[tuple[str, Path]]:
    """A registry without TLS: its host and port, and the file with its log."""
    require("docker-registry")
    port, log = free_port(), directory / "registry.log"
    config = directory / "registry.yml"
    config.write_text(REGISTRY.format(directory=directory, address=address, port=port))
    with log.open("wb") as output:
        server = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=output, stderr=output)
    try:
        until(lambda: listens(address, port), "the registry")
        yield f"{address}:{port}", log
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class S3Server:
    """An S3 endpoint with the user `ak` whose secret is `sk`."""

    endpoint: str
    stop: Callable[[], None]
    start: Callable[[], None]

    @property
    def environment(self) -> dict[str, str]:
        """What a client has to find in its environment."""
        keys = {"AWS_ACCESS_KEY_ID": "ak", "AWS_SECRET_ACCESS_KEY": "sk", "AWS_REGION": "us-east-1"}
        return {**keys, "AWS_ENDPOINT_URL": self.endpoint}


def _rados_classes() -> Path:
    """The directory of the classes that the gateway calls in the device; Debian 13's looks for it beside itself."""
    return next(Path("/usr/lib").glob("*/rados-classes"), Path("/usr/lib/rados-classes"))


@contextlib.contextmanager
def ceph(directory: Path, address: str = "127.0.0.1") -> Iterator[S3Server]:
    """A Ceph cluster of one monitor and one device in memory, with the gateway of S3 (about 20 seconds)."""
    require("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool")
    for name in ("mon", "osd/0", "log", "run"):
        (directory / name).mkdir(parents=True)
    ports = {"monitor": free_port(), "gateway": free_port()}
    fsid, config = str(uuid.uuid4()), directory / "ceph.conf"
    config.write_text(CEPH.format(fsid=fsid, directory=directory, address=address, classes=_rados_classes(), **ports))

    def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([tool, "-c", str(config), *arguments], capture_output=True, text=True, timeout=60)

    def end(name: str = "*") -> None:
        for file in (directory / "run").glob(f"{name}.pid"):
            process = int(file.read_text())
            file.unlink()
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def start() -> None:
        run("radosgw", "-n", "client.rgw")
        until(lambda: listens(address, ports["gateway"]), "the gateway")

    try:
        monmap = str(directory / "monmap")
        member = f"[v1:127.0.0.1:{ports['monitor']}]"
        subprocess.run(
            ["monmaptool", "--create", "--fsid", fsid, "--addv", "a", member, monmap], check=True, capture_output=True
        )
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        run("ceph-mon", "-i", "a")
        until(lambda: run("ceph", "osd", "create").returncode == 0, "the monitor")
        run("ceph-osd", "-i", "0", "--mkfs")

        def device_is_up() -> bool:
            if "1 up" in run("ceph", "osd", "stat").stdout:
                return True
            run("ceph-osd", "-i", "0")  # the first start can lose a race against the monitor
            return False

        until(device_is_up, "the device")
        made = run("radosgw-admin", "user", "create", "--uid=test", "--display-name=test", "--access-key=ak",
                   "--secret-key=sk")  # fmt: skip
        assert made.returncode == 0, made.stderr
        start()
        yield S3Server(f"http://{address}:{ports['gateway']}", lambda: end("client.rgw"), start)
    except subprocess.TimeoutExpired as error:
        pytest.fail(f"Ceph does not answer: {error}")
    finally:
        end()
