"""Measures `package-extract batch`: images that share bases, 10, 50, 200 of them, on the cores that there are.

Every image is one of the built benchmark images with a small layer of its own on top, as an application has it. The
layers' blobs are hard links, so two hundred images take no more room than one. Each batch begins with an empty store
and an empty cache. What has to be seen: every unique layer is read once, and the cost grows with these, not with the
images.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MIB = 1 << 20
INTERVAL = 0.05
PARENT_MIB = 150.0
COUNTS = [10, 50, 200]
METADATA = "Metadata-Version: 2.1\nName: application-{number}\nVersion: {number}\n"


@dataclass(frozen=True)
class Run:
    """One batch: seconds and bytes."""

    images: int
    seconds: float
    unique_layers: int
    unique_bytes: int
    layers_read: int
    bytes_read: int
    parent_peak: int
    image_peak: int

    @property
    def per_minute(self) -> float:
        """Images."""
        return self.images * 60 / self.seconds


class Layouts:
    """Images made from bases, as OCI layouts below a directory."""

    def __init__(self, bases: list[Path], directory: Path) -> None:
        self.bases, self.directory = bases, directory
        self.layers: dict[str, int] = {}

    def make(self, number: int) -> str:
        """The reference of an image of its own."""
        base, target = self.bases[number % len(self.bases)], self.directory / str(number)
        (target / "blobs" / "sha256").mkdir(parents=True)
        index = json.loads((base / "index.json").read_text())
        manifest = json.loads(_blob(base, index["manifests"][0]["digest"]).read_bytes())
        config = json.loads(_blob(base, manifest["config"]["digest"]).read_bytes())
        for layer in manifest["layers"]:
            os.link(_blob(base, layer["digest"]), _blob(target, layer["digest"]))
        tar = _application(number)
        own = _put(target, gzip.compress(tar, mtime=0))
        config["rootfs"]["diff_ids"].append(f"sha256:{hashlib.sha256(tar).hexdigest()}")
        manifest["layers"].append({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **own})
        manifest["config"] |= _put(target, json.dumps(config).encode())
        entry = {"mediaType": "application/vnd.oci.image.manifest.v1+json"}
        entry |= _put(target, json.dumps(manifest).encode())
        (target / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
        (target / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        self.layers |= {layer["digest"]: layer["size"] for layer in manifest["layers"]}
        return f"oci:{target}"


def _blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / "sha256" / digest.removeprefix("sha256:")


def _put(layout: Path, data: bytes) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    _blob(layout, digest).write_bytes(data)
    return {"digest": digest, "size": len(data)}


def _application(number: int) -> bytes:
    """A layer with a Python package and half a megabyte of other files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        files = {
            f"srv/app/data/{part}": hashlib.sha256(f"{number} {part}".encode()).digest() * 256 for part in range(64)
        }
        metadata = f"srv/app/application_{number}-{number}.dist-info/METADATA"
        files[metadata] = METADATA.format(number=number).encode()
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def run(references: list[str], layers: dict[str, int], options: list[str]) -> Run:
    """One batch over these images, from nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "images.json").write_text(json.dumps(references))
        command = [sys.executable, "-m", "package_extract", "batch", str(folder / "images.json"), "--quiet"]
        command += ["--store", str(folder / "store"), "--cache-dir", str(folder / "cache"), *options]
        command += ["--output", str(folder / "summary.json")]
        start = time.perf_counter()
        process = subprocess.Popen(command)
        peak = _watched(process)
        seconds = time.perf_counter() - start
        summary = json.loads((folder / "summary.json").read_text())
        if process.returncode:
            sys.exit(f"the batch ended with {process.returncode}: {summary['outcomes']}")
    images = summary["images"]
    return Run(
        len(references),
        seconds,
        len(layers),
        sum(layers.values()),
        sum(image["cache"]["misses"] for image in images),
        summary["bytes_read"],
        peak,
        max(image["peak_memory"] for image in images),
    )


def _watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; the largest resident set of it alone, as the kernel keeps it (`VmHWM`, proc(5))."""
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(INTERVAL):
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            peak = max([peak, *(int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line)])

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return peak


def main() -> None:
    """Print the curve, and write it as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path(__file__).parent / "images", help="default: %(default)s")
    parser.add_argument("--bases", default="slim,datasci", help="names of images")
    parser.add_argument("--counts", default=",".join(map(str, COUNTS)))
    parser.add_argument("--json", type=Path)
    parser.add_argument("options", nargs="*", help="further options of batch, after --")
    arguments = parser.parse_args()
    bases = [arguments.directory / name / "oci" for name in arguments.bases.split(",")]
    runs = []
    print(f"{'images':>7}{'seconds':>9}{'per minute':>12}{'unique layers':>15}{'read':>7}{'MiB':>8}{'read':>8}"
          f"{'batch MiB':>11}{'image MiB':>11}")  # fmt: skip
    for count in map(int, arguments.counts.split(",")):
        with tempfile.TemporaryDirectory(dir=arguments.directory) as folder:
            layouts = Layouts(bases, Path(folder))
            references = [layouts.make(number) for number in range(count)]
            runs.append(run(references, layouts.layers, arguments.options))
        _print(runs[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(each) for each in runs], indent=2))


def _print(each: Run) -> None:
    print(f"{each.images:>7}{each.seconds:>9.1f}{each.per_minute:>12.1f}{each.unique_layers:>15}{each.layers_read:>7}"
          f"{each.unique_bytes / MIB:>8.0f}{each.bytes_read / MIB:>8.0f}{each.parent_peak / MIB:>11.1f}"
          f"{each.image_peak / MIB:>11.1f}")  # fmt: skip
    if each.layers_read != each.unique_layers or each.bytes_read != each.unique_bytes:
        print("        MISSED: some layer was not read exactly once")
    if each.parent_peak / MIB > PARENT_MIB:
        print(f"        MISSED: the batch itself takes more than {PARENT_MIB:g} MiB")


if __name__ == "__main__":
    main()
