"""Advice as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from package_extract.resolver.advice.settings import assignments, container_file, install_line, kubernetes_patch
from package_extract.resolver.lock.answer_json import answer_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.advice.advising import Advice
    from package_extract.resolver.advice.catalogue import Prebuilt

__all__ = ["advice_data"]


def advice_data(advice: Advice, prebuilt: Sequence[Prebuilt] = (), *, explain: bool = False) -> dict[str, Any]:
    """The answer, `guidance`, and with `explain` what became of every rule."""
    guidance = advice.guidance
    circumstances = advice.book.circumstances
    data = {
        **answer_data(advice.answer),
        "recommendation_type": circumstances.recommendation_type,
        "rules_mode": circumstances.mode,
        "remarks": list(advice.remarks),
        "guidance": {
            "notes": [asdict(note) for note in guidance.notes],
            "environment_variables": {
                "values": guidance.environment_variables,
                "env_file": assignments(guidance.environment_variables),
                "containerfile": container_file(guidance.environment_variables),
                "kubernetes_patch": kubernetes_patch(guidance.environment_variables),
            },
            "manifest_changes": guidance.manifest_changes,
            "system_packages": {
                "names": guidance.system_packages,
                "command": install_line(guidance.system_packages, advice.book.environment)
                if guidance.system_packages
                else None,
            },
            "alternatives": guidance.alternatives,
            "prebuilt_images": [image._asdict() for image in prebuilt],
        },
    }
    if explain:
        explanation = advice.explain()
        problems = [problem._asdict() for problem in explanation.problems]
        data["rules"] = {**explanation._asdict(), "problems": problems, "counts": explanation.counts()}
    return data
