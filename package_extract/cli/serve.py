"""`package-extract serve`."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.byte_size import ByteSize
from package_extract.cli.reading_options import reading_options, settings
from package_extract.cli.store_option import store_option
from package_extract.cli.worker_options import worker_options

if TYPE_CHECKING:
    import socket

__all__ = ["serve"]

EPILOG = """\b
Needs `pip install 'package-extract[service]'`. The interface is described at
/docs and /openapi.json of the running service, the whole of it in
docs/service.md. SIGTERM ends it; what is not done then, or was being done when
it was killed, is done after the next start.

\b
Examples:
  package-extract serve --store results --state state
  package-extract serve --store s3://bucket/analysis --state /var/lib/service \\
      --host 0.0.0.0 --token-file tokens.txt --registry quay.io
"""


@click.command(epilog=EPILOG)
@store_option
@click.option(
    "--state", metavar="DIRECTORY", required=True, type=click.Path(file_okay=False),
    help="Directory of this service alone: the requests it has accepted.",
)  # fmt: skip
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8080,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--token-file", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
    help="Clients and the SHA-256 of their tokens; needed for any --host but this machine itself.",
)  # fmt: skip
@click.option("--no-tokens", is_flag=True, help="Let everybody in who reaches --host.")
@worker_options
@click.option(
    "--images", metavar="DIRECTORY", type=click.Path(exists=True, file_okay=False),
    help="Clients may also name archives and layouts below this directory.",
)  # fmt: skip
@click.option(
    "--registry", "registries", metavar="HOST", multiple=True,
    help="Only images of this registry; may be given several times.  [default: any]",
)  # fmt: skip
@click.option("--rate", type=click.FloatRange(0, min_open=True), metavar="N", default=200, show_default=True,
              help="Requests per second and client.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1), metavar="N", default=256, show_default=True,
              help="Requests answered at a time.")  # fmt: skip
@click.option("--max-request", type=ByteSize(), help="Bytes of a request's body.  [default: 1M]")
@click.option("--max-pending", type=click.IntRange(1), metavar="N", default=10_000, show_default=True,
              help="Requests that may wait.")  # fmt: skip
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info",
              show_default=True, help="Least severity of the lines on standard error, which are JSON.")  # fmt: skip
@reading_options
def serve(store: str, state: str, host: str, port: int, **how: Any) -> None:
    """Serve analyses over HTTP: images in, documents out, into and from a store."""
    names = ("token_file", "no_tokens", "workers", "memory", "retries", "images", "registries", "rate", "concurrency",
             "max_request", "max_pending", "log_level")  # fmt: skip
    options = {name: how.pop(name) for name in names}
    if not (options["token_file"] or options["no_tokens"] or _is_loopback(host)):
        raise click.UsageError(f"--host {host} is open to others; give --token-file FILE, or --no-tokens")
    timeout, jobs = how["timeout"], how["jobs"]
    analyze = settings(**how)._replace(jobs=jobs or 1)

    from pathlib import Path

    from package_extract.batch.memory import share_of_memory
    from package_extract.errors import ToolMissing
    from package_extract.parallel import available_cores

    try:
        from package_extract.service.server import serve as run
        from package_extract.service.settings import ServiceSettings
    except ImportError as error:
        raise ToolMissing(f"serve needs {error.name}: pip install 'package-extract[service]'") from error
    workers = options["workers"] or available_cores()
    limits = {"timeout": timeout, "body_bytes": options["max_request"]}
    service = ServiceSettings(
        analyze,
        store,
        Path(state),
        workers=workers,
        memory=options["memory"] or share_of_memory(workers),
        retries=options["retries"],
        images=Path(options["images"]) if options["images"] else None,
        registries=options["registries"],
        tokens=Path(options["token_file"]) if options["token_file"] else None,
        rate=options["rate"],
        concurrency=options["concurrency"],
        pending=options["max_pending"],
        **{name: value for name, value in limits.items() if value is not None},
    )
    listening = _listen(host, port)
    click.echo(f"serving on http://{_shown(listening)}, described at /docs", err=True)
    run(service, listening, options["log_level"])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    import socket

    from package_extract.errors import PackageExtractError

    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise PackageExtractError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error


def _shown(listening: socket.socket) -> str:
    address, port = listening.getsockname()[:2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
