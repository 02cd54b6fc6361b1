"""Images in memory, read by the engine itself with the analyzers of Python."""

from __future__ import annotations

import io
import marshal
import tarfile
from dataclasses import dataclass
from typing import Any

from package_extract.document.document import Results
from package_extract.filesystem.squash import squash
from package_extract.image.model import Image, Layer
from package_extract.image_view import SharedView, View
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.ownership import Ownership
from package_extract_analyzers.dpkg import Dpkg
from package_extract_analyzers.python.interpreters import PythonInterpreters
from package_extract_analyzers.python.packages import PythonPackages

Entries = dict[str, Any]


class HardLink(str):
    """The target of a hard link."""


@dataclass
class Found:
    """The sections and the problems, with ways to look things up."""

    sections: dict[str, Any]
    problems: list[dict[str, Any]]

    @property
    def interpreters(self) -> dict[str, dict[str, Any]]:
        rows: list[dict[str, Any]] = self.sections["python_interpreters"]["interpreters"]
        assert [row["path"] for row in rows] == sorted({row["path"] for row in rows})
        return {row["path"]: row for row in rows}

    @property
    def only(self) -> dict[str, Any]:
        (row,) = self.interpreters.values()
        return row

    @property
    def codes(self) -> list[str]:
        return [problem["code"] for problem in self.problems]

    def environment(self, prefix: str) -> dict[str, Any]:
        environments = self.sections["python_packages"]["environments"]
        (found,) = [environment for environment in environments if environment["prefix"] == prefix]
        return dict(found)

    def shadowed(self) -> dict[str, str]:
        """Metadata paths of what is not imported, with what is imported in its place."""
        environments = self.sections["python_packages"]["environments"]
        rows = [row for environment in environments for row in environment["packages"]]
        return {row["metadata_path"]: row["shadowed_by"] for row in rows if row["shadowed_by"]}


def look(*layers: Entries, env: dict[str, str] | None = None, **settings: Any) -> Found:
    """What the analyzers find in an image of these layers: bytes are files, str links, None directories."""
    analyzers = [Dpkg(), PythonInterpreters(), PythonPackages()]
    reader = LayerReader(analyzers, Matcher([one.wants for one in analyzers]), Limits(), "none")
    blobs = [_tar(entries) for entries in layers]
    variables = [f"{name}={value}" for name, value in (env or {}).items()]
    config = {"config": {"Env": variables, **settings}}
    image = Image("memory", [Layer(lambda blob=blob: io.BytesIO(blob)) for blob in blobs], config)
    contents = [reader.read(layer, "the layer") for layer in image.layers]
    for one in contents:
        one.facts = marshal.loads(marshal.dumps(one.facts))  # as they go through the cache
    tree = squash(contents)
    shared = SharedView(image, contents, tree, Ownership(tree), lambda *_: None)
    for one in analyzers:
        shared.sections[one.name] = one.assemble(View(shared, one))
    typed = Results.model_validate(shared.sections, strict=True)
    assert typed.model_dump(exclude_none=False, include=set(shared.sections)) == shared.sections
    return Found(shared.sections, [problem for one in contents for problem in one.problems] + shared.problems)


def _tar(entries: Entries) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as written:
        for path, content in entries.items():
            entry = tarfile.TarInfo(path)
            if content is None:
                entry.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                entry.type = tarfile.LNKTYPE if isinstance(content, HardLink) else tarfile.SYMTYPE
                entry.linkname = str(content)
            else:
                entry.size = len(content)
            written.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()
