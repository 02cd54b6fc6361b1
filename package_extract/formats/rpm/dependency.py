"""RPM dependencies as `rpm -qR` and `rpm -q --provides` print them (lib/rpmds.c, rpmdsNewDNEVR)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from package_extract.formats.rpm.header import Header

__all__ = ["CONFLICTS", "OBSOLETES", "PROVIDES", "REQUIRES", "dependencies"]

# Tags of the names, the flags and the versions.
REQUIRES: Final = (1049, 1048, 1050)
PROVIDES: Final = (1047, 1112, 1113)
CONFLICTS: Final = (1054, 1053, 1055)
OBSOLETES: Final = (1090, 1114, 1115)

# By the low four bits of the flags: less 2, greater 4, equal 8; bit 1 is an old mark of serials and says nothing.
_OPERATORS: Final = [
    operator for signs in ("", "<", ">", "<>", "=", "<=", ">=", "<>=") for operator in 2 * (signs and f" {signs}",)
]


def dependencies(header: Header, tags: tuple[int, int, int]) -> list[str]:
    """Each dependency in the header's order: `name`, `name op [epoch:]version[-release]` or `(a if b)`."""
    names_tag, flags_tag, versions_tag = tags
    if names_tag not in header:
        return []
    names = header.strings(names_tag)
    versions = header.strings(versions_tag)
    flags = header.numbers(flags_tag)
    if not len(names) == len(versions) == len(flags):
        # Before rpm 3.0.2 provided names had neither version nor flags.
        return names
    return [
        f"{name}{_OPERATORS[flag & 15]} {version}" if version else name + _OPERATORS[flag & 15]
        for name, flag, version in zip(names, flags, versions, strict=True)
    ]
