"""Names of the solver's variables: "project" or "project[extra]", with "label:" before it where there are labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.scope import Scope

__all__ = ["qualified", "split_name"]


def qualified(scope: Scope, project: str) -> str:
    """The name of the variable of a project."""
    return f"{scope.label}:{project}" if scope.label else project


def split_name(name: str) -> tuple[str, str, str]:
    """Label, project and extra of a variable's name."""
    label, _, rest = name.rpartition(":")
    project, _, extra = rest.partition("[")
    return label, project, extra.removesuffix("]")
