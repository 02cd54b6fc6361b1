"""Which wheels an interpreter accepts, from facts about it and about its C library; the host is never asked.

Platform compatibility tags (PEP 425; abi3: PEP 384; free threading: PEP 703 and PEP 803), manylinux (PEP 513, 571, 599,
600) and musllinux (PEP 656). The order is that of `packaging.tags.sys_tags()` since packaging 26.3: `linux_*` first.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.tags import Tag

__all__ = ["abi_tags", "platform_tags", "series_of", "supported_tags"]

_OLD_GLIBC = {"x86_64": 5, "i686": 5}  # manylinux1 was defined for these two
_OLDEST_GLIBC = 17
_MANYLINUX = frozenset({"x86_64", "i686", "aarch64", "armv7l", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"})
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


def platform_tags(architecture: str, libc: str | None, version: str | None, *, hard_float: bool = True) -> list[str]:
    """The last parts of tags, best first.

    `architecture` is what `uname -m` prints, `libc` "glibc", "musl" or None, `version` that of the C library
    ("2.36", "1.2.3"); `hard_float` matters for 32-bit ARM only.
    """
    numbers = re.match(r"(\d{1,3})\.(\d{1,3})", version or "")
    major, minor = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    tags = [f"linux_{architecture}"]
    if libc == "glibc" and major == 2 and architecture in _MANYLINUX and (hard_float or architecture != "armv7l"):
        tags += _manylinux(architecture, minor)
    if libc == "musl" and major:
        tags += [f"musllinux_{major}_{number}_{architecture}" for number in range(minor, -1, -1)]
    return tags


def _manylinux(architecture: str, minor: int) -> Iterator[str]:
    for number in range(minor, _OLD_GLIBC.get(architecture, _OLDEST_GLIBC) - 1, -1):
        yield f"manylinux_2_{number}_{architecture}"
        if number in _LEGACY:
            yield f"{_LEGACY[number]}_{architecture}"


def series_of(version: str | None) -> tuple[int, int] | None:
    """Major and minor version that a version of Python begins with: (3, 14) for "3.14.0rc1"; None if there is none."""
    numbers = re.match(r"([0-9]{1,3})\.([0-9]{1,3})", version or "")
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def abi_tags(
    implementation: str, series: tuple[int, int], *, flags: str = "", debug: bool = False, ext_suffix: str | None = None
) -> list[str]:
    """The ABI tags of extension modules that the interpreter loads, best first, without the stable ABI and "none".

    `series` is (3, 11), `flags` those of `sys.abiflags` ("t", "m", "d"); `ext_suffix` counts where it is not CPython.
    """
    if implementation != "cpython":
        parts = (ext_suffix or "").split(".")
        length = {"pypy": 2, "graalpy": 3}.get(implementation, 9)
        return [re.sub(r"[-. ]", "_", "-".join(parts[1].split("-")[:length]))] if len(parts) > 2 else []
    name = f"cp{series[0]}{series[1]}" + ("t" if "t" in flags and series >= (3, 13) else "")
    if series >= (3, 8):
        return [f"{name}d", name] if debug else [name]
    memory = "m" if "m" in flags else ""
    unicode = "u" if "u" in flags and series < (3, 3) else ""
    return [f"{name}{'d' if debug else ''}{memory}{unicode}"]


def supported_tags(
    implementation: str, series: tuple[int, int], abis: Iterable[str], platforms: Sequence[str]
) -> Iterator[Tag]:
    """All tags in the order of preference: what `packaging.tags.sys_tags()` yields within the interpreter."""
    from packaging.tags import INTERPRETER_SHORT_NAMES, compatible_tags, cpython_tags, generic_tags

    short = INTERPRETER_SHORT_NAMES.get(implementation, implementation)
    name = f"{short}{series[0]}{series[1]}"
    if short == "cp":
        return chain(cpython_tags(series, abis, platforms), compatible_tags(series, name, platforms))
    return chain(
        generic_tags(name, abis, platforms), compatible_tags(series, "pp3" if short == "pp" else None, platforms)
    )
