"""A shared library of a few hundred bytes, as far as a loader reads it (elf(5))."""

from __future__ import annotations

from struct import pack

LOAD, DYNAMIC = 1, 2
NULL, NEEDED, STRTAB, STRSZ, SONAME, VERNEED, VERNEEDNUM = 0, 1, 5, 10, 14, 0x6FFFFFFE, 0x6FFFFFFF


def make_library(needed=(), soname=None, requires=None, machine=62):
    """`requires`: symbol versions by library; `machine` 62 is x86-64."""
    strings = b"\0"

    def string(text):
        nonlocal strings
        strings += text.encode() + b"\0"
        return len(strings) - len(text) - 1

    entries = [(NEEDED, string(name)) for name in needed]
    if soname:
        entries.append((SONAME, string(soname)))
    needs = b""
    for number, (library, versions) in enumerate((requires or {}).items()):
        last = number == len(requires) - 1
        needs += pack("<HHIII", 1, len(versions), string(library), 16, 0 if last else 16 + 16 * len(versions))
        for position, version in enumerate(versions):
            needs += pack("<IHHII", 0, 0, 2, string(version), 0 if position == len(versions) - 1 else 16)
    headers = 64 + 2 * 56
    count = len(entries) + 3 + (2 if needs else 0)
    dynamic, after = headers, headers + 16 * count
    if needs:
        entries += [(VERNEED, after), (VERNEEDNUM, len(requires))]
    entries += [(STRTAB, after + len(needs)), (STRSZ, len(strings)), (NULL, 0)]
    body = b"".join(pack("<QQ", *entry) for entry in entries) + needs + strings
    size = headers + len(body)
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    segments = pack("<IIQQQQQQ", LOAD, 5, 0, 0, 0, size, size, 4096)
    segments += pack("<IIQQQQQQ", DYNAMIC, 6, dynamic, dynamic, dynamic, 16 * count, 16 * count, 8)
    return header + segments + body
