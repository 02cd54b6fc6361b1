"""`Pipfile.lock`, as `pipenv sync` reads it (specification 6 of pipfile, https://github.com/pypa/pipfile)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from package_extract.resolver.lock.requirements_txt import file_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.answer import Environment, Pin

__all__ = ["pipfile_lock"]


def pipfile_lock(environment: Environment, requirements: Sequence[str], index_url: str) -> str:
    """The file's content; `requirements` are those asked for, which the hash in it stands for."""
    markers = environment.target.markers
    sources = [{"name": "index", "url": index_url, "verify_ssl": index_url.startswith("https:")}]
    requires = {"python_version": markers["python_version"]}
    asked = {"_meta": {"sources": sources, "requires": requires}, "default": sorted(requirements), "develop": {}}
    digest = sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    lock = {
        "_meta": {"hash": {"sha256": digest}, "pipfile-spec": 6, "requires": requires, "sources": sources},
        "default": {pin.name: _entry(pin) for pin in environment.to_install},
        "develop": {},
    }
    return json.dumps(lock, indent=4, sort_keys=True) + "\n"


def _entry(pin: Pin) -> dict[str, Any]:
    entry: dict[str, Any] = {"hashes": file_hashes(pin, all_files=True), "version": f"=={pin.version}"}
    if pin.file and not pin.file.index:
        entry = {"hashes": entry["hashes"], "file": pin.file.url}
    elif pin.direct:
        entry["index"] = "index"
    if pin.extras:
        entry["extras"] = list(pin.extras)
    return entry
