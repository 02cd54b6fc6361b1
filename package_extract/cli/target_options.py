"""The options of commands that solve for one target: its bounds, and what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.option_group import OptionGroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.target import Target

__all__ = ["chosen_target", "target_options"]

target_options = OptionGroup([
    click.option("-c", "--constraint", "constraints", metavar="FILE", multiple=True,
                 help="Bounds on what gets installed; may be given several times."),
    click.option("--image", metavar="DOCUMENT", help="What `package-extract analyze` wrote."),
    click.option("--python", metavar="PATH",
                 help="An interpreter or environment of the image.  [default: the first on PATH]"),
    click.option("--target", metavar="WORDS", help='A target without an image: "cpython 3.11 glibc 2.28 x86_64".'),
    click.option("--installed", type=click.Choice(["prefer", "pin", "ignore", "latest"]), default="prefer",
                 show_default=True, help="What happens to packages that the image has."),
])  # fmt: skip


def chosen_target(how: Mapping[str, Any]) -> Target:
    """What `--image`, `--target` and `--python` name."""
    from package_extract.resolver.resolve import target_from

    if how["image"] is None:
        return target_from(how["target"], how["python"])
    from package_extract.document.reading import load_valid

    return target_from(load_valid(how["image"]), how["python"])
