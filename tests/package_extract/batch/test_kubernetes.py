"""Manifests, validated strictly against the schemas of Kubernetes; and those of `deploy`, which have to be up to date."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from package_extract import __version__
from package_extract.batch.kubernetes import JobOptions, manifests
from package_extract.batch.yaml import as_yaml
from package_extract.errors import InvalidReference

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
OLDEST = "1.31"  # the first whose Jobs have all that is used here without a gate
LIST = "# two\nregistry.example/a:1\nregistry.example/b@sha256:" + "1" * 64 + "\n"
REFERENCES = [(2, "registry.example/a:1"), (3, "registry.example/b@sha256:" + "1" * 64)]


def objects(references=REFERENCES, text=LIST, **options):
    made = manifests(text, references, JobOptions(**{"store": "s3://results/analysis", "image": "app:1", **options}))
    assert list(yaml.safe_load_all(as_yaml(*made))) == made
    return made


def validate(documents):
    for document in documents:
        for version in (OLDEST, kubernetes_validate.latest_version()):
            kubernetes_validate.validate(document, version, strict=True)


def test_the_validator_sees_mistakes():
    _, job = objects()
    job["spec"]["backofLimitPerIndex"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        validate([job])


def test_job():
    config, job = objects()
    validate([config, job])
    assert config["data"] == {"images": LIST}
    spec = job["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 2, 2)
    assert spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"] == [2, 3, 4, 5]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert "runAsUser" not in str(pod)  # a cluster gives any
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["name"] == spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["containerName"]
    assert {"name": "PACKAGE_EXTRACT_SHARDS", "value": "2"} in container["env"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"schedule": "0 3 * * *"}, "CronJob"),
        ({"schedule": "@daily", "queue": "q"}, "CronJob"),
        ({"queue": "q", "namespace": "analysis", "name": "scan"}, "Job"),
        ({"store": "file:///store/a", "store_claim": "results"}, "Job"),
        (
            {"completions": 50, "parallelism": 3, "batch_options": ("--analyzer", "dpkg", "--platform=linux/arm64")},
            "Job",
        ),
    ],
)
def test_forms(options, kind):
    config, work = objects(**options)
    validate([config, work])
    assert work["kind"] == kind
    job = work["spec"]["jobTemplate"] if kind == "CronJob" else work
    assert job["spec"].get("suspend", False) == ("queue" in options)
    assert job["metadata"]["labels"].get("kueue.x-k8s.io/queue-name") == options.get("queue")
    arguments = job["spec"]["template"]["spec"]["containers"][0]["args"]
    assert ("--refresh" in arguments) == (kind == "CronJob")
    assert arguments[len(arguments) - len(options.get("batch_options", ())) :] == [*options.get("batch_options", ())]


def test_shards_are_at_most_a_hundred():
    many = [(number, f"registry.example/app:{number}") for number in range(1, 1001)]
    assert objects(many)[1]["spec"]["completions"] == 100
    assert objects(many)[1]["spec"]["parallelism"] == 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"references": []}, "no images"),
        ({"text": "#" * (1 << 20)}, "ConfigMap"),
        ({"references": [(7, "fixtures")]}, "line 7 .*not in a registry"),
        ({"references": [(7, "missing.tar")]}, "line 7 .*does not exist"),
        ({"references": [(7, "docker://me:secret@registry.example/a:1")]}, "line 7 .*pull secret"),
        ({"store": "results"}, "cannot reach the store"),
        ({"store": "file:///elsewhere", "store_claim": "results"}, "cannot reach the store"),
        ({"name": "No_Name"}, "no name"),
        ({"name": "a" * 53}, "no name"),
        ({"memory": "lots"}, "no quantity"),
        ({"schedule": "at night"}, "no schedule"),
    ],
)
def test_what_is_refused(options, message, monkeypatch):
    monkeypatch.chdir(DEPLOY.parent)
    with pytest.raises(InvalidReference, match=message) as refused:
        objects(**options)
    assert "secret@" not in str(refused.value)


def commands():
    lines = re.findall(r"^(package-extract job .*) > deploy/(\S+)$", (DEPLOY / "README.md").read_text(), re.MULTILINE)
    return [(line, file) for line, file in lines]


def test_the_commands_are_told():
    assert {file for _, file in commands()} == {"job.yaml", "cron-job.yaml", "kueue-job.yaml", "volume-job.yaml"}


@pytest.mark.parametrize(("line", "file"), commands(), ids=[file for _, file in commands()])
def test_manifests_are_up_to_date(line, file, monkeypatch, capfdbinary):
    from package_extract.cli.ending import run

    monkeypatch.chdir(DEPLOY.parent)
    assert run(shlex.split(line)[1:]) == 0
    assert capfdbinary.readouterr().out == (DEPLOY / file).read_bytes()
    validate(yaml.safe_load_all((DEPLOY / file).read_text()))


def test_secrets():
    validate([document for document in yaml.safe_load_all((DEPLOY / "secrets.yaml").read_text()) if document])


def test_the_workflow_template_runs_the_same_pod():
    (template,) = filter(None, yaml.safe_load_all((DEPLOY / "argo-workflow-template.yaml").read_text()))
    batch = template["spec"]["templates"][1]
    _, job = objects(image=f"package-extract:{__version__}")
    pod = job["spec"]["template"]["spec"]
    container = pod["containers"][0]
    for key in ("image", "securityContext", "resources", "envFrom"):
        assert batch["container"][key] == container[key]
    assert batch["container"]["volumeMounts"] == [m for m in container["volumeMounts"] if m["name"] != "list"]
    assert batch["volumes"] == [volume for volume in pod["volumes"] if volume["name"] != "list"]
    assert template["spec"]["securityContext"] == pod["securityContext"]
    assert (
        str(job["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"])
        in batch["retryStrategy"]["expression"]
    )
