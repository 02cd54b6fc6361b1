"""skopeo(1) as a child process: its options, its credentials, its time.

A run has a process group of its own, a fixed locale, and its temporary files in our scratch directory. Credentials
reach it in a file of mode 0600, never in its arguments, which every user of the machine can read.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from package_extract.errors import AccessDenied, InvalidReference, ToolMissing, TransferFailed
from package_extract.image.json_documents import MAXIMUM_DOCUMENT
from package_extract.image.skopeo_errors import TransientFailure, skopeo_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from package_extract.image.options import OpenOptions
    from package_extract.image.scratch import Scratch
    from package_extract.reference import Reference

__all__ = ["Skopeo"]

_ATTEMPTS = 5
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_POLL = 0.05
_GRACE = 10
_MAXIMUM_STDERR = 1 << 16


class Skopeo:
    """Runs skopeo for one reference until a common deadline."""

    def __init__(self, reference: Reference, options: OpenOptions, scratch: Scratch, cancelled: Event) -> None:
        """`ToolMissing` if there is no skopeo; `AccessDenied` if the credentials named are not there."""
        found = shutil.which("skopeo")
        if found is None:
            raise ToolMissing(
                f"{reference.transport} images are fetched by skopeo, which is not installed; install it with "
                "'apt-get install skopeo', 'dnf install skopeo' or 'brew install skopeo'"
            )
        self._executable, self._scratch, self._cancelled = found, scratch, cancelled
        self._image, self._repository, self._options = str(reference), reference.repository, options
        self._deadline = time.monotonic() + options.timeout
        self._secrets: list[str] = []
        self._access = self._access_options(reference) if reference.transport == "docker" else []
        os.makedirs(scratch.join("tmp"), exist_ok=True)

    def inspect(self, source: str, *options: str) -> bytes:
        """`skopeo inspect --raw`: the bytes of a manifest or index, or of the configuration with "--config"."""
        words = ["inspect", "--raw", *options, *(f"--{option}" for option in self._access), source]
        output = self._scratch.join("stdout-config" if options else "stdout")
        self._with_retries(words, output, lambda: 0)
        with open(output, "rb") as file:
            return file.read(MAXIMUM_DOCUMENT + 1)

    def copy(self, source: str, directory: str, landed: Callable[[], int]) -> None:
        """`skopeo copy` into an OCI layout; blobs that are there from an earlier attempt are kept.

        `landed` counts the bytes that have arrived: without growth the transfer is stalled.
        """
        words = ["copy", "--quiet", "--dest-oci-accept-uncompressed-layers"]
        words += [*(f"--src-{option}" for option in self._access), source, f"oci:{directory}"]
        self._with_retries(words, self._scratch.join("stdout-copy"), landed, directory)

    def _with_retries(
        self, words: list[str], output: str, landed: Callable[[], int], directory: str | None = None
    ) -> None:
        """Run until it ends well; attempts that brought nothing whole count, those that brought something do not."""
        failures, best = 0, landed()
        while True:
            try:
                return self._run(words, output, landed)
            except TransientFailure:
                if directory is not None:
                    _remove_partial_blobs(directory, self._scratch.join("tmp"))
                now = landed()
                failures = failures + 1 if now <= best else 1
                best = max(best, now)
                if failures >= _ATTEMPTS:
                    raise
            pause = min(_FIRST_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE, self._deadline - time.monotonic())
            if self._cancelled.wait(max(pause, 0)):
                raise TransferFailed(f"the transfer of {self._image} was stopped")

    def _run(self, words: list[str], output: str, landed: Callable[[], int]) -> None:
        limit = f"--command-timeout={int(self._options.timeout) + _GRACE}s"  # should we be killed before it
        command = [self._executable, f"--tmpdir={self._scratch.join('tmp')}", limit, *_policy(), *words]
        environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": "", "TMPDIR": self._scratch.join("tmp")}
        errors = f"{output}.errors"
        with open(output, "wb") as stdout, open(errors, "wb") as stderr:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=environment,
                start_new_session=True,
            )
        try:
            self._watch(process, landed)
        finally:
            _end(process)
        if process.returncode:
            with open(errors, "rb") as file:
                file.seek(max(0, os.path.getsize(errors) - _MAXIMUM_STDERR))
                text = file.read().decode("utf-8", "replace")
            raise skopeo_error(text, self._image, self._repository, self._secrets)

    def _watch(self, process: subprocess.Popen[bytes], landed: Callable[[], int]) -> None:
        """Wait for the end, the deadline, a stall, or until nobody wants the image any more."""
        best, since = landed(), time.monotonic()
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_POLL)
                return
            now = time.monotonic()
            count = landed()
            if count != best:
                best, since = count, now
            if self._cancelled.is_set():
                raise TransferFailed(f"the transfer of {self._image} was stopped")
            if now > self._deadline:
                raise TransferFailed(
                    f"{self._image} could not be fetched within {self._options.timeout:g} seconds; raise --timeout"
                )
            if now - since > self._options.stall_timeout:
                raise TransientFailure(
                    f"the transfer of {self._image} stalled: no byte for {self._options.stall_timeout:g} seconds; try "
                    "again later"
                )

    def _access_options(self, reference: Reference) -> list[str]:
        """Options about credentials and certificates, without the dashes and the "src-" that `copy` wants."""
        options = self._options
        access = [] if options.tls_verify else ["tls-verify=false"]
        if options.cert_dir is not None:
            if not os.path.isdir(options.cert_dir):
                raise InvalidReference(f"the directory of certificates {options.cert_dir} does not exist")
            access.append(f"cert-dir={options.cert_dir}")
        authfile = self._authfile(reference)
        return access if authfile is None else [*access, f"authfile={authfile}"]

    def _authfile(self, reference: Reference) -> str | None:
        username = self._options.username or reference.username
        password = self._options.password if self._options.username else reference.password
        if username is None:
            authfile = self._options.authfile
            if authfile is not None and not os.access(authfile, os.R_OK):
                raise AccessDenied(f"the authfile {authfile} does not exist or may not be read")
            return authfile
        pair = f"{username}:{password or ''}"
        encoded = base64.b64encode(pair.encode()).decode()
        self._secrets = [secret for secret in (encoded, pair, password) if secret]
        content = json.dumps({"auths": {reference.registry: {"auth": encoded}}}).encode()
        return self._scratch.write_private("auth.json", content)


def _policy() -> list[str]:
    """Nothing where a trust policy is installed (containers-policy.json(5)); without one skopeo would refuse to run."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    places = (os.path.join(home, "containers/policy.json"), "/etc/containers/policy.json")
    return [] if any(map(os.path.exists, places)) else ["--insecure-policy"]


def _remove_partial_blobs(layout: str, temporary: str) -> None:
    """Remove what a killed skopeo left behind, as it would have done itself."""
    for directory, prefix in ((layout, "oci-put-blob"), (temporary, "")):
        with contextlib.suppress(OSError), os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith(prefix) and entry.is_file(follow_symlinks=False):
                    os.unlink(entry.path)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
