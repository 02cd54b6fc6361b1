"""ld.so.conf: the directories that ldconfig(8) makes its cache of. The path file of musl has directories alone."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Include", "looks_like_ld_so_conf", "parse_ld_so_conf", "parse_musl_path"]

MOST = 10_000
"""Lines of one file that count."""


class Include(NamedTuple):
    """A line that names other files by a pattern of glob(7), relative to the directory of its own file."""

    pattern: str


def parse_ld_so_conf(data: bytes) -> list[str | Include]:
    """Directories and includes in the order of the file. `hwcap` lines, and what is no absolute path, are left out."""
    entries: list[str | Include] = []
    for line in _lines(data):
        word, _, rest = line.partition(" ")
        if word == "include":
            entries += map(Include, rest.split())
        elif line.startswith("/"):
            entries.append(line.partition("=")[0].rstrip())
    return entries


def looks_like_ld_so_conf(data: bytes) -> bool:
    """Whether each line is one that such a file may have. Any file can be included, whatever its name."""
    lines = _lines(data)
    return bool(lines) and all(line.startswith(("/", "include ", "hwcap ")) for line in lines)


def parse_musl_path(data: bytes) -> list[str]:
    """The directories of etc/ld-musl-ARCH.path, which colons or line ends separate (musl, ldso/dynlink.c)."""
    text = data.decode("utf-8", "surrogateescape").replace("\n", ":")
    return [part for part in text.split(":", MOST)[:MOST] if part.startswith("/")]


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "surrogateescape").split("\n", MOST)[:MOST]
    stripped = (" ".join(line.partition("#")[0].split()) for line in lines)
    return [line for line in stripped if line]
