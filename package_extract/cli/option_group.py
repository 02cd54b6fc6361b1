"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["OptionGroup"]

Command = TypeVar("Command", bound="Callable[..., object]")


class OptionGroup:
    """A decorator that adds all of its options to a command, in the order of the command's help."""

    def __init__(self, options: Sequence[Callable[[Any], Any]]) -> None:
        self._options = options

    def __call__(self, command: Command) -> Command:
        """The command with the options."""
        for option in reversed(self._options):
            command = option(command)
        return command
