"""Which C library a file is, and of which version, from its bytes.

glibc: its banner ("GNU C Library … release version 2.36.") and the names of its symbol versions ("GLIBC_2.36"), the
highest of which is about its own version: some releases, such as 2.31, add none. musl: its loader prints "Version %s"
and has that version as a string ("1.2.3", https://musl.libc.org; "1.2.4_git20230717" in Alpine).
"""

from __future__ import annotations

import re

__all__ = ["BUILT_INTO_MUSL", "glibc_versions", "loader_family", "musl_version"]

BUILT_INTO_MUSL = re.compile(r"lib(?:c|pthread|rt|m|dl|util|xnet)\.")
"""Begin of the names that musl's loader answers with itself, whether or not there is such a file (ldso/dynlink.c)."""

_BANNER = re.compile(rb"GNU C Library [^\0]{0,200}?(?:release|development) version (\d{1,2}\.\d{1,3})").search
_SYMBOL_VERSION = re.compile(rb"GLIBC_(\d{1,2})\.(\d{1,3})(?:\.\d{1,3})?(?=\0)").findall
# In front of the version stands whatever the linker put there, on i386 the end of a table of numbers.
_MUSL = re.compile(rb"(?<![\d.])(\d{1,2}\.\d{1,2}\.\d{1,3})(?:[-_+][ -~]{0,40})?(?=\0)").findall
_MUSL_SIGN = b"musl libc"


def glibc_versions(data: bytes) -> tuple[str | None, str | None]:
    """What the banner says and what the highest symbol version is, each as "2.36" or None."""
    banner = _BANNER(data)
    symbols = max(((int(major), int(minor)) for major, minor in _SYMBOL_VERSION(data)), default=None)
    return (banner[1].decode("ascii") if banner else None, f"{symbols[0]}.{symbols[1]}" if symbols else None)


def musl_version(data: bytes) -> str | None:
    """The version of musl, as "1.2.3"; None if this is not musl or tells several."""
    if _MUSL_SIGN not in data:
        return None
    found = {version for version in _MUSL(data) if version.split(b".")[0] in (b"0", b"1")}
    return found.pop().decode("ascii") if len(found) == 1 else None


def loader_family(interpreter: str | None) -> str | None:
    """The C library that a program's loader (PT_INTERP) belongs to: "musl", "glibc" or None."""
    name = (interpreter or "").rpartition("/")[2]
    if name.startswith("ld-musl-"):
        return "musl"
    return "glibc" if re.fullmatch(r"ld(?:-linux[\w-]*|64|-\d[\d.]*)?\.so(?:\.\d+)?", name) else None
