"""Layers made in memory, and an analyzer that keeps what it is shown."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from package_extract.image.model import Layer
from package_extract.layer import reading
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.plugin import FilePatterns

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.layer.contents import LayerContents


class Keeper:
    """Wants names that end in ".txt" and ELF files; the fact is the content."""

    name = "keeper"
    version = 1
    summary = "keeps what it reads"
    wants = FilePatterns(suffixes=(".txt",), magics=(b"\x7fELF",), paths=("etc/os-release",))
    after = ()
    section = ""
    options: dict[str, Any] = {}

    def __init__(self, ranges: list[tuple[int, int]] | None = None) -> None:
        self.asked = ranges or []

    def ranges(self, head: memoryview, size: int) -> list[tuple[int, int]]:
        return self.asked

    def read(self, file: Any) -> bytes:
        return bytes(file.content)

    def assemble(self, image: Any) -> dict[str, Any]:
        return {}


class MemoryBlob(io.BytesIO):
    """A blob in memory."""


@pytest.fixture
def keeper() -> type[Keeper]:
    return Keeper


@pytest.fixture(params=[False, True], ids=["here", "ahead"])
def read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LayerContents]:
    """Read a blob as a layer: decompressed by this process or by another one."""
    monkeypatch.setattr(reading, "AHEAD_FROM", 0)

    def run(
        data: bytes,
        digest: str | None = None,
        verify: str = "digest",
        limits: Limits | None = None,
        analyzer: Any = None,
        **layer: Any,
    ) -> LayerContents:
        analyzers = [analyzer or Keeper()]
        reader = LayerReader(analyzers, Matcher([a.wants for a in analyzers]), limits or Limits(), verify)
        opened = Layer(open=lambda: MemoryBlob(data), digest=digest, size=len(data), **layer)
        return reader.read(opened, "layer 1", ahead=request.param)

    return run


@pytest.fixture
def tar() -> Callable[..., bytes]:
    """A tar of (name, content) pairs: bytes are a file, None a directory, "-> x" a symbolic link, "=> x" a hard link."""

    def make(*entries: tuple[str, Any], form: int = tarfile.USTAR_FORMAT) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
            for name, content in entries:
                info = tarfile.TarInfo(name)
                if content is None:
                    info.type = tarfile.DIRTYPE
                elif isinstance(content, str):
                    info.type = tarfile.SYMTYPE if content.startswith("->") else tarfile.LNKTYPE
                    info.linkname = content[3:]
                else:
                    info.size = len(content)
                archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
        return buffer.getvalue()

    return make
