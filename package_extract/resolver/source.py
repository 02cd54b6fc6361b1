"""Where packages come from: what the engine asks for, and the values that it gets.

The values are those of the simple repository API (https://packaging.python.org/en/latest/specifications/simple-repository-api/)
and of core metadata. A page is kept as columns, because it can list thousands of files of which a solve looks at a few:
what a whole page has in common (tags, Requires-Python) stands there once, and a file becomes an object when asked for.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from msgspec import Struct
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

__all__ = [
    "DistributionFile",
    "FileClass",
    "Metadata",
    "ProjectPage",
    "Source",
    "Traffic",
    "expand_tags",
    "is_version",
    "parse_version",
]

parse_version = lru_cache(maxsize=1 << 16)(Version)
"""`packaging.version.Version`, each text parsed once."""


def is_version(text: str) -> bool:
    """Whether a text is a version (PEP 440)."""
    try:
        parse_version(text)
    except ValueError:  # not an InvalidVersion if a number has thousands of digits
        return False
    return True


@lru_cache(maxsize=1 << 14)
def expand_tags(tag_set: str) -> tuple[str, ...]:
    """The tags that a compressed tag set stands for (PEP 425), in the order of the file name.

    >>> expand_tags("py2.py3-none-any")
    ('py2-none-any', 'py3-none-any')
    """
    pythons, abis, platforms = tag_set.split("-")
    return tuple(
        f"{python}-{abi}-{platform}"
        for python in pythons.split(".")
        for abi in abis.split(".")
        for platform in platforms.split(".")
    )


class DistributionFile(Struct, frozen=True):
    """One file of a project: a wheel or a source distribution."""

    project: str
    """Normalized name (PEP 503)."""
    version: str
    """As written in the file name; `parsed_version` compares."""
    filename: str
    url: str
    """Absolute, without credentials: those stay with the source."""
    hashes: dict[str, str]
    """Digest in hexadecimal by the name of the algorithm; empty if the index tells none."""
    size: int | None = None
    requires_python: str | None = None
    """As the index has it; may be no valid specifier."""
    yanked: str | None = None
    """Reason of the withdrawal (PEP 592), "" if none is given; None for a file that is not withdrawn."""
    upload_time: str | None = None
    """RFC 3339 in UTC."""
    tag_set: str | None = None
    """The compressed tags of a wheel, "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"; None for a source
    distribution."""
    build: str = ""
    """The build tag of a wheel."""
    core_metadata: dict[str, str] | Literal[True] | None = None
    """What the index says of a separate metadata file (PEP 658): its hashes, True for one without, None for nothing."""
    index: str = ""
    """The index or directory that lists the file, without credentials."""

    @property
    def kind(self) -> Literal["wheel", "sdist"]:
        """Whether it can be installed as it is."""
        return "sdist" if self.tag_set is None else "wheel"

    @property
    def parsed_version(self) -> Version:
        """The version as compared."""
        return parse_version(self.version)

    @property
    def tags(self) -> tuple[str, ...]:
        """Expanded tags of a wheel, none of a source distribution."""
        return () if self.tag_set is None else expand_tags(self.tag_set)

    @property
    def sha256(self) -> str | None:
        """The SHA-256 digest that the index tells."""
        return self.hashes.get("sha256")


class FileClass(NamedTuple):
    """What decides whether a file can be used at all. Most files of a page share it with many others."""

    tag_set: str | None
    """As `DistributionFile.tag_set`: None for a source distribution."""
    requires_python: str | None
    yanked: bool


class ProjectPage:
    """All files of one project, of all indexes asked, in ascending order of their versions.

    Versions whose files are of the same classes in the same order have the same shape: a page of thousands of files has
    a few dozen classes and shapes, so judge these once and look the versions up:

    >>> good = {c for c, each in enumerate(page.classes) if usable(each)}              # doctest: +SKIP
    >>> fits = [any(c in good for c in shape) for shape in page.shapes]                # doctest: +SKIP
    >>> mask = sum(1 << v for v, shape in enumerate(page.shape_of) if fits[shape])     # doctest: +SKIP
    """

    __slots__ = ("_files", "_parsed", "classes", "indexes", "name", "shape_of", "shapes", "versions", "views")

    def __init__(
        self,
        name: str,
        versions: Sequence[str],
        classes: Sequence[FileClass],
        shapes: Sequence[tuple[int, ...]],
        shape_of: Sequence[int],
        indexes: Sequence[str],
        files: Callable[[int, Collection[int] | None], list[DistributionFile]],
    ) -> None:
        """`files` gives the files of the version at a position, all or those of some classes, when asked for."""
        self.name = name
        """Normalized."""
        self.versions = versions
        """Ascending and distinct as versions ("1.0" and "1.0.0" are one), each as its first file writes it."""
        self.classes = classes
        """Distinct."""
        self.shapes = shapes
        """Distinct; positions in `classes`, one for each file, in the order of `files`. The empty shape is that of
        versions whose every file was uploaded after the moment that `exclude_newer` names."""
        self.shape_of = shape_of
        """The position in `shapes` of each version."""
        self.indexes = indexes
        """Where the files are listed, without credentials, the one asked first first."""
        self.views: dict[Hashable, Any] = {}
        """What somebody found out about the page and wants to keep as long as it is there."""
        self._files = files
        self._parsed: dict[int, Version] = {}

    def version(self, position: int) -> Version:
        """`versions[position]` parsed; a bisection costs a few parses, not thousands."""
        version = self._parsed.get(position)
        if version is None:
            version = self._parsed[position] = parse_version(self.versions[position])
        return version

    def files(self, position: int, among: Collection[int] | None = None) -> list[DistributionFile]:
        """The files of `versions[position]`: wheels and source distributions, in the order of the shape.

        With `among` only those of some classes (positions in `classes`), which costs less.
        """
        return self._files(position, among)


class Metadata(Struct, frozen=True):
    """What a wheel says of itself that a resolver needs."""

    name: str
    """As written."""
    version: str
    requires_dist: tuple[str, ...] = ()
    """Requirements on one line each, in the order of the file."""
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()


class Source(Protocol):
    """Indexes, directories and their cache, behind one face.

    `project`, `metadata` and `read_range` wait for the answer and may be called from any thread; an answer once given
    stays the same until `close`. All errors are `PackageExtractError`s of one sentence, without credentials.
    """

    def project(self, name: str) -> ProjectPage:
        """The page of a project (any spelling of its name).

        Raises `UnknownProject` if no index has it, `Offline` if it is needed and not in the cache, `IndexUnreachable`,
        `IndexAccessDenied` or `CorruptPage` if an index that might have it cannot tell.
        """

    def metadata(self, file: DistributionFile) -> Metadata:
        """The metadata of a wheel, from wherever it is cheapest.

        Raises what is the fault of this file alone (`errors.UNUSABLE_FILE`): `CorruptDistribution` if the wheel has
        none that can be read, `HashMismatch` if bytes are not those that the index names, `MissingFile` if it is not
        there; and what `project` raises.
        """

    def prefetch(self, names: Iterable[str]) -> None:
        """Begin to fetch pages. Never waits, never raises: `project` tells what went wrong."""

    def prefetch_metadata(self, files: Iterable[DistributionFile]) -> None:
        """Begin to fetch metadata. Never waits, never raises."""

    def ready(self, name: str) -> bool:
        """Whether `project` would answer (or raise) at once."""

    def metadata_ready(self, file: DistributionFile) -> bool:
        """Whether `metadata` would answer (or raise) at once."""

    def file_size(self, file: DistributionFile) -> int:
        """The size of a file in bytes, asked for if the index does not tell."""

    def read_range(self, file: DistributionFile, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start` of a file; fewer only at its end.

        Raises `RangesNotServed` where only the whole file could be had; `download` is the other way.
        """

    def download(self, file: DistributionFile, limit: int) -> bytes:
        """The whole file, its hashes checked. Raises `LimitExceeded` if it is larger than `limit` bytes."""

    def recall(self, kind: str, key: str) -> bytes | None:
        """What was kept under a key, for facts that never change: the ELF needs of the wheel with this SHA-256."""

    def keep(self, kind: str, key: str, value: bytes) -> None:
        """Keep a fact for ever; `kind` carries the version of its format."""

    @property
    def traffic(self) -> Traffic:
        """What was transferred so far."""

    def close(self) -> None:
        """End all transfers and write what is to be kept. More than once does no harm."""

    def __enter__(self) -> Source: ...

    def __exit__(self, *exception: object) -> None: ...


class Traffic(Struct):
    """What a source transferred; for reports and tests."""

    requests: int = 0
    received: int = 0
    """Bytes of bodies, as they came over the wire."""
    pages: int = 0
    metadata: int = 0
    ranges: int = 0
    from_cache: int = 0
    """Pages and metadata that needed no request."""
