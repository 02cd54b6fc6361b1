"""The server (uvicorn) of one service, until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from package_extract.service.application import application
from package_extract.service.logs import begin_logging
from package_extract.service.work import Work
from package_extract.termination import end_on_signals

if TYPE_CHECKING:
    import socket

    from package_extract.service.settings import ServiceSettings

__all__ = ["serve"]

GRACE_SECONDS = 15
IDLE_SECONDS = 30


def serve(settings: ServiceSettings, listening: socket.socket, log_level: str) -> None:
    """Serve on a socket that listens already. Raises a `PackageExtractError` if the state or store cannot be used."""
    begin_logging(log_level)
    end_on_signals()  # uvicorn ends in good order and then lets the signal have its usual effect
    config = uvicorn.Config(
        application(Work(settings)),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listening])
