"""How certificates of indexes are checked: against the authorities that pip would use."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from package_extract.resolver.errors import InvalidConfiguration

if TYPE_CHECKING:
    from package_extract.resolver.index.options import IndexOptions

__all__ = ["tls_context"]

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def tls_context(options: IndexOptions, *, checked: bool) -> ssl.SSLContext:
    """The context for connections; `checked` is False for hosts that the user trusts as they are.

    The authorities are those of `options.cert`, else of the variables that `requests` honours, else the system's.
    """
    bundle = options.cert or next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    try:
        if checked and bundle:
            folder = os.path.isdir(bundle)  # noqa: PTH112
            context = ssl.create_default_context(cafile=None if folder else bundle, capath=bundle if folder else None)
        else:
            context = ssl.create_default_context()
        if options.client_cert:
            context.load_cert_chain(options.client_cert)
    except (OSError, ssl.SSLError) as error:
        culprit = options.client_cert if bundle is None else bundle
        raise InvalidConfiguration(f"the certificates in {culprit} cannot be loaded: {error.strerror}") from error
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
