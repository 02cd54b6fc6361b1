"""`containers-storage:` and `docker-daemon:` against the storage and the service of a real podman."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import tarfile
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from package_extract.errors import LimitExceeded, NoSuchImage, ToolMissing, TransferFailed
from package_extract.image import open_image
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from package_extract.image.model import Image

pytestmark = pytest.mark.integration

NAME = "localhost/made-for-a-test:1"


@dataclass(frozen=True)
class Podman:
    folder: Path
    environment: dict[str, str]
    scratch: Path

    def run(self, *words: str, stdin: bytes | None = None) -> bytes:
        stores = [f"--root={self.folder}/root", f"--runroot={self.folder}/run"]
        command = ["podman", *stores, *words]
        done = subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=120, env=self.environment)
        return done.stdout

    def storage(self, name: str) -> str:
        driver = json.loads(self.run("info", "--format", "json"))["store"]["graphDriverName"]
        return f"containers-storage:[{driver}@{self.folder}/root+{self.folder}/run]{name}"

    def options(self, **changes: object) -> OpenOptions:
        return OpenOptions(scratch=str(self.scratch), timeout=100, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Podman]:
    missing = [tool for tool in ("podman", "skopeo") if shutil.which(tool) is None]
    if missing:
        message = f"not installed: {', '.join(missing)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    folder = tmp_path_factory.mktemp("podman")
    (folder / "containers.conf").write_text('[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
    (folder / "scratch").mkdir()
    environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}
    made = Podman(folder, environment, folder / "scratch")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo("etc/os-release")
        entry.size = 2_000_000
        tar.addfile(entry, io.BytesIO(bytes(2_000_000)))
    try:
        made.run("import", "-q", "-c", "ENV=A=1", "-", NAME, stdin=buffer.getvalue())
        yield made
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            made.run("rmi", "--force", NAME)


@pytest.fixture
def service(podman: Podman, monkeypatch: pytest.MonkeyPatch) -> Iterator[Podman]:
    path = podman.folder / "podman.sock"
    command = ["podman", f"--root={podman.folder}/root", f"--runroot={podman.folder}/run", "system", "service"]
    with open(podman.folder / "service.log", "wb") as log:
        process = subprocess.Popen(
            [*command, "-t", "60", f"unix://{path}"], env=podman.environment, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
                break
            time.sleep(0.05)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        yield podman
    finally:
        process.terminate()
        process.wait(10)
        path.unlink(missing_ok=True)


def check(image: Image, podman: Podman) -> None:
    inspected = json.loads(podman.run("inspect", NAME))[0]
    assert image.config_digest == f"sha256:{inspected['Id']}"
    assert image.config["config"]["Env"] == ["A=1"]
    assert [layer.diff_id for layer in image.layers] == inspected["RootFS"]["Layers"]
    for layer in image.layers:
        content = bytearray(layer.size or 0)
        stream = layer.open()
        assert stream.readinto(memoryview(content)) == layer.size
        stream.close()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        assert digest == layer.diff_id
        assert layer.digest in (None, digest)


def test_image_in_a_local_storage(podman: Podman) -> None:
    with open_image(podman.storage(NAME), podman.options()) as image:
        check(image, podman)
        assert image.digest == json.loads(podman.run("inspect", NAME))[0]["Digest"]
    assert list(podman.scratch.iterdir()) == []


def test_no_such_image_in_a_local_storage(podman: Podman) -> None:
    with pytest.raises(NoSuchImage):
        open_image(podman.storage("localhost/nothing:1"), podman.options())
    assert list(podman.scratch.iterdir()) == []


def test_image_of_a_daemon(service: Podman) -> None:
    seen: list[tuple[int, int]] = []
    with open_image(f"docker-daemon:{NAME}", service.options(progress=lambda *counts: seen.append(counts))) as image:
        check(image, service)
        assert image.repo_tags == [NAME]
        assert list(service.scratch.iterdir()) == []
    assert seen[-1][0] > 2_000_000
    identifier = json.loads(service.run("inspect", NAME))[0]["Id"]
    with open_image(f"docker-daemon:{identifier[:12]}", service.options()) as image:
        check(image, service)


def test_no_such_image_of_a_daemon(service: Podman) -> None:
    with pytest.raises(NoSuchImage, match="the daemon has no image nothing:1"):
        open_image("docker-daemon:nothing:1", service.options())


def test_image_of_a_daemon_beyond_the_limit(service: Podman) -> None:
    with pytest.raises(LimitExceeded):
        open_image(f"docker-daemon:{NAME}", service.options(spool_limit=100_000))


@pytest.mark.parametrize("host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "nonsense"])
def test_daemon_that_does_not_answer(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the SDK leaves its socket open
        with pytest.raises(TransferFailed, match="no Docker daemon answers at"):
            open_image("docker-daemon:a:1")
        gc.collect()


def test_sdk_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docker", None)
    with pytest.raises(ToolMissing, match="pip install docker"):
        open_image("docker-daemon:a:1")
