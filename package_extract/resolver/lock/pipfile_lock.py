"""`Pipfile.lock`, as `pipenv sync` reads it (specification 6 of pipfile, https://github.com/pypa/pipfile)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from package_extract.resolver.index.urls import as_address
from package_extract.resolver.lock.requirements_txt import file_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.answer import Environment, Pin

__all__ = ["pipfile_lock"]


def pipfile_lock(environment: Environment, requirements: Sequence[str], index_url: str) -> str:
    """The file's content; `requirements` are those asked for, which the hash in it stands for.

    pipenv looks for a package on the first source, `index_url`, and on no other, unless its entry names one.
    """
    markers = environment.target.markers
    names = _names(environment, index_url)
    sources = [{"name": name, "url": url, "verify_ssl": url.startswith("https:")} for url, name in names.items()]
    requires = {"python_version": markers["python_version"]}
    asked = {"_meta": {"sources": sources, "requires": requires}, "default": sorted(requirements), "develop": {}}
    digest = sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    lock = {
        "_meta": {"hash": {"sha256": digest}, "pipfile-spec": 6, "requires": requires, "sources": sources},
        "default": {pin.name: _entry(pin, names) for pin in environment.to_install},
        "develop": {},
    }
    return json.dumps(lock, indent=4, sort_keys=True) + "\n"


def _names(environment: Environment, index_url: str) -> dict[str, str]:
    """Names of all indexes that have a file of the answer, the main one first, by address without credentials."""
    others = {pin.file.index.rstrip("/"): None for pin in environment.to_install if pin.file and pin.file.index}
    urls = dict.fromkeys([as_address(index_url).url.rstrip("/"), *others])
    return {url: f"index-{number}" if number > 1 else "index" for number, url in enumerate(urls, 1)}


def _entry(pin: Pin, names: dict[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"hashes": file_hashes(pin, all_files=True), "version": f"=={pin.version}"}
    if pin.file and not pin.file.index:
        entry = {"hashes": entry["hashes"], "file": pin.file.url}
    elif pin.file and (pin.direct or names[pin.file.index.rstrip("/")] != "index"):
        entry["index"] = names[pin.file.index.rstrip("/")]
    if pin.extras:
        entry["extras"] = list(pin.extras)
    return entry
