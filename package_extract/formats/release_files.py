"""Files that named a distribution before os-release(5) did, or name one that has no os-release.

`redhat-release` and its kin hold one line, "NAME release VERSION (CODENAME)"; `debian_version` and `alpine-release`
hold the version alone; `system-release-cpe` holds a CPE 2.2 name; `lsb-release` holds shell assignments; BusyBox
carries its banner. The identifiers are those that the distributions' later os-release files use.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from package_extract.formats.os_release import parse_assignments

__all__ = ["Release", "parse_busybox", "parse_release_file", "preference"]


class Release(NamedTuple):
    """What a release file says."""

    id: str | None
    version_id: str | None
    name: str | None
    pretty_name: str | None


_IDENTIFIERS = (
    ("red hat", "rhel"),
    ("oracle", "ol"),
    ("amazon", "amzn"),
    ("fedoraproject", "fedora"),
    ("scientific", "scientific"),
    ("vmware photon", "photon"),
    ("cbl-mariner", "mariner"),
    ("rocky", "rocky"),
    ("redhat", "rhel"),
    ("mandrake", "mandriva"),
)
"""First words of a distribution's name in lower case, and its identifier where that is not the first word itself."""

_RELEASE_LINE = r"(?P<name>\S.*?)\s+release\s+(?P<version>\d[\w.+-]*)"
_VERSION_LINE = r"(?P<name>\S.*?)\s+(?P<version>\d[\w.+-]*)(?=\s|$)"
_CPE = r"cpe:/o:(?P<vendor>[^:\s]+):[^:\s]*(?::(?P<version>\d[^:\s]*))?"
_BUSYBOX = rb"BusyBox v(\d[\d.]*)"
_DIGIT_FIRST = r"\d[\w.+~-]*"

_BARE_VERSION = {
    "debian_version": ("debian", "Debian GNU/Linux"),
    "alpine-release": ("alpine", "Alpine Linux"),
    "slackware-version": ("slackware", "Slackware"),
    "arch-release": ("arch", "Arch Linux"),
}
_NAMED_BY_THE_FILE = {
    "altlinux-release": "altlinux",
    "mariner-release": "mariner",
    "photon-release": "photon",
    "manjaro-release": "manjaro",
}
"""Files of one distribution that name it less clearly, or not at all."""

_WITHOUT_THE_WORD_RELEASE = frozenset({"SuSE-release", *_NAMED_BY_THE_FILE})
_NOT_THE_SYSTEM = frozenset({"oem-release", "plesk-release", "iredmail-release", "initrd-release", "kernel-release"})
_LAST = ("redhat-release", "system-release", "system-release-cpe", "lsb-release", "debian_version", "alpine-release")
_LARGEST = 1 << 16


def preference(basename: str) -> int:
    """The order to ask release files in: a vendor's own, those that others imitate, then what says least."""
    return _LAST.index(basename) + 1 if basename in _LAST else 0


def parse_release_file(basename: str, data: bytes) -> Release | None:
    """What the release file of this name says, or None if it names no distribution."""
    text = data[:_LARGEST].decode("utf-8-sig", "replace").strip()
    if basename in _NOT_THE_SYSTEM:
        return None
    if basename == "lsb-release":
        return _lsb(data[:_LARGEST])
    if basename == "system-release-cpe":
        return _cpe(text)
    first = text.partition("\n")[0].strip()
    if basename in _BARE_VERSION:
        identifier, name = _BARE_VERSION[basename]
        bare = first.removeprefix(name).strip()
        return Release(identifier, bare if re.fullmatch(_DIGIT_FIRST, bare) else None, name, None)
    line = _VERSION_LINE if basename in _WITHOUT_THE_WORD_RELEASE else _RELEASE_LINE
    found = re.match(line, first[:1024])
    named = _NAMED_BY_THE_FILE.get(basename)
    if not found:
        return Release(named, None, None, None) if named else None
    return Release(named or _identifier(found["name"]), found["version"], found["name"], first)


def parse_busybox(program: bytes) -> Release | None:
    """What the banner inside a BusyBox program says; it stands for the system only where nothing else does."""
    found = re.search(_BUSYBOX, program)
    if not found:
        return None
    version = found[1].decode().rstrip(".")
    return Release("busybox", version, "BusyBox", f"BusyBox v{version}")


def _identifier(name: str) -> str:
    lowered = " ".join(name.lower().split())
    return next((known for start, known in _IDENTIFIERS if lowered.startswith(start)), lowered.partition(" ")[0])


def _cpe(text: str) -> Release | None:
    found = re.search(_CPE, text)
    return Release(_identifier(found["vendor"]), found["version"], None, None) if found else None


def _lsb(data: bytes) -> Release | None:
    fields = parse_assignments(data)
    name = fields.get("DISTRIB_ID")
    if not name:
        return None
    return Release(_identifier(name), fields.get("DISTRIB_RELEASE") or None, name, fields.get("DISTRIB_DESCRIPTION"))
