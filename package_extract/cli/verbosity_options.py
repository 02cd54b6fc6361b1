"""The options `--quiet` and `--verbose` of every command that works for a while."""

from __future__ import annotations

import click

from package_extract.cli.option_group import OptionGroup

__all__ = ["verbosity_options"]


def verbosity_options(
    quiet: str = "Nothing on standard error but errors.", verbose: str = "Say on standard error what is going on."
) -> OptionGroup:
    """Both, with what they mean for the command; `--verbose` also shows where an error comes from."""
    return OptionGroup(
        [
            click.option("-q", "--quiet", is_flag=True, help=quiet),
            click.option("-v", "--verbose", is_flag=True, callback=_remember, help=verbose),
        ]
    )


def _remember(context: click.Context, _parameter: click.Parameter, verbose: bool) -> bool:
    """Tell the end of the run."""
    if context.obj is not None:
        context.obj.verbose = verbose
    return verbose
