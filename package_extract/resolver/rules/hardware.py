"""Facts about hardware from a file, because an image does not know on which machine it will run.

TOML (or JSON) with any of `cpu_family`, `cpu_model` (numbers as in /proc/cpuinfo), `cpu_flags` (list, as there) and
`gpu_model` (text).
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from package_extract.resolver.rules.environment import Hardware
from package_extract.resolver.rules.errors import InvalidFacts

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_hardware"]

MAXIMUM_SIZE = 1 << 20
_KINDS = {"cpu_family": int, "cpu_model": int, "cpu_flags": list, "gpu_model": str}


def read_hardware(path: Path) -> Hardware:
    """The facts in a file. Raises `InvalidFacts`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAXIMUM_SIZE + 1)
        text = data.decode()
        facts = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except OSError as error:
        raise InvalidFacts(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise InvalidFacts(f"{path} is neither TOML nor JSON: {error}") from None
    if len(data) > MAXIMUM_SIZE:
        raise InvalidFacts(f"{path} is too large for facts about hardware")
    for key, value in facts.items():
        if key not in _KINDS:
            raise InvalidFacts(f"{path}: {key[:40]} is no known fact; those are {', '.join(_KINDS)}")
        if type(value) is not _KINDS[key]:
            raise InvalidFacts(f"{path}: {key} has to be of the kind {_KINDS[key].__name__}")
    flags = facts.get("cpu_flags")
    return Hardware(
        cpu_family=facts.get("cpu_family"),
        cpu_model=facts.get("cpu_model"),
        cpu_flags=None if flags is None else frozenset(map(str, flags)),
        gpu_model=facts.get("gpu_model"),
    )
