"""The options of commands that solve for one target: its bounds, and what it is."""

from __future__ import annotations

import click

from package_extract.cli.option_group import OptionGroup

__all__ = ["target_options"]

target_options = OptionGroup([
    click.option("-c", "--constraint", "constraints", metavar="FILE", multiple=True,
                 help="Bounds on what gets installed."),
    click.option("--image", metavar="DOC", help="What `package-extract analyze` wrote."),
    click.option("--python", metavar="PATH", help="An interpreter or environment of the image."),
    click.option("--target", metavar="WORDS", help='A target without an image: "cpython 3.11 glibc 2.28 x86_64".'),
    click.option("--installed", type=click.Choice(["prefer", "pin", "ignore", "latest"]), default="prefer",
                 show_default=True, help="What happens to packages that the image has."),
])  # fmt: skip
