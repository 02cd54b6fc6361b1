"""Advice in the shape of the report of Project Thoth's adviser, for tools that read that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from package_extract.resolver.errors import NoHash
from package_extract.resolver.lock.pipfile_lock import pipfile_lock

if TYPE_CHECKING:
    from package_extract.resolver.advice.advising import Advice
    from package_extract.resolver.advice.guidance import Note
    from package_extract.resolver.answer import Environment, Pin
    from package_extract.resolver.requirements.request import Request

__all__ = ["failure_report", "thoth_report"]

_NOTHING = "No issues spotted for this package and version"


def thoth_report(advice: Advice, request: Request, index_url: str, version: str) -> dict[str, Any]:
    """`metadata` and `result`, with one product."""
    answer = advice.answer.environment
    scores = [*(_score(advice, pin) for pin in answer.pins), _score_together(advice)]
    asked = [str(each.requirement) for each in request.requirements]
    product = {
        "project": {
            "requirements": _pipfile(request, answer, index_url),
            "requirements_locked": _locked(answer, asked, index_url),
            "runtime_environment": _runtime_environment(advice),
            "constraints": [str(each.requirement) for each in request.constraints],
        },
        "dependency_graph": _graph(answer),
        "score": round(sum(scores), 6),
        "justification": _justification(advice, answer),
        "advised_runtime_environment": None,
        "advised_manifest_changes": advice.guidance.manifest_changes,
    }
    report = {
        "pipeline": None,
        "products": [product],
        "stack_info": [*(_text(note) for note in advice.guidance.of_the_stack), *_remarks(advice)],
        "resolver_iterations": advice.answer.statistics.get("decisions", 0),
        "accepted_final_states_count": 1,
        "discarded_final_states_count": 0,
    }
    return _document(report, version, error_message=None, recommendation=advice.book.circumstances.recommendation_type)


def _locked(environment: Environment, asked: list[str], index_url: str) -> dict[str, Any] | None:
    """Pipfile.lock as data; None if the index tells no hashes, without which there is none."""
    try:
        lock: dict[str, Any] = json.loads(pipfile_lock(environment, asked, index_url))
    except NoHash:
        return None
    return lock


def failure_report(message: str, version: str, recommendation: str | None) -> dict[str, Any]:
    """The report of a resolution that came to nothing."""
    return _document(
        {"ERROR": message, "stack_info": []}, version, error_message=message, recommendation=recommendation
    )


def _document(
    report: dict[str, Any], version: str, *, error_message: str | None, recommendation: str | None
) -> dict[str, Any]:
    return {
        "metadata": {"analyzer": "package-extract", "analyzer_version": version, "arguments": {}, "document_id": None},
        "result": {
            "parameters": {"recommendation_type": recommendation},
            "error": error_message is not None,
            "error_msg": error_message,
            "report": report,
        },
    }


def _score(advice: Advice, pin: Pin) -> float:
    """What rules say of the version, as far as it does not depend on others."""
    from package_extract.resolver.rules.matching import Chosen, matches

    effects = advice.rules.effects[""]
    chosen = Chosen(pin.version, pin.file.index if pin.file else None)
    mode = advice.book.circumstances.mode
    scores = [*effects.scores.get(pin.name, ()), *effects.scores.get("", ())]
    return sum((score.value for score in scores if matches(score.wanted, pin.name, chosen, mode)), 0.0)


def _score_together(advice: Advice) -> float:
    """What rules say of packages beside each other."""
    from package_extract.resolver.rules.specifiers import contains

    pins = advice.answer.pins
    clauses = {id(clause): clause for found in advice.rules.effects[""].clauses.values() for clause in found}
    return sum(
        clause.score
        for clause in clauses.values()
        if all(name in pins and contains(spec, pins[name], prereleases=True) for name, spec in clause.together.items())
    )


def _pipfile(request: Request, environment: Environment, index_url: str) -> dict[str, Any]:
    packages = {}
    for each in request.requirements:
        requirement = each.requirement
        entry: Any = str(requirement.specifier) or "*"
        if requirement.extras or requirement.marker:
            entry = {"version": entry}
            if requirement.extras:
                entry["extras"] = sorted(requirement.extras)
            if requirement.marker:
                entry["markers"] = str(requirement.marker)
        packages[requirement.name] = entry
    return {
        "packages": packages,
        "dev-packages": {},
        "requires": {"python_version": environment.target.markers["python_version"]},
        "source": [{"url": index_url, "verify_ssl": index_url.startswith("https:"), "name": "index"}],
    }


def _runtime_environment(advice: Advice) -> dict[str, Any]:
    environment = advice.book.environment
    name, version = environment.system or (None, None)
    hardware = environment.hardware
    return {
        "name": environment.images[0] if environment.images else "default",
        "base_image": environment.images[0] if environment.images else None,
        "operating_system": {"name": name, "version": version},
        "python_version": environment.python_version,
        "cuda_version": environment.cuda_version,
        "cudnn_version": environment.cudnn_version,
        "platform": environment.platform,
        "hardware": {
            "cpu_family": hardware.cpu_family,
            "cpu_model": hardware.cpu_model,
            "gpu_model": hardware.gpu_model,
        },
        "recommendation_type": advice.book.circumstances.recommendation_type,
    }


def _graph(environment: Environment) -> dict[str, Any]:
    nodes = [pin.name for pin in environment.pins]
    position = {name: number for number, name in enumerate(nodes)}
    edges = [
        [position[pin.name], position[name]]
        for pin in environment.pins
        for name in pin.dependencies
        if name in position
    ]
    return {"nodes": nodes, "edges": edges}


def _justification(advice: Advice, environment: Environment) -> list[dict[str, Any]]:
    found = []
    for pin in environment.pins:
        notes = [_text(note) | {"package_name": pin.name} for note in advice.guidance.of(pin.name)]
        notes += [
            {"type": "INFO", "message": each.message, "link": each.link, "package_name": pin.name}
            for each in pin.justifications
        ]
        found += notes or [{"type": "INFO", "message": _NOTHING, "link": None, "package_name": pin.name}]
    return sorted(found, key=lambda each: (each["package_name"], each["type"], each["message"]))


def _text(note: Note) -> dict[str, Any]:
    return {"type": note.severity, "message": note.message, "link": note.link}


def _remarks(advice: Advice) -> list[dict[str, Any]]:
    remarks = [*advice.answer.environment.remarks, *advice.remarks]
    return [{"type": "INFO", "message": remark, "link": None} for remark in remarks]
