"""Files of requirements and constraints that are named by an address, as pip takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import InvalidRequirementsFile, Offline
from package_extract.resolver.index.credentials import Credentials
from package_extract.resolver.index.urls import as_address
from package_extract.resolver.requirements.origins import LARGEST
from package_extract.resolver.source import Traffic

if TYPE_CHECKING:
    from package_extract.resolver.index.options import IndexOptions

__all__ = ["remote_file"]

_WANTED = frozenset({200})


def remote_file(url: str, options: IndexOptions) -> bytes:
    """What is at an address of http or https, asked for as indexes are: with their certificates, proxy and retries.

    Raises `Offline`, `InvalidRequirementsFile` for what is not there or no address, and what `Transport.get` raises.
    """
    from package_extract.resolver.index.transport import Transport

    address = as_address(url)
    if not address.url.startswith(("http://", "https://")):
        raise InvalidRequirementsFile(f"{address.url} is neither a file nor an address of http or https")
    if options.offline:
        raise Offline(f"{address.url} has to be fetched; allow the network, or name a file of this machine")
    credentials = Credentials()
    credentials.add(*address)
    transport = Transport(options, credentials, Traffic())
    try:
        answer = transport.get(address.url, {}, _WANTED, LARGEST)
    except LimitExceeded:
        raise InvalidRequirementsFile(f"{address.url} has more than {LARGEST} bytes") from None
    finally:
        transport.close()
    if answer.status not in _WANTED:
        raise InvalidRequirementsFile(f"{address.url} answers with status {answer.status}")
    return answer.body
