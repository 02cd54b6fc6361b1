"""The contract that an analyzer fulfils.

An analyzer is an object with the attributes and methods of `Analyzer`. It is found through the entry point group
`package_extract.analyzers`; the built-in ones use the same door as anybody else's.

The way of a file: the engine walks each layer once and matches every entry against the `wants` of all analyzers. A
matching regular file is handed to `read`, which returns a *fact*: plain data (None, bool, int, float, str, bytes, list,
tuple, dict), a pure function of the file's bytes and path, because facts are cached by layer and shared between
images. After all layers are read and squashed into one tree, `assemble` sees the facts of the files that are still
visible and returns the section of the document, again as plain data, in the shape of the model that `section` names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from package_extract.filesystem.tree import Tree

__all__ = ["Analyzer", "Fact", "FilePatterns", "ImageView", "LayerFile", "Owner", "Section", "Severity"]

Fact = Any  # plain data, see above
Section = dict[str, Any]
Owner = dict[str, Any]  # {"type": "rpm"|"deb"|"apk"|"conda"|"python", "name": str, "version": str|None}
Severity = Literal["error", "warning", "info"]


class FilePatterns(NamedTuple):
    """Which regular files an analyzer wants to read. Paths are relative to the image's root, without a leading slash.

    A file is wanted when any of the patterns matches. Whiteout markers, links and directories are never handed over: a
    hard link's content is read under the name that has it, links are followed by the tree.
    """

    paths: tuple[str, ...] = ()
    """Whole paths: "etc/os-release"."""
    basenames: tuple[str, ...] = ()
    """Last components: "pyvenv.cfg"."""
    suffixes: tuple[str, ...] = ()
    """Ends of paths, at least three characters: ".dist-info/METADATA", ".egg-link"."""
    globs: tuple[str, ...] = ()
    """Shell patterns over whole paths; "*" stays within a component, "**/" spans any number of them.

    A pattern whose last three characters, or whose first twelve, are literal costs nothing for the files that it does
    not match; another one costs a regular expression for every file of the image."""
    magics: tuple[bytes, ...] = ()
    """First bytes of the content, at least four: b"\\x7fELF"."""


class LayerFile(Protocol):
    """One regular file of one layer, while the layer passes by."""

    @property
    def path(self) -> str:
        """Path in the layer, relative to the root; bytes that are not UTF-8 are surrogate-escaped."""

    @property
    def size(self) -> int:
        """Length of the whole file in bytes, even where `content` has holes."""

    @property
    def mode(self) -> int:
        """Permission bits."""

    @property
    def content(self) -> memoryview:
        """The file's bytes, valid only during `read`.

        A file of up to 8 MiB is there whole. Of a larger one there is the first MiB and what `ranges` asked for; the
        rest reads as zeros. Copy what the fact keeps.
        """


class ImageView(Protocol):
    """What `assemble` sees: the squashed tree, the own facts of visible files, and what other analyzers found."""

    @property
    def tree(self) -> Tree:
        """The squashed tree: which directories, links and wanted files are there, and where links lead."""

    @property
    def config(self) -> Mapping[str, Any]:
        """The image's configuration as its JSON has it (`config.Env` …); empty for a root filesystem."""

    @property
    def architecture(self) -> str | None:
        """GOARCH name of the platform, for example "amd64"."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables that the image's configuration sets."""

    def facts(self) -> Iterator[tuple[str, Any]]:
        """Path and fact of every visible file that this analyzer's `read` returned a fact for, sorted by path.

        Paths are real ones (no component is a link); a file with several hard links comes once for each visible name.
        """

    def fact(self, path: str) -> Any | None:
        """The own fact of the file at this path (links are followed), or None."""

    def content(self, path: str, limit: int = 1 << 26) -> bytes | None:
        """The first `limit` bytes of a visible wanted file, read again from its layer: slow, for rare needs."""

    def section(self, analyzer: str) -> Mapping[str, Any]:
        """The section of an analyzer named in `after`; empty if that one did not run or failed."""

    def layer(self, path: str) -> int | None:
        """Index of the layer that the visible file, link or directory at exactly this path comes from."""

    def owner(self, path: str) -> Owner | None:
        """The package whose file list names this file: rpm, deb and apk before conda before Python distributions.

        `path` is a real path; those that databases name are resolved through directory links before they are compared.
        """

    def own(self, owner: Owner, paths: Iterable[str]) -> None:
        """Record that a package owns these paths (relative to the root). Paths need not exist."""

    def overlaps(self) -> Iterable[tuple[str, Owner, Owner]]:
        """Files that a package of the operating system and a Python distribution both list as theirs.

        Each with the package's entry and the distribution's, the very object that was given to `own`.
        """

    def problem(
        self,
        code: str,
        message: str,
        *,
        path: str | None = None,
        severity: Severity = "error",
        layer: int | None = None,
    ) -> None:
        """Add an entry under `problems`; `layer` is looked up from `path` where it is not given."""


class Analyzer(Protocol):
    """One analyzer: what it wants, how it reads one file, how it makes its section."""

    name: str
    """Key under `results`, and the name that `--analyzer` takes."""
    version: int
    """Raise it when `read` changes: cached facts of other versions are not used."""
    summary: str
    """One line for `package-extract analyzers`."""
    wants: FilePatterns
    after: Sequence[str]
    """Analyzers whose section or owned files `assemble` asks for; they are assembled before this one, if they run."""
    options: Mapping[str, Any]
    """Options with their defaults; the engine puts those of the run in their place before the first file is read.

    May be left out by an analyzer that has none."""
    section: str
    """Where the pydantic model of the section is, as "module:Class"; imported only to validate and to describe."""

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:
        """Which (offset, length) of a file larger than 8 MiB `read` needs beyond `head`, its first MiB.

        Not called for smaller files. Return [(0, size)] for all of it.
        """

    def read(self, file: LayerFile) -> Fact | None:
        """The fact about one file, or None if there is nothing to say. May raise `FormatError`."""

    def assemble(self, image: ImageView) -> Section:
        """The section. What is broken goes to `image.problem`, never into an exception."""
