"""Documents beside their images, on a real registry on loopback with TLS and htpasswd."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from package_extract.document.reading import InvalidDocument
from package_extract.document.writing import encode
from package_extract.errors import AccessDenied, InvalidReference, NoSuchImage, TransferFailed
from package_extract.image.digest import digest_of
from package_extract.options import AnalyzeOptions
from package_extract.pipeline import run
from package_extract.reference import parse_reference
from package_extract.registry.attached import ARTIFACT_TYPE, attach, attached
from package_extract.registry.client import Repository
from tests.integration.test_registry import PASSWORD, Registry, registry, write_authfile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

__all__ = ["registry"]


@pytest.fixture(scope="module")
def document(registry: Registry) -> bytes:
    return encode(run(registry.reference("t/multi:1"), AnalyzeOptions(open=registry.options)))


def repository(registry: Registry, name: str = "t/multi:1", *, push: bool = True) -> Repository:
    return Repository(parse_reference(registry.reference(name)), registry.options, push=push)


def manifest_digest(document: bytes) -> str:
    return str(json.loads(document)["image"]["digest"])


def test_nothing_is_there_before(registry: Registry) -> None:
    assert attached(registry.reference("t/big:1"), registry.options) is None


def test_what_was_attached_is_found(registry: Registry, document: bytes) -> None:
    digest = attach(document, registry.reference("t/multi:1"), registry.options)
    assert attach(document, registry.reference("t/multi:1"), registry.options) == digest
    assert attached(registry.reference("t/multi:1"), registry.options) == json.loads(document)
    assert attached(registry.reference(f"t/multi@{manifest_digest(document)}"), registry.options) == json.loads(
        document
    )
    assert attached(registry.reference("t/multi:1"), registry.options._replace(platform="linux/arm64")) is None


def test_the_artifact_is_as_the_specification_has_it(registry: Registry, document: bytes) -> None:
    digest = attach(document, registry.reference("t/multi:1"), registry.options)
    at = repository(registry, push=False)
    try:
        manifest = json.loads(at.manifest(digest) or b"")
        index = json.loads(at.manifest(manifest_digest(document).replace(":", "-")) or b"")
    finally:
        at.close()
    assert manifest["artifactType"] == ARTIFACT_TYPE
    assert manifest["subject"]["digest"] == manifest_digest(document)
    assert manifest["layers"] == [{"mediaType": ARTIFACT_TYPE, "digest": digest_of(document), "size": len(document)}]
    assert [entry["digest"] for entry in index["manifests"]] == [digest]


def test_the_newest_of_several_counts_and_a_foreign_one_does_not(registry: Registry, document: bytes) -> None:
    newer = json.loads(document)
    newer["run"]["started_at"] = "2999-01-01T00:00:00Z"
    attach(encode(newer), registry.reference("t/multi:1"), registry.options)
    assert attached(registry.reference("t/multi:1"), registry.options) == newer
    other = json.loads(document)
    other["image"]["digest"] = "sha256:" + "1" * 64
    other["run"]["started_at"] = "3000-01-01T00:00:00Z"
    with pytest.raises(InvalidDocument, match="another image"):
        attach(encode(other), registry.reference("t/multi:1"), registry.options)
    _push_lie(registry, encode(other), manifest_digest(document))
    assert attached(registry.reference("t/multi:1"), registry.options) == newer


def _push_lie(registry: Registry, data: bytes, image: str) -> None:
    """An artifact that refers to the image with a document of another one, listed as the newest."""
    from package_extract.registry import attached as module

    at = repository(registry)
    try:
        subject = module._subject(at, "1", image, "t/multi:1")
        at.push_blob(data)
        manifest = module._artifact(data, subject, "3000-01-01T00:00:00Z")
        at.push_manifest(digest_of(manifest), manifest, module._MANIFEST)
        entry = module._descriptor(manifest, module._MANIFEST) | {"artifactType": ARTIFACT_TYPE}
        module._list(at, image, entry | module._annotations("3000-01-01T00:00:00Z"))
    finally:
        at.close()


def test_the_command(registry: Registry, document: bytes, tmp_path: Path) -> None:
    (tmp_path / "document.json").write_bytes(document)
    image = registry.reference("t/multi:1")
    access = ["--cert-dir", str(registry.folder / "ca"), "--username", "scan"]
    environment = {**os.environ, "PACKAGE_EXTRACT_PASSWORD": PASSWORD, "XDG_CACHE_HOME": str(tmp_path)}

    def started(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "package_extract", *arguments, *access]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)

    pushed = started("attach", "document.json", image)
    assert (pushed.returncode, pushed.stderr) == (0, "")
    assert pushed.stdout.startswith("sha256:")
    found = started("analyze", image, "--attached", "--platform", "linux/amd64")
    assert json.loads(found.stdout)["image"]["digest"] == manifest_digest(document)
    assert json.loads(found.stdout)["run"]["started_at"] != json.loads(document)["run"]["started_at"]  # the newest
    elsewhere = started("analyze", image, "--attached", "--platform", "linux/arm64")
    assert json.loads(elsewhere.stdout)["image"]["platform"]["architecture"] == "arm64"
    assert started("analyze", image, "--attached", "--symbols").returncode == 2


def test_errors(registry: Registry, document: bytes) -> None:
    image, options = registry.reference("t/multi:1"), registry.options
    wrong = write_authfile(registry.folder / "wrong.json", [f"localhost:{registry.port}"], "wrong")
    for bad in (options._replace(authfile=str(wrong)), options._replace(authfile=None, username="scan", password="no")):
        with pytest.raises(AccessDenied) as denied:
            attach(document, image, bad)
        assert PASSWORD not in str(denied.value)
    with pytest.raises(AccessDenied, match="cannot be read"):
        attached(image, options._replace(authfile="/nowhere.json"))
    with pytest.raises(NoSuchImage):
        attached(registry.reference("t/nothing:1"), options)
    with pytest.raises(TransferFailed, match="certificate"):
        attached(image, options._replace(cert_dir=None))
    with pytest.raises(InvalidReference, match="not in a registry"):
        attach(document, f"dir:{registry.folder}", options)
    with pytest.raises(InvalidDocument):
        attach(b"{}", image, options)
