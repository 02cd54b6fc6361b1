"""The options of every command that reads images, and what the library makes of them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.byte_size import ByteSize
from package_extract.cli.cache_directory import default_cache_directory
from package_extract.cli.completing import analyzer_names
from package_extract.cli.option_group import OptionGroup

if TYPE_CHECKING:
    from package_extract.image.options import OpenOptions
    from package_extract.layer.limits import Limits
    from package_extract.options import AnalyzeOptions, Verify

__all__ = ["PASSWORD_VARIABLE", "access_options", "access_settings", "reading_options", "settings"]

PASSWORD_VARIABLE = "PACKAGE_EXTRACT_PASSWORD"  # noqa: S105


ACCESS = [
    click.option(
        "--authfile",
        type=click.Path(dir_okay=False),
        envvar="REGISTRY_AUTH_FILE",
        show_envvar=True,
        help="Registry credentials, as podman and docker keep them.",
    ),
    click.option("--username", metavar="NAME", help="Log in to the registry by this name."),
    click.option(
        "--password-stdin", is_flag=True, help=f"Read the password from standard input, not from {PASSWORD_VARIABLE}."
    ),
    click.option(
        "--tls-verify/--no-tls-verify",
        default=True,
        help="Whether to check the registry's certificate.  [default: yes]",
    ),
    click.option(
        "--cert-dir",
        type=click.Path(exists=True, file_okay=False),
        help="Certificates (*.crt) to trust, and client certificates.",
    ),
]
"""Those that say how a registry is reached."""

OPTIONS = [
    click.option(
        "--platform",
        metavar="OS/ARCH[/VARIANT]",
        help="Which image of a multi-platform one.  [default: this machine's]",
    ),
    click.option(
        "--analyzer",
        "analyzers",
        metavar="NAME",
        multiple=True,
        shell_complete=analyzer_names,
        help="Run only this analyzer; may be given several times. `package-extract analyzers` lists them.",
    ),
    click.option("--symbols", is_flag=True, help="List the dynamic symbols of each library, not only their number."),
    click.option(
        "--cache-dir",
        type=click.Path(file_okay=False),
        envvar="PACKAGE_EXTRACT_CACHE_DIR",
        show_envvar=True,
        help="Where to keep what was read of each layer: a directory, or a store to share (s3://BUCKET/PREFIX).  "
        "[default: in the user's cache directory]",
    ),
    click.option("--no-cache", is_flag=True, help="Keep nothing and use nothing that was kept."),
    click.option(
        "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Processes that read layers.  [default: one per core]"
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Give up fetching the image after so long.  [default: 3600]",
    ),
    click.option(
        "--verify",
        type=click.Choice(["digest", "full", "none"]),
        default="digest",
        show_default=True,
        help="digest: compressed blobs. full: also their uncompressed content. none: trust what is there.",
    ),
    *ACCESS,
    click.option(
        "--stall-timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Start a transfer again that brought no byte for so long.  [default: 60]",
    ),
    click.option("--max-layer-size", type=ByteSize(), help="Uncompressed bytes of a layer.  [default: 256G]"),
    click.option(
        "--max-ratio",
        type=click.IntRange(1),
        metavar="N",
        help="Uncompressed bytes for each compressed one.  [default: 1000]",
    ),
    click.option(
        "--max-entries", type=click.IntRange(1), metavar="N", help="Members of a layer's tar.  [default: 20000000]"
    ),
    click.option(
        "--max-name-length", type=click.IntRange(1), metavar="N", help="Bytes of a member's name.  [default: 4096]"
    ),
]

reading_options = OptionGroup(OPTIONS)

access_options = OptionGroup(ACCESS)
"""Only the options that say how a registry is reached."""


def access_settings(**options: Any) -> OpenOptions:
    """The options of `access_options` as the library takes them."""
    return _open_options(**options)


def settings(
    *,
    no_cache: bool,
    cache_dir: str | None,
    jobs: int | None,
    analyzers: tuple[str, ...],
    verify: Verify,
    symbols: bool,
    **others: Any,
) -> AnalyzeOptions:
    """The options as the library takes them."""
    from package_extract.options import AnalyzeOptions
    from package_extract.parallel import available_cores

    return AnalyzeOptions(
        open=_open_options(verify=verify, **others),
        analyzers=analyzers or None,
        analyzer_options={"abi": {"symbols": True}} if symbols else {},
        verify=verify,
        jobs=jobs or available_cores(),
        cache_dir=None if no_cache else cache_dir or default_cache_directory(),
        limits=_limits(others),
    )


def _limits(options: dict[str, Any]) -> Limits:
    from package_extract.layer.limits import Limits

    names = {
        "max_layer_size": "layer_bytes",
        "max_ratio": "ratio",
        "max_entries": "entries",
        "max_name_length": "name_length",
    }
    return Limits(**{name: options[option] for option, name in names.items() if options[option] is not None})


def _open_options(*, username: str | None, password_stdin: bool, **options: Any) -> OpenOptions:
    from package_extract.image.options import OpenOptions

    names = ("platform", "authfile", "tls_verify", "cert_dir", "timeout", "stall_timeout", "verify")
    given = {name: options[name] for name in names if options.get(name) is not None}
    return OpenOptions(username=username, password=_password(username, from_stdin=password_stdin), **given)


def _password(username: str | None, *, from_stdin: bool) -> str | None:
    if username is None:
        if from_stdin:
            raise click.UsageError("--password-stdin needs --username")
        return None
    if from_stdin:
        return sys.stdin.buffer.readline(1 << 16).decode(errors="surrogateescape").rstrip("\r\n")
    password = os.environ.get(PASSWORD_VARIABLE)
    if password is None:
        raise click.UsageError(f"--username needs a password: set {PASSWORD_VARIABLE} or give --password-stdin")
    return password
