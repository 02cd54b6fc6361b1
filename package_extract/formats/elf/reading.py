"""One ELF file, read as far as it can be: what is broken is reported beside what is good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from package_extract.errors import FormatError

from .dynamic import DT_FLAGS_1, DT_RPATH, DT_RUNPATH, DT_SONAME, Dynamic, StringTable, read_dynamic
from .header import PT_DYNAMIC, PT_INTERP, Header, read_header
from .mapped import MappedFile
from .notes import Notes, read_notes
from .symbols import Symbols
from .versions import Versions, read_definitions, read_needs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .header import Segment

__all__ = ["EXECUTABLE", "SHARED_OBJECT", "ElfFile", "read_elf"]

EXECUTABLE, SHARED_OBJECT = 2, 3
DF_1_PIE = 0x08000000
LONGEST_PATH = 4096

Value = TypeVar("Value")


class ElfFile(NamedTuple):
    """What a loader reads of a file, as plain data."""

    kind: int
    """e_type: EXECUTABLE, SHARED_OBJECT, or another one, of which only the header is read."""
    bits: int
    byte_order: str
    """"little" or "big"."""
    machine: int
    """e_machine; `machine_name` has names."""
    flags: int
    """e_flags."""
    interpreter: str | None
    """PT_INTERP: the loader that a program asks for."""
    dynamic: bool
    """Whether there is a dynamic section with content; debug files have one without."""
    position_independent_program: bool
    """Whether the linker has marked it as a program that may be loaded anywhere (DF_1_PIE)."""
    soname: str | None
    needed: list[str]
    """In the order of the file."""
    rpath: str | None
    """DT_RPATH as it stands there, directories separated by colons."""
    runpath: str | None
    defines: list[str]
    """Names of the version definitions in the order of the file, without the base definition."""
    requires: dict[str, dict[str, bool]]
    """File -> version -> whether the need is weak: its absence is no error."""
    system: str | None
    """.note.ABI-tag, for example "Linux 3.2.0"."""
    isa_level: int | None
    """x86-64 level that the GNU property note demands: 1 to 4."""
    exported: list[bytes] | None
    """Defined dynamic symbols, sorted, as `nm -D --with-symbol-versions` has them; None if not asked for or broken."""
    undefined: list[bytes] | None
    """Undefined ones, likewise."""
    problems: list[tuple[str, str]]
    """(code, message) of what is broken: "truncated", "corrupt", "limit"."""

    @property
    def is_program(self) -> bool:
        """Whether it is to be run: not one of position-independent code with a SONAME, such as glibc's libc.so.6."""
        asks = self.interpreter is not None or self.position_independent_program
        return self.kind == EXECUTABLE or (asks and self.soname is None)

    def without_symbols(self) -> tuple[Any, ...]:
        """Its fields, but for the lists of symbols."""
        return (*self[:SYMBOLS], None, None, self.problems)


SYMBOLS = ElfFile._fields.index("exported")


def read_elf(
    content: memoryview,
    known: Sequence[tuple[int, int]] | None = None,
    *,
    exported: bool = False,
    undefined: bool = False,
    of_programs: bool = True,
) -> ElfFile:
    """Read the file, with the symbols that are asked for; those of programs only if `of_programs`.

    `known` are the (start, end) offsets that `content` has where the rest of it is not at hand; None if all of it is.
    Raises `FormatError` if there is no valid ELF header. Everything else that is broken stands under `problems`.
    """
    reading = _Reading(read_header(content), content, known)
    if reading.header.kind in (EXECUTABLE, SHARED_OBJECT):
        reading.segments()
        reading.dynamic_section()
        if (exported or undefined) and (of_programs or not reading.is_program):
            reading.symbols(exported=exported, undefined=undefined)
    return reading.result()


class _Reading:
    """The state of reading one file."""

    def __init__(self, header: Header, content: memoryview, known: Sequence[tuple[int, int]] | None) -> None:
        self.header = header
        self.file = MappedFile(content, header, known)
        self.problems: list[tuple[str, str]] = []
        self.notes = Notes()
        self.interpreter: str | None = None
        self.dynamic: Dynamic | None = None
        self.soname: str | None = None
        self.strings = StringTable(memoryview(b""))
        self.versions = Versions()
        self.exported: list[bytes] | None = None
        self.undefined: list[bytes] | None = None

    def attempt(self, step: Callable[[], Value]) -> Value | None:
        """What the step returns; what it raises is a problem of the file, and then None."""
        try:
            return step()
        except FormatError as error:
            problem = error.code, str(error)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def segments(self) -> None:
        """What the program headers lead to, but for the dynamic section."""
        if not self.header.complete:
            self.problems.append(("truncated", "the program headers are not all there"))
        end = max([offset + length for _, offset, _, length, _ in self.file.loads], default=0)
        size = len(self.file.content)
        if end > size:
            self.problems.append(("truncated", f"the file has {size} bytes, its segments go up to {end}"))
        for segment in self.header.segments:
            if segment.kind == PT_INTERP:
                self.interpreter = self.attempt(lambda: self._path(segment))  # noqa: B023 called at once
        self.notes = read_notes(self.file, self.header.segments)

    def _path(self, segment: Segment) -> str:
        length = min(segment.length, LONGEST_PATH)
        path = bytes(self.file.slice(segment.offset, length, "the path of the interpreter"))
        return path.partition(b"\0")[0].decode("utf-8", "surrogateescape")

    def dynamic_section(self) -> None:
        """The dynamic section, its strings, and the versions."""
        places = [s for s in self.header.segments if s.kind == PT_DYNAMIC and s.length]
        if not places:
            return
        file = self.file
        dynamic = self.attempt(lambda: read_dynamic(file, places[0].offset, places[0].length))
        strings = self.attempt(lambda: StringTable.read(file, dynamic)) if dynamic and dynamic.values else None
        if dynamic is None or strings is None:
            return
        self.dynamic, self.strings = dynamic, strings
        self.attempt(lambda: read_definitions(file, dynamic, strings, self.versions))
        self.attempt(lambda: read_needs(file, dynamic, strings, self.versions))
        self.soname = self._text(DT_SONAME, "the SONAME")

    @property
    def is_program(self) -> bool:
        """As `ElfFile.is_program`."""
        if self.header.kind == EXECUTABLE:
            return True
        return self.soname is None and (self.interpreter is not None or self._is_marked_as_program())

    def _is_marked_as_program(self) -> bool:
        return bool(self.dynamic and self.dynamic.values.get(DT_FLAGS_1, 0) & DF_1_PIE)

    def _text(self, tag: int, what: str) -> str | None:
        values = self.dynamic.values if self.dynamic else {}
        return self.attempt(lambda: self.strings.text(values[tag], what)) if tag in values else None

    def symbols(self, *, exported: bool, undefined: bool) -> None:
        """The names of the dynamic symbols."""
        if self.dynamic is None:
            return
        dynamic, machine = self.dynamic, self.header.machine
        symbols = self.attempt(lambda: Symbols(self.file, machine, dynamic, self.strings, self.versions))
        if symbols is not None:
            self.exported = self.attempt(symbols.exported) if exported else None
            self.undefined = self.attempt(symbols.undefined) if undefined else None

    def result(self) -> ElfFile:
        """Everything that was read."""
        header, layout, versions = self.header, self.header.layout, self.versions
        needed = self.dynamic.needed if self.dynamic else []
        names = [self.attempt(lambda: self.strings.text(offset, "the name of a needed library")) for offset in needed]  # noqa: B023
        return ElfFile(
            kind=header.kind,
            bits=layout.bits,
            byte_order=layout.byte_order,
            machine=header.machine,
            flags=header.flags,
            interpreter=self.interpreter,
            dynamic=self.dynamic is not None,
            position_independent_program=self._is_marked_as_program(),
            soname=self.soname,
            needed=[name for name in names if name],
            rpath=self._text(DT_RPATH, "DT_RPATH"),
            runpath=self._text(DT_RUNPATH, "DT_RUNPATH"),
            defines=versions.defines,
            requires=versions.requires,
            system=self.notes.system,
            isa_level=self.notes.isa_level,
            exported=self.exported,
            undefined=self.undefined,
            problems=self.problems,
        )
