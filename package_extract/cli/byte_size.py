"""A number of bytes as an option takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

__all__ = ["ByteSize"]

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


if TYPE_CHECKING:
    NumberOfBytes = click.ParamType[int]
else:
    NumberOfBytes = click.ParamType  # which takes no type before click 8.4


class ByteSize(NumberOfBytes):
    """`500`, `64K`, `32M`, `10G`, `1T`: powers of 1024."""

    name = "bytes"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        digits = value.upper().removesuffix("B").removesuffix("I")
        unit = digits[-1:] if digits[-1:] in {"K", "M", "G", "T"} else ""
        number = digits.removesuffix(unit)
        if not (number.isascii() and number.isdigit() and int(number) > 0):
            self.fail(f"{value!r} is not a size; write 500, 64K, 32M, 10G or 1T", param, ctx)
        return int(number) * UNITS[unit]
