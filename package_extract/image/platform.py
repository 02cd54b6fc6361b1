"""Which of several platforms fits: names and variants as in the OCI image index (Go's GOOS, GOARCH, GOARM).

The order of preference among variants is containerd's: the one asked for, then older ones that still run on it.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from package_extract.errors import InvalidReference
from package_extract.image.json_documents import text

__all__ = ["Platform"]

_ARCHITECTURES = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "aarch64": ("arm64", ""),
    "armv8l": ("arm", "v7"),
    "armv7l": ("arm", "v7"),
    "armhf": ("arm", "v7"),
    "armv6l": ("arm", "v6"),
    "armel": ("arm", "v6"),
    "armv5tel": ("arm", "v5"),
    "i386": ("386", ""),
    "i486": ("386", ""),
    "i586": ("386", ""),
    "i686": ("386", ""),
    "loongarch64": ("loong64", ""),
    "mips64el": ("mips64le", ""),
}
_DEFAULT_VARIANTS = {"amd64": "v1", "arm": "v7", "arm64": "v8"}


class Platform(NamedTuple):
    """An operating system, an architecture and its variant; the default variant is written out."""

    system: str
    architecture: str
    variant: str

    @classmethod
    def of(cls, system: str, architecture: str, variant: str) -> Platform:
        """Names of uname(1) become those of Go, an absent variant the default one."""
        architecture, implied = _ARCHITECTURES.get(architecture.lower(), (architecture.lower(), ""))
        return cls(system.lower(), architecture, variant or implied or _DEFAULT_VARIANTS.get(architecture, ""))

    @classmethod
    def parse(cls, asked: str) -> Platform:
        """Read "os/architecture[/variant]"; `InvalidReference` if it is not that."""
        parts = asked.split("/")
        if len(parts) not in (2, 3) or not all(parts):
            raise InvalidReference(f"{asked!r} is no platform; write for example linux/amd64 or linux/arm/v7")
        return cls.of(parts[0], parts[1], parts[2] if len(parts) == 3 else "")

    @classmethod
    def here(cls) -> Platform:
        """Linux on this machine's architecture."""
        return cls.of("linux", os.uname().machine, "")

    @classmethod
    def described(cls, description: dict[str, Any]) -> Platform | None:
        """The platform of an index entry or a configuration; None if it states none."""
        system, architecture = text(description.get("os")), text(description.get("architecture"))
        if not system or not architecture:
            return None
        return cls.of(system, architecture, text(description.get("variant")) or "")

    def distance(self, offered: Platform) -> int | None:
        """How far an image of the offered platform is from this one: 0 for the same, None if it does not fit."""
        if (self.system, self.architecture) != (offered.system, offered.architecture):
            return None
        if self.variant == offered.variant:
            return 0
        steps = _generation(self.variant) - _generation(offered.variant)
        return steps if steps > 0 else None

    def __str__(self) -> str:
        shown = "" if self.variant == _DEFAULT_VARIANTS.get(self.architecture, "") else f"/{self.variant}"
        return f"{self.system}/{self.architecture}{shown}"


def _generation(variant: str) -> int:
    """The number in "v7"; 0 for a variant that is not ordered with others."""
    number = variant[1:]
    return int(number) if variant[:1] == "v" and len(number) < 4 and number.isascii() and number.isdigit() else 0
