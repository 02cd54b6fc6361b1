"""How an image is to be opened: which platform, with which credentials, within which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["OpenOptions"]


class OpenOptions(NamedTuple):
    """Everything that a door may ask for; each door takes what concerns it."""

    platform: str | None = None
    """"os/architecture[/variant]" in Go's names ("linux/arm64/v8"); None for linux on this machine's architecture."""
    authfile: str | None = None
    """Credentials in the form of containers-auth.json(5); None leaves the choice to skopeo's own search."""
    username: str | None = None
    password: str | None = None
    tls_verify: bool = True
    cert_dir: str | None = None
    """Directory with `*.crt` of authorities, and `*.cert` and `*.key` of the client (containers-certs.d(5))."""
    timeout: float = 3600.0
    """Seconds for everything that comes over a network or from a daemon."""
    stall_timeout: float = 60.0
    """Seconds without a new byte after which a transfer counts as stalled and is tried again."""
    verify: Literal["digest", "full", "none"] = "digest"
    scratch: str | None = None
    """Directory for temporary files; None for TMPDIR, then /var/tmp, because /tmp is often memory."""
    spool_limit: int = 64 << 30
    """Bytes that a compressed archive or an image from a daemon may take as a temporary file."""
    progress: Callable[[int, int], None] | None = None
    """Called now and then from another thread with the bytes that have landed and the bytes that will."""
    needed: Callable[[Iterable[str]], set[str]] | None = None
    """Called with the digests of an image's layers before they are transferred: which of them are wanted. The others
    stay where they are until they are opened all the same. None for all of them."""

    def __repr__(self) -> str:
        """Without the password."""
        values = self._replace(password=None if self.password is None else "***")
        return f"OpenOptions({', '.join(f'{name}={value!r}' for name, value in values._asdict().items())})"
