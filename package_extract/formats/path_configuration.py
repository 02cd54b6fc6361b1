"""Files in a site directory that lead Python elsewhere: `.pth` and `.egg-link`.

`.pth`: https://docs.python.org/3/library/site.html. `.egg-link`: "setup.py develop" of setuptools, as pip reads it.
"""

from __future__ import annotations

__all__ = ["is_hidden", "read_egg_link", "read_pth"]

_MOST_BYTES = 1 << 18


def is_hidden(path: str) -> bool:
    """Whether `site` passes over a `.pth` file because of its name, as it does since 3.12.2, 3.11.8 and 3.10.14."""
    return path.rpartition("/")[2].startswith(".")


def read_pth(data: bytes) -> list[str]:
    """The directories that the file adds to `sys.path`, as written; lines of code and comments are left out."""
    lines = data[:_MOST_BYTES].decode("utf-8", "surrogateescape").removeprefix("\ufeff").splitlines()
    skipped = ("#", "import ", "import\t")
    return [line.rstrip() for line in lines if line.strip() and not line.startswith(skipped) and "\0" not in line]


def read_egg_link(data: bytes) -> str | None:
    """The directory that holds the distribution's egg-info, as written: the first line that is not empty."""
    lines = data[:_MOST_BYTES].decode("utf-8", "surrogateescape").splitlines()
    target = next((line.strip() for line in lines if line.strip()), None)
    return None if target is None or "\0" in target else target
