"""A store in an S3 bucket, through obstore.

Credentials, region and endpoint come from the usual variables: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
`AWS_SESSION_TOKEN`, `AWS_REGION` or `AWS_DEFAULT_REGION`, `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`. A key is created
with `If-None-Match: *`, which Amazon, Ceph and others decide atomically.
"""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from package_extract.errors import AccessDenied, InvalidReference, StoreFailed, ToolMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from obstore.store import S3Config

__all__ = ["S3"]

REQUEST_SECONDS = 60
RETRIES = 4
METADATA_SERVICE = "169.254.169.254"
"""Of machines at Amazon, which may have a role instead of keys."""
RETRIED_FOR = timedelta(seconds=30)


class S3:
    """`Store` at "BUCKET/PREFIX"."""

    def __init__(self, location: str) -> None:
        try:
            import obstore
            from obstore import store
        except ImportError as error:
            raise ToolMissing("an s3:// store needs obstore: pip install 'package-extract[s3]'") from error
        bucket, _, prefix = location.partition("/")
        if not bucket:
            raise InvalidReference(f"'s3://{location}' names no bucket; write s3://BUCKET/PREFIX")
        self._obstore = obstore
        self._url = f"s3://{location}"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        config: S3Config = {"endpoint": endpoint} if endpoint else {}
        with self._told("opened"):
            self._store = store.S3Store(
                bucket,
                config=config,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "timeout": timedelta(seconds=REQUEST_SECONDS),
                },
                retry_config={"max_retries": RETRIES, "retry_timeout": RETRIED_FOR},
            )

    def create(self, key: str, data: bytes) -> bool:
        """As `Store.create`."""
        from obstore.exceptions import AlreadyExistsError

        with self._told("written"):
            try:
                self._obstore.put(self._store, self._prefix + key, data, mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False
        return True

    def replace(self, key: str, data: bytes) -> None:
        """As `Store.replace`."""
        with self._told("written"):
            self._obstore.put(self._store, self._prefix + key, data, use_multipart=False)

    def get(self, key: str) -> bytes | None:
        """As `Store.get`."""
        with self._told("read"):
            try:
                return bytes(self._obstore.get(self._store, self._prefix + key).bytes())
            except FileNotFoundError:
                return None

    def keys(self, prefix: str) -> Iterator[str]:
        """As `Store.keys`."""
        with self._told("read"):
            for page in self._obstore.list(self._store, self._prefix + prefix):
                for entry in page:
                    yield entry["path"].removeprefix(self._prefix)

    @contextlib.contextmanager
    def _told(self, verb: str) -> Iterator[None]:
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise AccessDenied(
                f"the store {self._url} refuses access; check AWS_ACCESS_KEY_ID and the policy"
            ) from error
        except (BaseError, OSError) as error:
            if METADATA_SERVICE in str(error):  # what the client asks last, where the environment has no credentials
                advice = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                raise AccessDenied(f"there are no credentials for the store {self._url}; {advice}") from error
            raise StoreFailed(f"the store {self._url} could not be {verb}: {_sentence(error)}") from error


def _sentence(error: Exception) -> str:
    """The part of a message that people need; the rest is Rust's debugging output."""
    return str(error).partition("\n\nDebug source:")[0].strip().replace("\n", " ")[:500]
