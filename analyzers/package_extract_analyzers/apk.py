"""Packages of Alpine, Wolfi and their kin, from apk's installed database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.plugin import FilePatterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["Apk"]

_DATABASE = "lib/apk/db/installed"
_LARGEST = 1 << 24
"""Bytes of a database that are read: some 10,000 packages."""
_MOST_PROBLEMS = 100


class Apk:
    """The analyzer `apk`.

    A fact is {"packages": [...], "files": [the paths of each, one in a line], "problems": [...]}.
    """

    name = "apk"
    version = 1
    summary = "Packages of Alpine, Wolfi and Chainguard, with the files they own"
    wants = FilePatterns(globs=(f"**/{_DATABASE}",))
    after = ()
    section = "package_extract.document.apk:ApkSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """All of the file, up to the limit."""
        return [(0, min(size, _LARGEST))]

    def read(self, file: LayerFile) -> Fact | None:
        """The packages of a database and their files."""
        from package_extract.formats.apk_database import parse_installed

        records, complaints = parse_installed(bytes(file.content[:_LARGEST]))
        problems = [("warning", "malformed", f"line {line}: {message}") for line, message in complaints]
        if file.size > _LARGEST:
            problems.append(("error", "limit", f"only the first {_LARGEST} bytes were read"))
        packages, files = [], []
        for record in records:
            if record.fields.get("P") and record.fields.get("V"):
                packages.append(_package(record.fields))
                files.append(record.files)
            else:
                missing = "version" if record.fields.get("P") else "name"
                problems.append(
                    ("error", "incomplete", f"line {record.line}: a package without a {missing} is left out")
                )
        return {"packages": packages, "files": files, "problems": problems[:_MOST_PROBLEMS]}

    def assemble(self, image: ImageView) -> Section:
        """The packages of every database, and whose files they are; a database with two names counts once."""
        packages = []
        seen: list[tuple[str, Any]] = []
        for path, fact in image.facts():
            root = _root(path)
            if (root, fact) in seen:
                continue
            seen.append((root, fact))
            for severity, code, message in fact["problems"]:
                image.problem(code, message, path=path, severity=severity)
            for package, files in zip(fact["packages"], fact["files"], strict=True):
                owner = {"type": "apk", "name": package["name"], "version": package["version"]}
                paths = files.decode("utf-8", "surrogateescape").split("\n") if files else []
                image.own(owner, [f"{root}/{path}" for path in paths] if root else paths)
                packages.append({**package, "database": path})
        packages.sort(key=lambda package: (package["name"], package["version"], package["database"]))
        return {"packages": packages}


def _root(path: str) -> str:
    """The root that the paths of the database begin at: "" for lib/apk/db/installed and usr/lib/apk/db/installed."""
    above = path.removesuffix(_DATABASE).rstrip("/").split("/")
    return "/".join(above[:-1] if above[-1] in ("usr", "var") else above)


def _package(fields: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": fields["P"],
        "version": fields["V"],
        "architecture": fields.get("A") or None,
        "origin": fields.get("o") or None,
        "license": fields.get("L") or None,
        "description": fields.get("T") or None,
        "size": _number(fields.get("S")),
        "installed_size": _number(fields.get("I")),
        "depends": fields.get("D", "").split(),
        "provides": fields.get("p", "").split(),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
