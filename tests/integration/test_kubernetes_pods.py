"""The pods of `package-extract job`, played index by index with podman as a cluster would: any uid, read-only root.

No Kubernetes is needed: `podman kube play` takes the pod template of the Job as it is printed, and the test adds what the
Job controller and an OpenShift cluster add, the completion index and an arbitrary uid. Registry and store are real ones on
the host's loopback, hence the host's network.
"""

import base64
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from package_extract.store import open_store
from package_extract.store.documents import Documents
from tests.integration.servers import ceph, registry
from tests.integration.test_s3_store import make_bucket

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "fixtures" / "example-image.tar"
STORE = "s3://results/pods"
ANY_UID = 1000740000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with ceph(tmp_path_factory.mktemp("ceph")) as running:
        make_bucket(running.endpoint, "results")
        yield running


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A registry with two images, app:1 to app:3 being two names of one and one of the other."""
    folder = tmp_path_factory.mktemp("registry")
    other = folder / "other.tar"
    with tarfile.open(other, "w") as archive:
        member = tarfile.TarInfo("etc/os-release")
        member.size = 9
        archive.addfile(member, io.BytesIO(b"ID=other\n"))
    with registry(folder) as (address, _):
        for source, tag in (
            (f"oci-archive:{EXAMPLE}", "1"),
            (f"oci-archive:{EXAMPLE}", "2"),
            (f"tarball:{other}", "3"),
        ):
            target = f"docker://{address}/team/app:{tag}"
            subprocess.run(["skopeo", "copy", "--quiet", "--dest-tls-verify=false", source, target], check=True)
        yield address


def encoded(values):
    """As the `data` of a Secret."""
    return {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}


@pytest.fixture
def play(podman, image, server, host, tmp_path):
    """A function that plays one index of the Job and returns its exit code and what it wrote."""
    images = tmp_path / "images.txt"
    tags = ["1", "2", "3", "missing"]
    images.write_text("# of the team\n" + "".join(f"{host}/team/app:{tag}\n" for tag in tags))
    command = [sys.executable, "-m", "package_extract", "job", images, "--store", STORE, "--image", image,
               "--scratch", "1Gi", "--completions", "2", "--", "--no-tls-verify"]  # fmt: skip
    printed = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout
    config, job = yaml.safe_load_all(printed)
    # This podman wants both secrets to be there: those of volumes as manifests, those of variables as their data alone.
    pull = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "pull"}}
    pull["data"] = encoded({".dockerconfigjson": '{"auths": {}}'})
    secrets = {"pull": pull, "package-extract-store": encoded(server.environment)}
    for name, secret in secrets.items():
        podman("secret", "create", name, "-", input=json.dumps(secret))

    def run(index):
        template = json.loads(json.dumps(job["spec"]["template"]))
        pod = {"apiVersion": "v1", "kind": "Pod", **template}
        pod["metadata"]["name"] = f"scan-{index}"
        spec = pod["spec"]
        spec["hostNetwork"] = True
        spec["securityContext"] |= {"runAsUser": ANY_UID, "runAsGroup": 0}
        spec["containers"][0]["env"].append({"name": "JOB_COMPLETION_INDEX", "value": str(index)})
        podman("kube", "play", "-", input=yaml.safe_dump_all([config, pod]))
        container = f"scan-{index}-{spec['containers'][0]['name']}"
        code = int(podman("wait", container))
        logs = podman("logs", container)
        podman("pod", "rm", "--force", f"scan-{index}")
        return code, logs

    yield run
    podman("secret", "rm", *secrets)


def test_every_index(play, server, host, monkeypatch):
    code, logs = play(0)  # lines 2 and 4: app:1 and app:3
    assert code == 0, logs
    code, logs = play(1)  # lines 3 and 5: app:2, and one that is missing
    assert code == 3, logs
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    documents = Documents(open_store(STORE))
    found = {identity: json.loads(documents.get(identity)) for identity in documents.ids()}
    systems = {document["image"]["reference"]: document["results"]["os_release"]["id"] for document in found.values()}
    assert systems == {
        f"{host}/team/app:1": "debian",
        f"{host}/team/app:2": "debian",
        f"{host}/team/app:3": "other",
    }
    by_reference = {document["image"]["reference"]: document for document in found.values()}
    # The second pod took the layers that the first had read from the store.
    assert by_reference[f"{host}/team/app:2"]["run"]["cache"] == {"hits": 3, "misses": 0}
    before = {identity: documents.get(identity) for identity in found}
    assert play(0)[0] == 0  # the pod is started again: nothing is done twice
    assert {identity: documents.get(identity) for identity in documents.ids()} == before
