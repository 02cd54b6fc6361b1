"""Packages that rpm has installed: its databases are read natively, wherever they are, with no rpm needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from package_extract.plugin import FilePatterns
from package_extract_analyzers.rpm import assembling, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["Rpm"]


class Rpm:
    """The analyzer `rpm`."""

    name: ClassVar[str] = "rpm"
    version: ClassVar[int] = 1
    summary: ClassVar[str] = "RPM packages, from Berkeley DB, ndb and SQLite databases and from manifests"
    wants: ClassVar[FilePatterns] = FilePatterns(basenames=reading.BASENAMES)
    after: ClassVar[Sequence[str]] = ()
    options: Mapping[str, Any] = {}
    section: ClassVar[str] = "package_extract.document.rpm:RpmSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:
        """All of a database."""
        return reading.ranges(head, size)

    def read(self, file: LayerFile) -> Fact | None:
        """The packages of a database or manifest."""
        return reading.read(file)

    def assemble(self, image: ImageView) -> Section:
        """The databases that are visible and the union of their packages."""
        return assembling.assemble(image)
