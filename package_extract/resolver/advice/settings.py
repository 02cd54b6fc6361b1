"""Environment variables and packages of the operating system, in the words of those who set and install them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from package_extract.resolver.rules.texts import package_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.resolver.rules.environment import Environment

__all__ = ["assignments", "container_file", "install_line", "kubernetes_patch"]

_COMMANDS = {
    "rpm": "dnf install -y {}",
    "deb": "apt-get update && apt-get install -y --no-install-recommends {}",
    "apk": "apk add --no-cache {}",
}


def assignments(variables: Mapping[str, str]) -> str:
    """`KEY=VALUE` on each line, as `docker run --env-file` reads them."""
    return "".join(f"{name}={value}\n" for name, value in sorted(variables.items()))


def container_file(variables: Mapping[str, str]) -> str:
    """Instructions of a Containerfile."""
    return "".join(f"ENV {name}={json.dumps(value)}\n" for name, value in sorted(variables.items()))


def kubernetes_patch(variables: Mapping[str, str], container: str = "app") -> dict[str, Any]:
    """A strategic merge patch of a Deployment (or anything else with a pod template)."""
    env = [{"name": name, "value": value} for name, value in sorted(variables.items())]
    return {"spec": {"template": {"spec": {"containers": [{"name": container, "env": env}]}}}}


def install_line(packages: Sequence[str], environment: Environment) -> str:
    """The command that installs packages in the image."""
    return _COMMANDS[package_kind(environment)].format(" ".join(sorted(packages)))
