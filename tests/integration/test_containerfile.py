"""The Containerfile, built without a network on a base made by mmdebstrap, and run as a cluster would run it."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
# An arbitrary uid of OpenShift, nothing writable but two directories, no capabilities, no network.
AS_IN_A_CLUSTER = ("--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--tmpfs=/var/tmp", "--user=1000740000:0",
                   "--cap-drop=ALL", "--security-opt=no-new-privileges")  # fmt: skip


def test_reads_an_image_as_any_user_on_a_read_only_root(podman, image):
    mount = f"--volume={ROOT}/fixtures/example-image.tar:/image.tar:ro"
    document = json.loads(podman("run", *AS_IN_A_CLUSTER, mount, image, "analyze", "/image.tar", "--verify", "full"))
    assert document["results"]["os_release"]["id"] == "debian"
    assert {row["name"] for row in document["results"]["dpkg"]["packages"]} == {"base-files", "busybox", "python3-six"}
    assert {run["status"] for run in document["run"]["analyzers"]} == {"ok"}


def test_skopeo_works_inside(podman, image):
    mount = f"--volume={ROOT}/fixtures/example-image.tar:/image.tar:ro"
    inspected = podman(
        "run", *AS_IN_A_CLUSTER, mount, "--entrypoint=skopeo", image, "inspect", "oci-archive:/image.tar"
    )
    assert json.loads(inspected)["Architecture"] == "amd64"


def test_shows_help_and_is_no_root_by_default(podman, image):
    assert podman("run", "--rm", image).startswith("Usage: package-extract")
    assert podman("run", "--rm", "--entrypoint=id", image, "-u").strip() == "1001"
