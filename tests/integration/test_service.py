"""The service as a client sees it: a real server on loopback, real images, SIGKILL in the middle of work."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.integration.service import EXAMPLE, FIXTURES, Service, until
from tests.integration.wheels import make_wheel

pytestmark = pytest.mark.integration
SECRET = "correct-horse-battery-staple"
TERMINATED = 143
TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    yield service
    assert service.stop() == TERMINATED


@pytest.fixture
def fresh(tmp_path):
    started = []

    def start(*options, **more):
        started.append(Service(tmp_path, *options, **more))
        return started[-1]

    yield start
    for service in started:
        if service.process.poll() is None:
            service.stop()


def test_an_image_is_analyzed(service):
    identity = service.submit(origin="test")
    status, document = service.result(identity)
    assert (status, document["results"]["os_release"]["id"]) == (200, "debian")
    assert document["image"]["digest"]
    status, answer = service.ask("GET", f"/api/v1/analyze/{identity}/status")
    assert (status, answer["status"]["state"], answer["parameters"]["origin"]) == (200, "finished", "test")
    log = service.ask("GET", f"/api/v1/analyze/{identity}/log")[1]["log"]
    assert [line.split()[1] for line in log.splitlines()] == ["accepted", "started", "finished:"]


def test_the_same_image_has_one_document(service):
    documents = [service.result(service.submit())[1] for _ in range(2)]
    assert documents[0] == documents[1]
    assert len(list((service.directory / "store/documents").iterdir())) == 1


def test_by_hash(service):
    _, document = service.result(service.submit())
    digest = document["image"]["digest"]
    assert service.ask("GET", f"/api/v1/analyze/by-hash/{digest}") == (200, document)
    status, answer = service.ask("POST", "/api/v1/analyze", {"image": f"registry.invalid/a@{digest}"})
    assert (status, answer["cached"]) == (202, True)
    assert service.ask("GET", f"/api/v1/analyze/{answer['analysis_id']}") == (200, document)


@pytest.mark.parametrize(
    "query",
    ["os_name=debian", "os_version=12", "package_name=Click", "deb_package_name=base-files",
     "image_name=example-image", ""],
)  # fmt: skip
def test_images_are_found_by_what_is_in_them(service, query):
    service.result(service.submit())
    _, page = service.ask("GET", f"/api/v1/container-images?{query}")
    [image] = page["container_images"]
    assert service.ask("GET", f"/api/v1/analyze/{image['analysis_id']}")[0] == 200


@pytest.mark.parametrize("query", ["os_name=fedora", "package_name=torch", "symbol=GLIBC_9.9", "page=7"])
def test_what_is_in_no_image_is_not_found(service, query):
    service.result(service.submit())
    assert service.ask("GET", f"/api/v1/container-images?{query}")[1]["container_images"] == []


def test_metadata(service):
    status, answer = service.ask("POST", "/api/v1/image/metadata", {"image": EXAMPLE})
    assert status == 200
    assert answer["image"]["platform"]["os"] == "linux"
    assert all(layer["size"] is None for layer in answer["image"]["layers"])


@pytest.mark.parametrize(
    ("image", "status", "code"),
    [
        ("docker.io/UPPER/case", 400, "invalid-reference"),
        ("oci-archive:../pyproject.toml", 404, "no-such-image"),
        ("oci-archive:/etc/hostname", 404, "no-such-image"),
        ("rootfs:/", 403, "refused"),
        ("docker-daemon:a", 403, "refused"),
        ("/etc/hostname", 400, "invalid-reference"),
    ],
)
def test_refused_at_once(service, image, status, code):
    for path in ("/api/v1/analyze", "/api/v1/image/metadata"):
        got, answer = service.ask("POST", path, {"image": image})
        assert (got, answer["code"]) == (status, code)
        assert set(answer) == {"error", "code", "parameters"}


def test_failures_have_the_status_of_their_exit_code(fresh, tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    (images / "broken.tar").write_bytes((FIXTURES / "example-image.tar").read_bytes()[:300_000])
    service = fresh(images=images)
    status, answer = service.result(service.submit("oci-archive:broken.tar"))
    assert (status, answer["code"]) == (422, "corrupt-image")
    status, answer = service.result(service.submit("127.0.0.1:1/nothing:here", verify_tls=False))
    assert status == 424


def test_unknown_ids(service):
    for path in ("analyze/nothing", "analyze/nothing/log", f"analyze/by-hash/sha256:{'0' * 64}"):
        status, answer = service.ask("GET", f"/api/v1/{path}")
        assert (status, answer["code"]) == (404, "not-found")


def test_who_looks_around_is_led_to_the_page_that_describes_it_all(service):
    for path in ("/", "/docs"):
        with urllib.request.urlopen(service.url + path) as answer:
            assert answer.url == f"{service.url}/docs"
            assert b"POST /api/v1/analyze" in answer.read()
    status, answer = service.ask("GET", "/api/v2/analyze")
    assert (status, answer["error"]) == (404, "there is nothing at /api/v2/analyze; /docs tells what there is")


def test_limits(service):
    assert service.ask("POST", "/api/v1/analyze", b"x" * (2 << 20))[0] in (0, 413)
    status, answer = service.ask("POST", "/api/v1/analyze", {"image": "a", "registry_password": [SECRET]})
    assert (status, answer["code"]) == (400, "invalid-request")
    assert SECRET not in json.dumps(answer)


def test_rate(fresh):
    service = fresh("--rate", "1")
    answers = [service.ask("GET", "/api/v1/container-images")[0] for _ in range(6)]
    assert answers[0] == 200
    assert 429 in answers
    assert service.ask("GET", "/healthz")[0] == 200


def test_a_build(service):
    log = "Successfully installed six-1.17.0\n"
    body = {"output_image": {"image": EXAMPLE}, "build_log": {"log": log}}
    status, answer = service.ask("POST", "/api/v1/build-analysis", body)
    assert (status, answer["base_image_analysis"]) == (202, None)
    assert service.result(answer["output_image_analysis"]["analysis_id"])[0] == 200
    status, kept = service.ask("GET", f"/api/v1/buildlog/{answer['buildlog_document_id']}")
    assert (status, kept["log"]) == (200, log)
    assert "six" in json.dumps(kept["report"])
    assert service.ask("GET", f"/api/v1/buildlog/sha256-{'0' * 64}")[0] == 404
    status, answer = service.ask("POST", "/api/v1/build-analysis", {"base_image": {"image": "rootfs:/"}})
    assert (status, answer["code"]) == (403, "refused")


def test_advise(fresh, tmp_path, monkeypatch):
    write_wheel(tmp_path / "wheels", "demo", "1.5", requires=["other"])
    write_wheel(tmp_path / "wheels", "demo", "2.0", requires=["other>7"])
    write_wheel(tmp_path / "wheels", "other", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    service = fresh()

    def advise(requirements, images=()):
        body = {"application_stack": {"requirements": requirements}, "runtime_environment": {"base_images": images}}
        return service.ask("POST", "/api/v1/advise/python", body)

    def answer(requirements):
        path = f"/api/v1/advise/python/{advise(requirements)[1]['analysis_id']}"
        until(lambda: service.ask("GET", path)[0] != 202, service)
        return service.ask("GET", path)

    status, found = answer("demo  # the newest cannot be had")
    assert status == 200, found
    assert found["report"]["solved"]
    pins = {pin["name"]: pin["version"] for pin in found["report"]["environments"][0]["packages"]}
    assert pins == {"demo": "1.5", "other": "1"}
    status, found = answer("demo==2.0")
    assert (status, found["report"]["solved"]) == (200, False)
    assert found["report"]["conflict"]["sentences"]
    for text in ("-r /etc/passwd", "demo @ file:///etc/passwd", "demo @ https://example.org/a.whl", "./x", "#"):
        assert advise(text)[0] == 400
    assert advise("demo", ["nothing"])[0] == 404
    identity = service.submit()
    service.result(identity)
    status, accepted = advise("demo", [identity])
    assert status == 202
    path = f"/api/v1/advise/python/{accepted['analysis_id']}"
    until(lambda: service.ask("GET", path)[0] != 202, service)
    status, found = service.ask("GET", path)  # the example has no interpreter
    assert (status, found["code"]) == (404, "no-such-image")


def test_metrics(service):
    service.result(service.submit())
    text = service.ask("GET", "/metrics")[1]
    assert 'package_extract_requests{state="finished"}' in text
    assert "example-image" not in text


def test_tokens(fresh, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text(f"# clients\nci {hashlib.sha256(TOKEN.encode()).hexdigest()}\n")
    service = fresh("--token-file", str(tokens))
    path = "/api/v1/container-images"
    assert service.ask("GET", path)[0] == 401
    assert service.ask("GET", path, Authorization="Bearer wrong")[0] == 401
    assert service.ask("GET", path, Authorization=f"Basic {TOKEN}")[0] == 401
    assert service.ask("GET", path, Authorization=f"Bearer {TOKEN}")[0] == 200
    until(lambda: b'"client": "ci"' in service.errors.read_bytes(), service)  # written after the answer was sent
    assert TOKEN.encode() not in service.errors.read_bytes()


def test_a_kill_loses_no_request_and_no_credentials_are_kept(fresh, tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    for number in range(4):
        shutil.copy(FIXTURES / "example-image.tar", images / f"{number}.tar")
    service = fresh("--workers", "1", "--no-cache", images=images)
    ids = [service.submit(f"oci-archive:{number}.tar") for number in range(4)]
    secret = service.submit("127.0.0.1:1/private:1", registry_user="me", registry_password=SECRET, verify_tls=False)
    until(lambda: "running" in states(tmp_path).values(), service)
    service.kill()
    unfinished = [identity for identity, state in states(tmp_path).items() if state in ("pending", "running")]
    assert secret in unfinished
    assert len(unfinished) > 1
    assert kept_secrets(tmp_path) == []
    service.start()
    assert [service.result(identity)[0] for identity in ids] == [200] * 4
    status, answer = service.result(secret)
    assert (status, answer["code"]) == (403, "needs-credentials-again")
    assert len(list((tmp_path / "store/documents").iterdir())) == 1
    assert kept_secrets(tmp_path) == []


def test_credentials_are_in_no_file_while_they_are_used(fresh, tmp_path):
    service = fresh("--retries", "1")
    ids = [service.submit("127.0.0.1:1/private:1", registry_user="me", registry_password=SECRET),
           service.submit(f"docker://me:{SECRET}@127.0.0.1:1/private:2")]  # fmt: skip
    for identity in ids:
        status, answer = service.result(identity)
        assert status == 424
        assert SECRET not in json.dumps(answer)
        assert SECRET not in json.dumps(service.ask("GET", f"/api/v1/analyze/{identity}/status"))
    service.stop()
    assert kept_secrets(tmp_path) == []


def test_a_stop_leaves_work_for_the_next_start(fresh, tmp_path):
    service = fresh("--workers", "1", "--no-cache")
    ids = [service.submit(platform=platform) for platform in (None, "linux/amd64")]
    assert service.stop() == TERMINATED
    assert not list(tmp_path.glob("package-extract-batch-*"))
    service.start()
    assert [service.result(identity)[0] for identity in ids] == [200, 200]


def test_one_service_for_one_state(fresh, tmp_path):
    service = fresh()
    done = subprocess.run(service.process.args, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "another service uses" in done.stderr
    assert "Traceback" not in done.stderr


def write_wheel(directory: Path, *arguments, **more) -> None:
    directory.mkdir(exist_ok=True)
    wheel = make_wheel(*arguments, **more)
    (directory / wheel.filename).write_bytes(wheel.content)


def states(directory: Path) -> dict[str, str]:
    with sqlite3.connect(directory / "state/requests.sqlite") as database:
        rows = dict(database.execute("select id, state from request").fetchall())
    database.close()
    return rows


def kept_secrets(directory: Path) -> list[str]:
    """Files of state, store and log that have the password, or the user with it in base64."""
    found = []
    for root, _, names in os.walk(directory):
        for name in names:
            path = Path(root, name)
            if path.is_file() and SECRET.encode() in path.read_bytes():
                found.append(str(path))
    return found
