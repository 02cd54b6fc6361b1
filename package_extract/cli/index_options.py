"""The options of commands that ask package indexes; their names are those of pip."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.cache_directory import default_cache_directory
from package_extract.cli.option_group import OptionGroup

if TYPE_CHECKING:
    from datetime import datetime

    from package_extract.resolver.index.options import IndexOptions

__all__ = ["INDEX_OPTION_NAMES", "index_options", "index_settings"]

OPTIONS = [
    click.option("-i", "--index-url", metavar="URL", help="The index to ask.  [default: as pip is configured]"),
    click.option(
        "--extra-index-url", metavar="URL", multiple=True, help="A further index; may be given several times."
    ),
    click.option(
        "-f",
        "--find-links",
        metavar="PLACE",
        multiple=True,
        help="A directory or page that lists wheels; may be given several times.",
    ),
    click.option("--no-index", is_flag=True, help="Ask no index, only what --find-links names."),
    click.option(
        "--index-strategy",
        type=click.Choice(["merge", "first"]),
        help="merge: the newest version of all indexes, as pip has it. first: only the first index that has the "
        "name.  [default: merge]",
    ),
    click.option(
        "--index-scope",
        metavar="NAMES=URL",
        multiple=True,
        envvar="PACKAGE_EXTRACT_INDEX_SCOPE",
        show_envvar=True,
        help="Look for projects of these names on this index and nowhere else: 'acme-*=https://host/simple'; "
        "may be given several times.",
    ),
    click.option(
        "--trusted-host",
        metavar="HOST",
        multiple=True,
        help="Do not check this host's certificate; may be given several times.",
    ),
    click.option(
        "--cert", metavar="FILE", type=click.Path(dir_okay=False), help="Certificate authorities to trust, PEM."
    ),
    click.option("--exclude-newer", metavar="TIME", help="Leave out files uploaded later: 2024-05-01 or RFC 3339."),
    click.option("--offline", is_flag=True, help="Use only what is in the cache."),
    click.option("--refresh", is_flag=True, help="Ask again for what is in the cache."),
    click.option(
        "--cache-dir",
        type=click.Path(file_okay=False),
        envvar="PACKAGE_EXTRACT_CACHE_DIR",
        show_envvar=True,
        help="Where to keep what indexes answered.  [default: in the user's cache directory]",
    ),
    click.option("--no-cache", is_flag=True, help="Keep nothing and use nothing that was kept."),
]

INDEX_OPTION_NAMES = (
    *("index_url", "extra_index_url", "find_links", "no_index", "index_strategy", "index_scope"),
    *("trusted_host", "cert"),
    *("exclude_newer", "offline", "refresh", "cache_dir", "no_cache"),
)
"""The parameters of `index_settings`."""

_is_pattern = re.compile(r"[A-Za-z0-9*?._-]+").fullmatch

index_options = OptionGroup(OPTIONS)


def index_settings(
    *,
    index_url: str | None,
    extra_index_url: tuple[str, ...],
    find_links: tuple[str, ...],
    no_index: bool,
    index_strategy: Any,
    index_scope: tuple[str, ...],
    trusted_host: tuple[str, ...],
    cert: str | None,
    exclude_newer: str | None,
    offline: bool,
    refresh: bool,
    cache_dir: str | None,
    no_cache: bool,
) -> IndexOptions:
    """What the options say, over what pip is configured to use."""
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.index.pip_configuration import PipConfiguration

    said = IndexOptions(
        index_url=index_url,
        extra_index_urls=extra_index_url,
        find_links=find_links,
        no_index=no_index,
        strategy=index_strategy,
        scopes=tuple(map(_scope, index_scope)),
        trusted_hosts=trusted_host,
        cert=cert,
        exclude_newer=_moment(exclude_newer) if exclude_newer else None,
        offline=offline,
        refresh=refresh,
        cache_dir=None if no_cache else os.path.join(cache_dir or default_cache_directory(), "index"),
    )
    return said.over(PipConfiguration.of_this_user().index_options())


def _scope(text: str) -> tuple[str, str]:
    names, _, url = text.partition("=")
    if not url or not _is_pattern(names):
        reason = "write names, with * for any characters, and where they are: 'acme-*=https://host/simple'"
        raise click.BadParameter(reason, param_hint="--index-scope")
    return names, url


def _moment(text: str) -> datetime:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date; write 2024-05-01", param_hint="--exclude-newer") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
