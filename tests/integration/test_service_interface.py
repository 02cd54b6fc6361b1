"""The OpenAPI description of the service holds for whatever a client sends (schemathesis, a bounded run)."""

import subprocess
import sys

import pytest

from tests.integration.service import Service

pytestmark = pytest.mark.integration


@pytest.fixture
def service(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    service = Service(tmp_path, "--registry", "127.0.0.1:1", "--rate", "100000", "--retries", "0")
    service.result(service.submit())
    yield service
    service.stop()


def test_every_answer_is_as_described(service):
    program = "from schemathesis.cli import schemathesis; schemathesis()"
    # What is a valid reference is more than a schema can say.
    command = [sys.executable, "-c", program, "run", f"{service.url}/openapi.json", "--max-examples=12", "--seed=1",
               "--phases=examples,coverage,fuzzing", "--no-color", "--request-timeout=60",
               "--exclude-checks=positive_data_acceptance"]  # fmt: skip
    done = subprocess.run(command, cwd=service.directory, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert '"exception"' not in service.errors.read_text()
