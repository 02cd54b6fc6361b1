"""User names and passwords for indexes: out of their addresses, else out of .netrc, as pip has it.

They stay in this module and in the request: no address, error or log shows them.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["Credentials"]


class Credentials:
    """What to log in with, for each server (scheme, host and port)."""

    def __init__(self) -> None:
        self._headers: dict[tuple[str, str], str | None] = {}

    def add(self, url: str, credentials: tuple[str, str] | None) -> None:
        """Log in to the server of `url` with these from now on; the first ones said of a server count."""
        if credentials is not None:
            self._headers.setdefault(_server(url), _basic(*credentials))

    def header(self, url: str) -> str | None:
        """The value of the header Authorization for a request."""
        server = _server(url)
        if server not in self._headers:
            found = _from_netrc(urlsplit(url).hostname or "")
            self._headers[server] = _basic(*found) if found else None
        return self._headers[server]


def _server(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _from_netrc(host: str) -> tuple[str, str] | None:
    from netrc import NetrcParseError, netrc

    places = [os.environ["NETRC"]] if os.environ.get("NETRC") else ["~/.netrc", "~/_netrc"]
    for place in places:
        try:
            found = netrc(str(Path(place).expanduser())).authenticators(host)
        except (OSError, NetrcParseError, UnicodeError, RuntimeError):
            continue
        if found is not None:
            return found[0] or found[1] or "", found[2] or ""
    return None
