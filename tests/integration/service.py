"""A real service on loopback: the command in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EXAMPLE = "oci-archive:example-image.tar"
PATIENCE = 90.0


class Service:
    """Start, ask, kill; started again it listens elsewhere, with the same state and store."""

    def __init__(self, directory: Path, *options: str, images: Path = FIXTURES) -> None:
        self.directory, self.options, self.images = directory, options, images
        self.errors = directory / "log"
        self.start()

    def start(self) -> None:
        directory = self.directory
        seen = self.errors.stat().st_size if self.errors.exists() else 0
        with self.errors.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "package_extract", "serve", "--store", directory / "store", "--state",
                 directory / "state", "--cache-dir", directory / "cache", "--images", self.images, "--port", "0",
                 *self.options],
                stderr=log, env={**os.environ, "TMPDIR": str(directory)},
            )  # fmt: skip
        until(lambda: re.search(rb"serving on (\S+),", self.errors.read_bytes()[seen:]), self)
        found = re.search(rb"serving on (\S+),", self.errors.read_bytes()[seen:])
        assert found
        self.url = found[1].decode()
        until(lambda: self.ask("GET", "/healthz")[0] == 200, self)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON; (0, None) if nobody answers."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        names = {"Content-Type": "application/json"} | {n.replace("_", "-"): v for n, v in headers.items()}
        request = urllib.request.Request(self.url + path, data, names, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, content = error.code, error.read()
        except OSError:
            return 0, None
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content.decode()

    def submit(self, image: str = EXAMPLE, **more: Any) -> str:
        status, answer = self.ask("POST", "/api/v1/analyze", {"image": image, **more})
        assert status == 202, answer
        return answer["analysis_id"]

    def result(self, identity: str) -> tuple[int, Any]:
        """Status and document, once it is done."""
        until(lambda: self.ask("GET", f"/api/v1/analyze/{identity}")[0] != 202, self)
        return self.ask("GET", f"/api/v1/analyze/{identity}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def until(condition: Any, service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert service.process.poll() is None, service.errors.read_text()
        assert time.monotonic() < deadline, service.errors.read_text()
        time.sleep(0.05)
