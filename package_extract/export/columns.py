"""Which columns the tables of a document have: of each kind of record, what people want to see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from package_extract.export.finding_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.document.inventory import Record

__all__ = ["Column", "Kind", "best_tags", "plain_columns"]

Kind = Literal["text", "sentence", "path", "code", "size", "number", "layer"]
"""How a value is drawn and sorted; `layer` is an index into `image.layers`, `code` a command or the like."""


NAMING = {"Name", "Soname", "Owner", "Needs", "What", "Field"}
"""Columns of text by which one looks for a record."""


class Column(NamedTuple):
    """One column of a table."""

    label: str
    kind: Kind
    value: Callable[[Record], Any]
    """The value of a record: a string, a number, a list of strings or None."""
    facet: bool = False
    """Whether there are few values, by which one wants to choose."""

    @property
    def names_it(self) -> bool:
        """Whether the value says which thing it is: a name, a path, an owner; that is what a filter looks at."""
        return self.kind in ("path", "code") or self.label in NAMING

    def filled(self, record: Record) -> bool:
        """Whether the record has a value here."""
        return self.value(record) not in (None, "", [])


def plain_columns(records: Iterable[Record]) -> tuple[Column, ...]:
    """A column for each field of any of the records, in the order of their appearance."""
    names = {name: None for record in records for name in record}
    return tuple(Column(str(name), "text", _field(name)) for name in names)


def _field(name: str) -> Callable[[Record], Any]:
    def value(record: Record) -> Any:
        found = record.get(name)
        if isinstance(found, dict):
            return [f"{key}: {each}" for key, each in found.items() if each is not None]
        if isinstance(found, list):
            return [str(each) for each in found]
        return "yes" if found is True else "no" if found is False else found

    return value


def _either(*names: str) -> Callable[[Record], Any]:
    """The first of the fields that has a value."""
    return lambda record: next((record[name] for name in names if record.get(name) is not None), None)


def _owner(name: str) -> Callable[[Record], Any]:
    """A package that a field names, as people write it: "deb python3-six 1.16"."""

    def value(record: Record) -> str | None:
        owner = record.get(name)
        return " ".join(str(owner[key]) for key in ("type", "name", "version") if owner.get(key)) if owner else None

    return value


def best_tags(interpreter: Record) -> str | None:
    """The ABI and the platform of the best wheels that an interpreter takes: `cp311-manylinux_2_36_x86_64`."""
    platforms = interpreter.get("platforms") or ()
    portable = (tag for tag in platforms if tag.startswith(("manylinux", "musllinux")))
    best = [*(interpreter.get("abis") or ())[:1], *[next(portable, None) or next(iter(platforms), None)]]
    return "-".join(tag for tag in best if tag) or None


def _libc(record: Record) -> str | None:
    libc = record.get("libc")
    return f"{libc['family']} {libc.get('version') or ''}".rstrip() if libc else None


def _interpreter_kind(record: Record) -> str:
    name = str(record.get("implementation") or "")
    return name + " debug" * bool(record.get("debug")) + " free-threaded" * bool(record.get("free_threaded"))


def _required_versions(record: Record) -> list[str]:
    return [f"{file} {' '.join(versions)}" for file, versions in (record.get("requires") or {}).items()]


def _package_count(record: Record) -> int:
    return len(record.get("packages") or ())


LAYER = Column("Layer", "layer", _field("layer"), facet=True)
OWNER = Column("Owner", "text", _owner("owner"))
PATH = Column("Path", "path", _field("path"))
NAME = Column("Name", "text", _field("name"))
VERSION = Column("Version", "text", _field("version"))

FACTS = (Column("Field", "text", _field("field")), Column("Value", "text", _field("value")))
PACKAGES = (
    NAME,
    VERSION,
    Column("Kind", "text", _field("kind"), facet=True),
    PATH,
    LAYER,
    Column("Size", "size", _field("size")),
    OWNER,
    Column("Environment", "path", _field("environment"), facet=True),
)
MANAGED = (
    NAME,
    Column("Epoch", "number", _field("epoch")),
    VERSION,
    Column("Release", "text", _field("release")),
    Column("Architecture", "text", _either("architecture", "arch"), facet=True),
    Column("Status", "text", _field("status"), facet=True),
    Column("Source", "text", _either("source", "source_rpm", "origin")),
    Column("License", "text", _field("license")),
    Column("Size", "size", _either("installed_size", "size")),
)
DISTRIBUTIONS = (
    NAME,
    VERSION,
    Column("Environment", "path", _field("prefix"), facet=True),
    Column("Installer", "text", _field("installer"), facet=True),
    Column("Python", "text", _field("requires_python")),
    Column("Requires", "text", _field("requires_dist")),
    Column("Shadowed by", "path", _field("shadowed_by")),
    Column("Path", "path", _field("metadata_path")),
    LAYER,
    OWNER,
)
ENVIRONMENTS = (
    Column("Prefix", "path", _field("prefix")),
    Column("Kind", "text", _field("kind"), facet=True),
    Column("Interpreter", "path", _field("interpreter")),
    Column("Python", "text", _field("version")),
    Column("Wheels up to", "text", best_tags),
    Column("System site", "text", _field("include_system_site")),
    Column("Packages", "number", _package_count),
    Column("Directories", "path", _field("paths")),
)
INTERPRETERS = (
    PATH,
    VERSION,
    Column("Implementation", "text", _interpreter_kind),
    Column("ABI tags", "text", _field("abis")),
    Column("Platform tags", "text", _field("platforms")),
    Column("C library", "text", _libc),
    LAYER,
    OWNER,
    Column("Prefix", "path", _field("prefix")),
    Column("Externally managed", "text", _field("externally_managed")),
    Column("Aliases", "path", _field("aliases")),
)
CEILINGS = (Column("Symbol versions", "text", _field("name")), Column("Highest", "text", _field("version")))
LIBRARIES = (
    Column("Soname", "text", _field("soname")),
    PATH,
    LAYER,
    OWNER,
    Column("Machine", "text", _field("machine"), facet=True),
    Column("Found by loader", "text", _field("in_search_path"), facet=True),
    Column("Defines", "text", _field("defines")),
    Column("Requires", "text", _required_versions),
    Column("Needs", "text", _field("needed")),
)
MISSING = (
    PATH,
    Column("Needs", "text", _field("needed")),
    Column("Version", "text", _field("version")),
    Column("Elsewhere", "path", _field("elsewhere")),
    OWNER,
)
CUDA_TOOLKITS = (VERSION, PATH)
CUDA_LIBRARIES = (
    NAME,
    VERSION,
    Column("For CUDA", "text", _field("cuda_version")),
    Column("Source", "text", _field("source"), facet=True),
    PATH,
    LAYER,
    OWNER,
)
DRIVER_LIBRARIES = (NAME, VERSION, Column("Kind", "text", _field("kind"), facet=True), PATH, LAYER, OWNER)
LOCK_FILES = (
    PATH,
    Column("Format", "text", _field("format")),
    Column("Environment", "path", _field("environment")),
    Column("Packages", "number", _package_count),
)
LAYERS = (
    LAYER._replace(facet=False),
    Column("Size", "size", _field("size")),
    Column("Stored", "size", _field("compressed_size")),
    Column("Entries", "number", _field("entries")),
    Column("Made by", "code", _field("created_by")),
    Column("Digest", "code", _either("digest", "diff_id")),
)
DIRECTORIES = (
    PATH,
    Column("Size", "size", _field("size")),
    Column("Large files", "number", _field("files")),
    LAYER,
    OWNER,
)
FINDINGS = (
    Column("Severity", "text", _field("severity"), facet=True),
    Column("Kind", "text", _field("kind"), facet=True),
    Column("What", "sentence", _field("message")),
    Column("Package", "text", _owner("package")),
    PATH,
    Column("Environment", "path", _field("environment"), facet=True),
    Column("What to do", "sentence", lambda record: KINDS[record["kind"]][1] or None),
)
PROBLEMS = (
    Column("Severity", "text", _field("severity"), facet=True),
    Column("Found by", "text", _field("analyzer"), facet=True),
    Column("What", "sentence", _field("message")),
    PATH,
    LAYER,
    Column("Code", "code", _field("code"), facet=True),
)
