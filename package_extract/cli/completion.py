"""`package-extract completion`."""

from __future__ import annotations

import click

from package_extract.cli.output import write_standard_output

__all__ = ["completion"]

PROGRAM = "package-extract"
VARIABLE = "_PACKAGE_EXTRACT_COMPLETE"
"""What click looks at when a shell asks for completions."""

EPILOG = """\b
Examples:
  package-extract completion bash > ~/.local/share/bash-completion/completions/package-extract
  package-extract completion zsh > ~/.zfunc/_package-extract
  package-extract completion fish > ~/.config/fish/completions/package-extract.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the script that completes commands, options, analyzers and sections in SHELL.

    Save it where the shell looks for completions. For zsh that directory has to be in `fpath` before compinit runs.
    """
    from click.shell_completion import get_completion_class

    from package_extract.cli.root import root

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 the three are click's own
    script = kind(root, {}, PROGRAM, VARIABLE)
    text = script.source_template % script.source_vars()  # `source` would start bash to ask for its version
    text = text.replace('string split ","', 'string split --max 1 ","')  # fish: descriptions have commas, too
    context.exit(write_standard_output(text.encode()))
