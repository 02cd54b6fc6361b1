"""What we read of ELF files beside what `readelf` and `nm` print of them."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from package_extract.formats.elf import read_elf
from tests.integration.debian_libraries import MACHINES, debian_libraries
from tests.integration.images import debian_image, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.integration

TAGS = {"NEEDED": "needed", "SONAME": "soname", "RPATH": "rpath", "RUNPATH": "runpath"}


@pytest.mark.parametrize("machine", MACHINES)
def test_libraries_of_every_machine(machine: str) -> None:
    converters, others = [], []
    for path in debian_libraries(machine):
        (converters if path.parent.name == "gconv" else others).append(path)
    counts = compare([*others, *converters[::8]])  # which are 250 small libraries of one kind
    assert counts["files"] > 50
    print(f"\n{machine}: {dict(counts)} are equal to what readelf and nm print")


def test_libraries_and_programs_of_a_debian_image() -> None:
    root = debian_image().root
    counts = compare(path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())
    assert counts["files"] > 500
    print(f"\nDebian: {dict(counts)} are equal to what readelf and nm print")


def compare(paths: Iterable[Path]) -> Counter[str]:
    """Hold every ELF file against the two tools; how many items of what kind were compared."""
    require("readelf", "nm")
    counts: Counter[str] = Counter()
    for path in paths:
        with path.open("rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        found = read_elf(memoryview(path.read_bytes()), exported=True, undefined=True)
        if found.kind not in (2, 3):
            continue
        assert found.problems == [], path
        expected = {**by_readelf(path), **by_nm(path)}
        assert {name: getattr(found, name) or [] for name in expected} == expected, path
        counts["files"] += 1
        for name, value in expected.items():
            counts[name] += len(value) if isinstance(value, (list, dict)) else 1
    return counts


def by_readelf(path: Path) -> dict[str, Any]:
    text = tool("readelf", "-hdVnlW", str(path))
    found: dict[str, Any] = {"needed": [], "soname": [], "rpath": [], "runpath": [], "interpreter": []}
    for tag, value in re.findall(r"\((NEEDED|SONAME|RPATH|RUNPATH)\) .*\[(.*)\]$", text, re.MULTILINE):
        if tag == "NEEDED":
            found["needed"].append(value)
        else:
            found[TAGS[tag]] = value
    interpreter = re.search(r"Requesting program interpreter: (.*)\]", text)
    found["interpreter"] = interpreter[1] if interpreter else []
    found["defines"] = re.findall(r"Rev: 1  Flags: (?!BASE)\S+ .*Name: (\S+)$", text, re.MULTILINE)
    requires: dict[str, dict[str, bool]] = {}
    for line in text.splitlines():
        library = re.search(r"Version: 1  File: (\S+)  Cnt:", line)
        if library:
            current = requires.setdefault(library[1], {})
        version = re.search(r"^  0x\w+:\s+Name: (\S+)  Flags: (\S+)  Version: \d+$", line)
        if version:
            current[version[1]] = "WEAK" in version[2]
    found["requires"] = requires or []
    system = re.search(r"OS: Linux, ABI: ([\d.]+)", text)
    found["system"] = f"Linux {system[1]}" if system else []
    level = re.search(r"x86 ISA needed: .*?x86-64-(baseline|v\d)(?:\s|$)(?!.*x86-64)", text)
    found["isa_level"] = {"baseline": 1}.get(level[1]) or int(level[1][1:]) if level else []
    return found


def by_nm(path: Path) -> dict[str, Any]:
    exported, undefined = [], []
    lines = tool("nm", "-D", "--with-symbol-versions", str(path)).splitlines()
    for line in lines:
        address, kind, name = line[:-1].partition(" ")[0], *line.split()[-2:]
        if kind.isupper() or kind in "uvwi":  # the others are local
            (exported if address.strip() and len(line.split()) == 3 else undefined).append(name.encode())
    return {"exported": sorted(exported), "undefined": sorted(undefined)}


def tool(*command: str) -> str:
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "surrogateescape")
