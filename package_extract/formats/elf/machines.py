"""Names of machines, as `uname -m` has them (e_machine: the registry at the end of the gABI, chapter 4)."""

from __future__ import annotations

__all__ = ["machine_name"]

NAMES = {
    (2, 32): "sparc",
    (3, 32): "i386",
    (4, 32): "m68k",
    (8, 32): "mips",
    (8, 64): "mips64",
    (15, 32): "parisc",
    (20, 32): "ppc",
    (21, 64): "ppc64",
    (22, 32): "s390",
    (22, 64): "s390x",
    (40, 32): "arm",
    (42, 32): "sh4",
    (43, 64): "sparc64",
    (50, 64): "ia64",
    (62, 32): "x86_64",
    (62, 64): "x86_64",
    (183, 32): "aarch64",
    (183, 64): "aarch64",
    (243, 32): "riscv32",
    (243, 64): "riscv64",
    (247, 64): "bpf",
    (258, 32): "loongarch32",
    (258, 64): "loongarch64",
    (0x9026, 64): "alpha",
}
"""(e_machine, bits) -> name in the machine's usual byte order."""
LITTLE = {"mips": "mipsel", "mips64": "mips64el", "ppc64": "ppc64le", "ppc": "ppcle"}
BIG = {"aarch64": "aarch64_be", "arm": "armeb"}


def machine_name(machine: int, bits: int, byte_order: str) -> str:
    """The name of a machine, for example "x86_64" or "ppc64le"; "em_N" for one that is not known."""
    name = NAMES.get((machine, bits), f"em_{machine}")
    return (LITTLE if byte_order == "little" else BIG).get(name, name)
