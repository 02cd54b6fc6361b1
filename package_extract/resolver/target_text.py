"""A target in a few words, without an image: "cpython 3.11 glibc 2.28 x86_64"."""

from __future__ import annotations

import re
from functools import lru_cache

from package_extract.formats.python_markers import IMPLEMENTATIONS, marker_environment
from package_extract.formats.python_tags import abi_tags, platform_tags, supported_tags
from package_extract.resolver.errors import InvalidTarget
from package_extract.resolver.target import Target

__all__ = ["DEFAULT_TARGET", "parse_target"]

DEFAULT_TARGET = "cpython 3.12 glibc 2.28 x86_64"
"""What is resolved for where nothing else is said: what most wheels for Linux are built for."""

_ARCHITECTURES = frozenset(
    {"x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64", "loongarch64", "ppc64", "armv6l"}
)
_SYNONYMS = {"amd64": "x86_64", "arm64": "aarch64", "i386": "i686", "python": "cpython", "linux": ""}
_PYTHON = re.compile(r"3(\.[0-9]{1,4}){1,2}")
_MANYLINUX = re.compile(r"(many|musl)linux_(\d+)_(\d+)(?:_(\w+))?")


@lru_cache(maxsize=64)
def parse_target(text: str) -> Target:
    """The target that a few words describe; what they leave out is as in `DEFAULT_TARGET`.

    Words: `cpython`, `pypy` or `graalpy`; a version of Python ("3.11", "3.13t" without the global lock); `glibc` or
    `musl` and its version, or `manylinux_2_28`, `musllinux_1_2`; an architecture as `uname -m` prints it.
    Raises `InvalidTarget`.
    """
    facts = {"implementation": "cpython", "python": "3.12", "libc": "glibc", "architecture": "x86_64", "flags": ""}
    words = re.sub(r"[,\s]+", " ", text.strip().lower()).split()
    position = 0
    while position < len(words):
        position += _understand(words[position : position + 2], facts, text)
    facts.setdefault("libc_version", "2.28" if facts["libc"] == "glibc" else "1.2")
    return _target(facts, text)


def _understand(words: list[str], facts: dict[str, str], text: str) -> int:
    """Put what a word (with its number, if that is the next word) says among the facts; how many words were used."""
    word = _SYNONYMS.get(words[0], words[0])
    number = words[1] if len(words) > 1 and re.fullmatch(r"\d+(\.\d+)*t?", words[1]) else None
    linux = _MANYLINUX.fullmatch(word)
    glued = re.fullmatch(r"(cpython|python|pypy|graalpy|glibc|musl)-?(\d+(?:\.\d+)*t?)", word)
    if glued:
        word, number = _SYNONYMS.get(glued[1], glued[1]), glued[2]
    if not word:
        return 1
    if linux:
        facts.update(libc="glibc" if linux[1] == "many" else "musl", libc_version=f"{linux[2]}.{linux[3]}")
        if linux[4]:
            facts["architecture"] = linux[4]
    elif word in _ARCHITECTURES:
        facts["architecture"] = word
    elif re.fullmatch(r"\d+\.\d+(\.\d+)?t?", word):
        facts.update(python=word.removesuffix("t"), flags="t" if word.endswith("t") else "")
    elif word in ("glibc", "musl"):
        facts["libc"] = word
        if number:
            facts["libc_version"] = number
    elif word in IMPLEMENTATIONS:
        facts["implementation"] = word
        if number:
            facts.update(python=number.removesuffix("t"), flags="t" if number.endswith("t") else "")
    else:
        raise InvalidTarget(
            f"{words[0]!r} in the target {text!r} is not understood; write for example {DEFAULT_TARGET!r}"
        )
    return 2 if number and not glued and word in ("glibc", "musl", *IMPLEMENTATIONS) else 1


def _target(facts: dict[str, str], text: str) -> Target:
    if not _PYTHON.fullmatch(facts["python"]):
        raise InvalidTarget(
            f"{facts['python']!r} in the target {text!r} is no version of Python 3 such as 3.11 or 3.11.4"
        )
    numbers = facts["python"].split(".")
    version = facts["python"] if len(numbers) > 2 else facts["python"] + ".0"
    series = int(numbers[0]), int(numbers[1])
    implementation, architecture = facts["implementation"], facts["architecture"]
    suffix = {"pypy": f".pypy{series[0]}{series[1]}-pp73-linux.so"}.get(implementation)
    platforms = platform_tags(architecture, facts["libc"], facts["libc_version"])
    abis = abi_tags(implementation, series, flags=facts["flags"], ext_suffix=suffix)
    return Target(
        markers=marker_environment(implementation, version, None, architecture),
        tags=tuple(map(str, supported_tags(implementation, series, abis, platforms))),
        machine=architecture,
        libc=(facts["libc"], facts["libc_version"]),
    )
