"""What the native code of a wheel needs and brings, as values."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NativeLibrary", "WheelNeeds"]


class NativeLibrary(NamedTuple):
    """One shared library or extension module of a wheel."""

    path: str
    soname: str | None
    machine: str
    needed: list[str]
    requires: dict[str, list[str]]
    """Symbol versions by the library they are needed of, without weak needs."""

    @property
    def names(self) -> tuple[str, ...]:
        """What others can ask for it by."""
        basename = self.path.rpartition("/")[2]
        return (basename, self.soname) if self.soname and self.soname != basename else (basename,)


class WheelNeeds(NamedTuple):
    """All that was read of a wheel."""

    libraries: list[NativeLibrary]
    unread: list[str]
    """Paths of libraries that were not read, because of the budget or because they are broken."""
