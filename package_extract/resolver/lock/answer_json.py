"""The whole answer as plain data, for machines; `answer_model` describes every field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.resolver.answer import Answer, Environment, Pin
    from package_extract.resolver.conflict import Conflict
    from package_extract.resolver.source import DistributionFile
    from package_extract.resolver.verify.checking import Verification

__all__ = ["SCHEMA_VERSION", "answer_data", "conflict_data"]

SCHEMA_VERSION = "1"
"""Of the form, which `answer_model` describes."""


def answer_data(answer: Answer) -> dict[str, Any]:
    """`environments` by label, with all pins and their reasons."""
    return {
        "schema_version": SCHEMA_VERSION,
        "solved": True,
        "environments": [_environment(each) for each in answer.environments],
        "agreed": answer.agreed,
        "statistics": answer.statistics,
    }


def conflict_data(conflict: Conflict) -> dict[str, Any]:
    """Why there is no answer."""
    return {
        "schema_version": SCHEMA_VERSION,
        "solved": False,
        "conflict": {
            "proved": conflict.proved,
            "requirements": list(conflict.requirements),
            "sentences": list(conflict.sentences),
            "suggestions": list(conflict.suggestions),
        },
    }


def _environment(environment: Environment) -> dict[str, Any]:
    target = environment.target
    return {
        "label": environment.label,
        "target": {
            "image": target.image,
            "digest": target.digest,
            "python": target.python,
            "description": target.describe(),
            "markers": dict(target.markers),
            "fingerprint": target.fingerprint,
        },
        "packages": [_pin(pin) for pin in environment.pins],
        "remarks": list(environment.remarks),
    }


def _pin(pin: Pin) -> dict[str, Any]:
    return {
        "name": pin.name,
        "version": pin.version,
        "status": pin.status,
        "installed_version": pin.installed_version,
        "extras": list(pin.extras),
        "direct": pin.direct,
        "required_by": list(pin.required_by),
        "dependencies": list(pin.dependencies),
        "in_place_of": list(pin.in_place_of),
        "reason": pin.reason,
        "newer": [
            {
                "reason": each.reason,
                "versions": list(each.versions),
                "explanation": each.explanation,
                "rule": each.rule,
                "link": each.link,
            }
            for each in pin.not_chosen
        ],
        "file": _file(pin.file) if pin.file else None,
        "verification": _verification(pin.verification) if pin.verification else None,
        "justifications": [
            {"message": each.message, "rule": each.rule, "link": each.link} for each in pin.justifications
        ],
    }


def _file(file: DistributionFile) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "url": file.url,
        "hashes": dict(file.hashes),
        "size": file.size,
        "upload_time": file.upload_time,
        "index": file.index or None,
    }


def _verification(verification: Verification) -> dict[str, Any]:
    return {
        "state": verification.state,
        "remark": verification.remark,
        "needs_driver": verification.needs_driver,
    }
