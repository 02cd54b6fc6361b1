"""The options of commands that analyze each image in a process of its own."""

from __future__ import annotations

import click

from package_extract.cli.byte_size import ByteSize
from package_extract.cli.option_group import OptionGroup

__all__ = ["worker_options"]

worker_options = OptionGroup(
    [
        click.option(
            "--workers", type=click.IntRange(1, 1024), metavar="N", help="Images at a time.  [default: one per core]"
        ),
        click.option(
            "--memory", type=ByteSize(), help="Memory of each image's process.  [default: its share of this machine's]"
        ),
        click.option(
            "--retries",
            type=click.IntRange(0, 100),
            metavar="N",
            default=2,
            show_default=True,
            help="Further attempts where they may help.",
        ),
    ]
)
