"""`package-extract`: the group of all commands, each imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from package_extract import __version__
from package_extract.cli.commands import COMMANDS, help_text

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["root"]


class LazyGroup(click.Group):
    """The commands of `COMMANDS`, in the order that is given there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name."""
        del ctx
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; for a misspelt one the error names those that are like it."""
        if args[0] in COMMANDS or args[0].startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        like = " or ".join(repr(name) for name in get_close_matches(args[0], COMMANDS))
        raise click.UsageError(f"No such command {args[0]!r}." + (f" Did you mean {like}?" if like else ""), ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands with their lines in the help, none of them imported; options of the group."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=line) for name, (_, line) in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def get_help(self, ctx: click.Context) -> str:
        """The same help as without click."""
        del ctx
        return help_text().rstrip()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="package-extract %(version)s")
def root() -> None:
    """Read a container image at rest and say what is inside."""
