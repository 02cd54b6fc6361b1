"""A batch as an Indexed Job of Kubernetes (batch/v1), once or by the clock.

Every index is a shard of the list. A pod that fails is tried again, unless its exit code says that this cannot help, or
its node was taken away, which does not count. It runs as any user, on a read-only root, without rights or a token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from package_extract.batch.shard import COUNT_VARIABLE
from package_extract.errors import InvalidReference, PackageExtractError
from package_extract.reference import parse_reference

__all__ = ["JobOptions", "manifests"]

CONTAINER = "batch"
FINAL_EXIT_CODES = [2, 3, 4, 5]
"""Exit codes of `batch` after which starting again changes nothing."""
LARGEST_CONFIG_MAP = 1 << 20
NAME = re.compile(r"[a-z]([-a-z0-9]{0,50}[a-z0-9])?\Z", re.ASCII)
SCHEDULE = re.compile(r"@(hourly|daily|weekly|monthly|yearly)\Z|\S+( \S+){4}\Z", re.ASCII)
QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?([KMGT]i?|m|k)?\Z", re.ASCII)
LIST_DIRECTORY, LIST_NAME = "/input", "images"
HOME = "/auth"
STORE_DIRECTORY = "/store"
BACK_OFF_LIMIT = 2
KEPT_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a manifest says; the defaults suit images of some gigabytes."""

    store: str
    """As `batch` takes it; "file:///store/..." lies on the volume of `store_claim`."""
    image: str
    """The container image of package-extract."""
    name: str = "package-extract"
    namespace: str | None = None
    completions: int | None = None
    """Shards; None for one for each image, and at most 100."""
    parallelism: int = 20
    """Pods at a time."""
    cpu: str = "1"
    memory: str = "1Gi"
    scratch: str = "8Gi"
    """Room for the layers of one image as they are stored, on the node's disk."""
    deadline: int = 21600
    """Seconds until the whole job is given up."""
    pull_secret: str = "pull"  # noqa: S105 the name of an object in the cluster
    """Secret of type kubernetes.io/dockerconfigjson with the credentials of registries; need not be there."""
    store_secret: str = "package-extract-store"  # noqa: S105
    """Secret whose keys become environment variables, for example `AWS_ACCESS_KEY_ID`; need not be there."""
    store_claim: str | None = None
    """PersistentVolumeClaim that is mounted at /store."""
    schedule: str | None = None
    """When a CronJob is wanted: five fields as in crontab(5)."""
    queue: str | None = None
    """Local queue of Kueue."""
    batch_options: tuple[str, ...] = field(default_factory=tuple)
    """Further options of `batch`."""


def manifests(list_text: str, references: list[tuple[int, str]], options: JobOptions) -> list[dict[str, Any]]:
    """The objects to apply: a ConfigMap with the list, and a Job or CronJob.

    `references` are those of the list with their lines. Raises `InvalidReference` if the list holds what a pod cannot
    read or what must not stand in a ConfigMap, or if an option is not one of Kubernetes.
    """
    _check_options(options)
    _check_list(list_text, references)
    shards = options.completions or min(len(references), 100)
    job = {"metadata": _job_metadata(options), "spec": _job(options, shards)}
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": _metadata(options),
            "data": {LIST_NAME: list_text},
        },
        {"apiVersion": "batch/v1", "kind": "Job", **job}
        if options.schedule is None
        else {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": _metadata(options), "spec": _cron(options, job)},
    ]


def _check_options(options: JobOptions) -> None:
    for name in (options.name, options.pull_secret, options.store_secret, options.store_claim, options.namespace):
        if name is not None and not NAME.match(name):
            raise InvalidReference(
                f"{name!r} is no name of Kubernetes: up to 52 of a-z, 0-9 and '-', a letter in front"
            )
    for quantity in (options.cpu, options.memory, options.scratch):
        if not QUANTITY.match(quantity):
            raise InvalidReference(f"{quantity!r} is no quantity of Kubernetes; write 1, 500m, 1Gi, 8Gi")
    if options.schedule is not None and not SCHEDULE.match(options.schedule):
        raise InvalidReference(f"{options.schedule!r} is no schedule; write five fields, for example '0 3 * * *'")
    local = not options.store.startswith("s3://")
    if local and not (options.store_claim and options.store.startswith(f"file://{STORE_DIRECTORY}")):
        raise InvalidReference(
            f"pods cannot reach the store {options.store}; use s3://BUCKET/PREFIX, or file://{STORE_DIRECTORY} with a "
            "claim for its volume"
        )


def _check_list(text: str, references: list[tuple[int, str]]) -> None:
    if not references:
        raise InvalidReference("the list has no images")
    if len(text.encode()) > LARGEST_CONFIG_MAP - 1024:
        raise InvalidReference("the list is too long for a ConfigMap, which takes 1 MiB; split it into several jobs")
    for line, reference in references:
        try:
            parsed = parse_reference(reference)
        except PackageExtractError as error:
            raise InvalidReference(f"line {line} of the list: {error}") from error
        if parsed.transport != "docker":
            raise InvalidReference(f"line {line} of the list: {parsed.text} is not in a registry; pods cannot reach it")
        if parsed.username is not None:
            raise InvalidReference(f"line {line} of the list has credentials; they belong in the pull secret")


def _metadata(options: JobOptions) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "package-extract", "app.kubernetes.io/instance": options.name}
    place = {} if options.namespace is None else {"namespace": options.namespace}
    return {"name": options.name, **place, "labels": labels}


def _job_metadata(options: JobOptions) -> dict[str, Any]:
    metadata = _metadata(options)
    if options.queue is not None:
        metadata["labels"]["kueue.x-k8s.io/queue-name"] = options.queue
    return metadata if options.schedule is None else {"labels": metadata["labels"]}


def _cron(options: JobOptions, job: dict[str, Any]) -> dict[str, Any]:
    return {
        "schedule": options.schedule,
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": job,
    }


def _job(options: JobOptions, shards: int) -> dict[str, Any]:
    return {
        "completionMode": "Indexed",
        "completions": shards,
        "parallelism": min(options.parallelism, shards),
        "backoffLimitPerIndex": BACK_OFF_LIMIT,
        "activeDeadlineSeconds": options.deadline,
        "ttlSecondsAfterFinished": KEPT_SECONDS,
        **({} if options.queue is None else {"suspend": True}),
        "podFailurePolicy": {
            "rules": [
                {
                    "action": "FailIndex",
                    "onExitCodes": {"containerName": CONTAINER, "operator": "In", "values": FINAL_EXIT_CODES},
                },
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
            ]
        },
        "template": {"metadata": {"labels": _metadata(options)["labels"]}, "spec": _pod(options, shards)},
    }


def _pod(options: JobOptions, shards: int) -> dict[str, Any]:
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(options, shards)],
        "volumes": [
            {"name": "list", "configMap": {"name": options.name}},
            {
                "name": "auth",
                "secret": {
                    "secretName": options.pull_secret,
                    "items": [{"key": ".dockerconfigjson", "path": ".docker/config.json"}],
                    "optional": True,
                },
            },
            {"name": "scratch", "emptyDir": {"sizeLimit": options.scratch}},
            {"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}},
            *_store_volume(options),
        ],
    }


def _store_volume(options: JobOptions) -> list[dict[str, Any]]:
    if options.store_claim is None:
        return []
    return [{"name": "store", "persistentVolumeClaim": {"claimName": options.store_claim}}]


def _container(options: JobOptions, shards: int) -> dict[str, Any]:
    arguments = ["batch", f"{LIST_DIRECTORY}/{LIST_NAME}", "--store", options.store, "--cache-dir", options.store]
    # Tags move, and somebody who looks again every night wants to see it.
    arguments += ["--workers", "1", "--verbose", *(["--refresh"] if options.schedule else []), *options.batch_options]
    mounts = [("list", LIST_DIRECTORY, True), ("auth", HOME, True)]
    mounts += [("scratch", "/var/tmp", False), ("tmp", "/tmp", False)]  # noqa: S108 volumes of the pod
    mounts += [("store", STORE_DIRECTORY, False)] if options.store_claim else []
    return {
        "name": CONTAINER,
        "image": options.image,
        "args": arguments,
        "env": [
            {"name": COUNT_VARIABLE, "value": str(shards)},
            {"name": "HOME", "value": HOME},  # where skopeo looks for .docker/config.json, and does well without
        ],
        "envFrom": [{"secretRef": {"name": options.store_secret, "optional": True}}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {
            "requests": {"cpu": options.cpu, "memory": options.memory, "ephemeral-storage": options.scratch},
            "limits": {"memory": options.memory, "ephemeral-storage": options.scratch},
        },
        "volumeMounts": [
            {"name": name, "mountPath": path, **({"readOnly": True} if read_only else {})}
            for name, path, read_only in mounts
        ],
    }
