"""What the arguments and options of `resolve`, `advise` and `enumerate` ask for, under what pip is configured to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.requirements.request import Request

__all__ = ["asked_request", "refuse_unclear"]


def refuse_unclear(how: Mapping[str, Any]) -> None:
    """Raise `click.UsageError` if nothing is required, or of a target that is named in two ways."""
    if not how["requirements"] and not how["files"]:
        raise click.UsageError("say what is required: names, or -r FILE")
    if how["image"] and how["target"]:
        raise click.UsageError("--image and --target exclude each other")


def asked_request(
    requirements: Sequence[str],
    files: Sequence[str],
    index: IndexOptions,
    *,
    constraints: Sequence[str],
    **others: Sequence[str],
) -> Request:
    """The requirements; constraints and pre-releases that pip is configured for count as they do for pip."""
    from msgspec.structs import replace

    from package_extract.resolver.index.pip_configuration import PipConfiguration
    from package_extract.resolver.requirements.reading import read_request

    def fetch(url: str) -> bytes:
        from package_extract.resolver.index.remote_file import remote_file

        return remote_file(url, index)

    pip = PipConfiguration.of_this_user()
    constraints = (*pip.constraint_files(), *constraints)
    request = read_request(requirements, files, constraints=constraints, fetch=fetch, **others)
    return replace(request, prereleases=True) if pip.prereleases() else request
