"""Node.js packages: the `package.json` of everything in a `node_modules` directory (docs.npmjs.com, package.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.plugin import FilePatterns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.plugin import ImageView, LayerFile, Section

__all__ = ["NodePackages"]


class NodePackages:
    """Lists every package in every `node_modules`."""

    name = "node_packages"
    version = 1
    summary = "Node.js packages: package.json in node_modules"
    wants = FilePatterns(globs=("**/node_modules/*/package.json", "**/node_modules/@*/*/package.json"))
    after = ()
    section = "node_packages_section:NodePackagesSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:
        """Nothing of a file over 8 MiB: no package.json is that large."""
        del head, size
        return ()

    def read(self, file: LayerFile) -> dict[str, Any]:
        """Name and version, from the bytes of this one file alone."""
        import json  # not before there is something to read

        try:
            metadata = json.loads(bytes(file.content))
        except (ValueError, RecursionError) as error:
            raise FormatError(f"package.json is not JSON: {error}") from None
        if not isinstance(metadata, dict):
            raise FormatError("package.json is not an object")
        return {key: value if isinstance(value := metadata.get(key), str) else None for key in ("name", "version")}

    def assemble(self, image: ImageView) -> Section:
        """All packages of the image as a program inside finds them."""
        packages = []
        for path, fact in image.facts():
            directory = path.rpartition("/")[0]
            name = fact["name"] or directory.rpartition("node_modules/")[2]
            packages.append({"name": name, "version": fact["version"], "path": directory, "layer": image.layer(path)})
        return {"packages": sorted(packages, key=lambda row: (row["name"], row["version"] or "", row["path"]))}
