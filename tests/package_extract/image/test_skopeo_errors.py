"""What skopeo says, in its own words (1.9.3), and what it means."""

from __future__ import annotations

import pytest

from package_extract.errors import (
    AccessDenied,
    CorruptImage,
    NoSuchImage,
    PackageExtractError,
    TransferFailed,
    UnsupportedMediaType,
)
from package_extract.image.skopeo_errors import TransientFailure, skopeo_error

SAID = [
    ('reading manifest 9 in x/denied: manifest unknown: manifest unknown', NoSuchImage),
    ('reading manifest 9 in x/denied: name unknown: repository not found', NoSuchImage),
    ('unable to retrieve auth token: invalid username/password: unauthorized: authentication required', AccessDenied),
    ('requested access to the resource is denied', AccessDenied),
    ('Get \\"https://x/v2/\\": x509: certificate signed by unknown authority', TransferFailed),
    ('Get \\"https://x/v2/\\": http: server gave HTTP response to HTTPS client', TransferFailed),
    ('Get \\"https://x/v2/\\": dial tcp: lookup x/denied on 1.1.1.1:53: no such host', TransferFailed),
    ('Get \\"https://x/v2/\\": dial tcp 127.0.0.1:9: connect: connection refused', TransferFailed),
    ('writing blob: storing blob to file: happened during read: unexpected EOF', TransientFailure),
    ('read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer', TransientFailure),
    ('received unexpected HTTP status: 503 Service Unavailable', TransientFailure),
    ('initializing source docker://x: unsupported schema version 3', UnsupportedMediaType),
    ('writing blob: Digest did not match, expected sha256:1, got sha256:2', CorruptImage),
    ('getting username and password: exec: \\"docker-credential-x\\": executable file not found in $PATH', AccessDenied),
    ('something that nobody has seen', TransferFailed),
]  # fmt: skip


@pytest.mark.parametrize(("said", "kind"), SAID)
def test_meaning(said: str, kind: type[PackageExtractError]) -> None:
    stderr = (
        f'time="2024-01-01T00:00:00Z" level=warning msg="x"\ntime="2024-01-01T00:00:00Z" level=fatal msg="{said}"\n'
    )
    error = skopeo_error(stderr, "docker://x/denied:9", "x/denied", [])
    assert type(error) is kind
    assert said.replace('\\"', '"')[-200:] in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(("name", "host"), [("pyhton", "docker.io"), ("quay.io:5000/a/b", "quay.io:5000")])
def test_the_host_that_is_not_known_is_named(name: str, host: str) -> None:
    error = skopeo_error("dial tcp: lookup x: no such host", f"{name}:1", name, [])
    assert str(error).startswith(f"the host of {name}:1, {host}, is not known here; check the name")


def test_secrets_are_masked() -> None:
    said = 'level=fatal msg="bad auth me:hunter2 bWU6aHVudGVyMg=="'
    error = skopeo_error(said, "a", "a", ["bWU6aHVudGVyMg==", "hunter2"])
    assert "hunter2" not in str(error)
    assert "bWU6" not in str(error)


@pytest.mark.parametrize("stderr", ["", "\n\n", "panic: \x00\x1b[31m", "x" * 100_000])
def test_strange_output(stderr: str) -> None:
    assert len(str(skopeo_error(stderr, "x", "x", []))) < 500
