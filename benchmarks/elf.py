"""Reading ELF files: ours beside `readelf` and pyelftools, over the same files, in CPU seconds.

    python -m benchmarks.elf DIRECTORY...

Each reads dynamic sections, version definitions and needs, and the names of all exported symbols. Ours also sorts and
digests them. `readelf` is started for each file, as by a program that asks it about one, and for many files at once, so
that its start does not count. Each number is the least of some rounds, taken in turn, so that a busy machine is equally
bad for all; pyelftools runs once.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.formats.elf import read_elf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["main"]

ROUNDS = 3
BARS = {"readelf": 12, "readelf_at_once": 6, "pyelftools": 25}
"""How many times faster we have to be."""
FILES_AT_ONCE = 500


def libraries(places: Sequence[str]) -> Iterator[str]:
    """The shared libraries below directories, each file once."""
    seen = set()
    for place in places:
        for path in sorted(Path(place).rglob("*.so*")):
            if path.is_file() and not path.is_symlink():
                status = path.stat()
                with path.open("rb") as file:
                    if file.read(4) == b"\x7fELF" and (status.st_dev, status.st_ino) not in seen:
                        seen.add((status.st_dev, status.st_ino))
                        yield str(path)


def ours(files: Sequence[str]) -> int:
    """Number of exported symbols, as `package_extract` reads them."""
    found = 0
    for path in files:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            with memoryview(mapped) as content:
                try:
                    exported = read_elf(content, exported=True).exported
                except FormatError:
                    continue
            if exported:
                hashlib.sha256(b"\n".join(exported)).hexdigest()
                found += len(exported)
    return found


def readelf(files: Sequence[str]) -> int:
    """`readelf -dVW --dyn-syms` for each file; what it prints is thrown away."""
    for path in files:
        _readelf(path)
    return 0


def readelf_at_once(files: Sequence[str]) -> int:
    """The same with many files on a command line."""
    for start in range(0, len(files), FILES_AT_ONCE):
        _readelf(*files[start : start + FILES_AT_ONCE])
    return 0


def _readelf(*files: str) -> None:
    command = ["readelf", "-dVW", "--dyn-syms", *files]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def pyelftools(files: Sequence[str]) -> int:
    """Number of exported symbols, as pyelftools reads them from the sections."""
    from elftools.common.exceptions import ELFError
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.elffile import ELFFile
    from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection
    from elftools.elf.sections import SymbolTableSection

    found = 0
    for path in files:
        with open(path, "rb") as file:
            try:
                for section in ELFFile(file).iter_sections():
                    if isinstance(section, DynamicSection):
                        _ = [tag.entry for tag in section.iter_tags()]
                    elif isinstance(section, (GNUVerDefSection, GNUVerNeedSection)):
                        _ = [[part.name for part in parts] for _, parts in section.iter_versions()]
                    elif isinstance(section, SymbolTableSection) and section.name == ".dynsym":
                        found += sum(1 for symbol in section.iter_symbols() if _is_exported(symbol))
            except ELFError:
                continue
    return found


def _is_exported(symbol: Any) -> bool:
    return symbol.name and symbol["st_shndx"] != "SHN_UNDEF" and symbol["st_info"]["bind"] != "STB_LOCAL"


def seconds(reader: Callable[[Sequence[str]], int], files: Sequence[str]) -> tuple[float, int]:
    """CPU seconds of this process and of what it started, and what the reader returns."""
    before = _spent()
    found = reader(files)
    return _spent() - before, found


def _spent() -> float:
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + started.ru_utime + started.ru_stime


def main(places: Sequence[str]) -> int:
    """Print the times; 1 if a bar is not reached."""
    files = list(libraries(places))
    size = sum(os.path.getsize(path) for path in files)
    if not files:
        print("no shared libraries there", file=sys.stderr)
        return 2
    best: dict[str, float] = {}
    for number in range(ROUNDS):
        for reader in (ours, readelf, readelf_at_once, pyelftools):
            if reader is pyelftools and number:
                continue  # so slow that once is enough
            try:
                spent, found = seconds(reader, files)
            except (ImportError, FileNotFoundError) as error:
                print(f"{reader.__name__}: {error}", file=sys.stderr)
                continue
            best[reader.__name__] = min(spent, best.get(reader.__name__, spent))
            if found and not number:
                print(f"{reader.__name__}: {found:,} exported symbols")
    print(f"{len(files):,} files, {size / 1e6:,.0f} MB")
    short = False
    for name, spent in best.items():
        ratio = spent / best["ours"]
        bar = BARS.get(name, 0)
        short |= ratio < bar
        print(f"{name:16}{spent:8.3f} s" + (f"{ratio:8.1f} times ours (bar {bar})" if bar else ""))
    return int(short)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
