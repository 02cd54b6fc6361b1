"""The shape of files of prescriptions (version 1 of the form that Project Thoth introduced), see docs/rules.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.resolver.rules import shapes
from package_extract.resolver.rules.shapes import (
    Complaint,
    either,
    list_of,
    mapping,
    mapping_of,
    negatable,
    shown,
    text,
)
from package_extract.resolver.rules.specifiers import InvalidSpecifier, parse_specifier
from package_extract.resolver.rules.unit import LISTS, TYPES

if TYPE_CHECKING:
    from package_extract.resolver.rules.shapes import Check
    from package_extract.resolver.rules.yaml_reading import Path

__all__ = ["RECOMMENDATION_TYPES", "check_file", "check_unit"]

RECOMMENDATION_TYPES = ("latest", "stable", "performance", "security", "testing")
_CLAUSE = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*[^\s,<>=!~]+\s*")
_NESTED = re.compile(r"[+*}]\)+[+*{]|\|[^()]*\)[+*{]")
"""Repetitions of repetitions and of alternatives, which can take for ever to match."""
_REPETITION = re.compile(r"(?<!\\)[+*{]")
MOST_REPETITIONS = 3
LONGEST_EXPRESSION = 200


def specifier(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """A version specifier; one of versions that are none of PEP 440 has the code "legacy-specifier"."""
    if type(value) is not str:
        complaints.append(Complaint(path, f"has to be a version specifier in quotes, not {shown(value)}"))
        return
    try:
        parse_specifier(value)
    except InvalidSpecifier:
        legacy = all(_CLAUSE.fullmatch(clause) for clause in value.split(","))
        what = "names a version that is none of PEP 440" if legacy else "is no specifier of versions"
        complaints.append(Complaint(path, f"{shown(value)} {what}", "legacy-specifier" if legacy else "invalid"))


def locked_version(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """One exact version."""
    specifier(value, path, complaints)
    if type(value) is str and not value.startswith("=="):
        complaints.append(Complaint(path, f"has to begin with == or ===, not {shown(value)}"))


def expression(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """A regular expression."""
    if type(value) is not str or len(value) > LONGEST_EXPRESSION:
        complaints.append(Complaint(path, f"has to be a regular expression of up to {LONGEST_EXPRESSION} characters"))
        return
    if _NESTED.search(value) or len(_REPETITION.findall(value)) > MOST_REPETITIONS:
        complaints.append(Complaint(path, f"{shown(value)} has too many repetitions, and could take for ever to match"))
        return
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        complaints.append(Complaint(path, f"{shown(value)} is no regular expression: {error}"))


_name = shapes.pattern(r"\s*[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*", "the name of a package")
_link = shapes.pattern(r"https?://\S+|[a-z0-9_-]+", "an address or the short name of a page")
_names_or_null = negatable(list_of(either(shapes.nothing, text)))
_severity = shapes.one_of("INFO", "WARNING", "ERROR")
_index = either(text, mapping({"not": text}))

_models = negatable(either(shapes.nothing, list_of(either(shapes.nothing, shapes.integer))))
_features = negatable(either(shapes.nothing, list_of(either(shapes.nothing, text))))
_hardware = mapping(
    {}, {"cpu_families": _models, "cpu_models": _models, "cpu_flags": _features, "gpu_models": _features}
)
_rpm_package = mapping(
    {"package_name": text},
    dict.fromkeys(
        ("arch", "epoch", "package_identifier", "package_version", "release", "src"), either(text, shapes.boolean)
    ),
)
_python_package = mapping({"name": _name}, {"version": specifier, "location": expression})
_text_or_null = either(shapes.nothing, text)
_version_or_null = either(shapes.nothing, specifier)
_runtime_environments = mapping(
    {},
    {
        "operating_systems": list_of(mapping({}, {"name": text, "version": either(shapes.integer, text)})),
        "hardware": negatable(list_of(_hardware)),
        "python_version": _version_or_null,
        "cuda_version": _version_or_null,
        "cudnn_version": _version_or_null,
        "openblas_version": _version_or_null,
        "openmpi_version": _version_or_null,
        "mkl_version": _version_or_null,
        "platforms": _names_or_null,
        "base_images": _names_or_null,
        "abi": negatable(list_of(text)),
        "rpm_packages": negatable(list_of(_rpm_package, 1)),
        "python_packages": negatable(list_of(_python_package, 1)),
    },
)
_should_include = mapping(
    {},
    {
        "times": shapes.integer,
        "adviser_pipeline": shapes.boolean,
        "dependency_monkey_pipeline": shapes.boolean,
        "recommendation_types": negatable(list_of(shapes.one_of(*RECOMMENDATION_TYPES))),
        "decision_types": negatable(list_of(shapes.one_of("all", "random"))),
        "authenticated": shapes.boolean,
        "labels": mapping_of(either(shapes.nothing, text)),
        "dependencies": mapping({}, dict.fromkeys(LISTS, list_of(text))),
        "library_usage": mapping_of(list_of(text)),
        "runtime_environments": _runtime_environments,
    },
)

_version = {"version": specifier, "index_url": _index, "develop": shapes.boolean}
_named_package = mapping({"name": _name}, _version)
_any_package = mapping({}, {"name": _name, **_version})
_resolved = mapping({"name": _name}, _version)
_state = mapping(
    {},
    {
        "resolved_dependencies": list_of(_resolved),
        "package_version_from": list_of(_resolved),
        "package_version_from_allow_other": shapes.boolean,
    },
)
_final_state = mapping({}, {"resolved_dependencies": list_of(_resolved)})
_only_state = mapping({}, {"state": _final_state})
_step_match = mapping({"package_version": _any_package}, {"state": _state})

_log = mapping({"message": text, "type": _severity})
_stack_info = list_of(mapping({"type": _severity, "message": text}, {"link": _link}), 1)
_justification = list_of(
    mapping(
        {"type": _severity, "message": text},
        {
            "link": _link,
            **dict.fromkeys(
                ("package_name", "advisory", "cve_id", "cve_name", "version_range"), either(shapes.nothing, text)
            ),
        },
    ),
    1,
)
_speech = {"stack_info": _stack_info, "log": _log}
_rejection = {"not_acceptable": text, "eager_stop_pipeline": text}
_scored = {**_speech, **_rejection, "score": shapes.number, "justification": _justification}
_new_package = mapping({"name": _name, "locked_version": locked_version, "index_url": text, "develop": shapes.boolean})
_yield = mapping(
    {"package_version": mapping({"name": _name}, {"locked_version": locked_version, "index_url": text})},
    {"yield_matched_version": shapes.boolean},
)
_manifest_change = mapping_of(shapes.anything)
_manifest_changes = either(_manifest_change, list_of(either(_manifest_change, list_of(_manifest_change))))
_release_notes = mapping({"organization": text, "repository": text}, {"tag_version_prefix": text})
_many = {"multi_package_resolution": shapes.boolean}


def _one_or_list(check: Check) -> Check:
    several = list_of(check, 1)

    def check_either(value: Any, path: Path, complaints: list[Complaint]) -> None:
        (several if type(value) is list else check)(value, path, complaints)

    return check_either


def _unit(name: str, match: Check, run: Check, *, match_required: bool = True, run_required: bool = True) -> Check:
    required: dict[str, Check] = {"name": text, "type": shapes.one_of(name), "should_include": _should_include}
    optional: dict[str, Check] = {"metadata": shapes.anything}
    (required if match_required else optional)["match"] = match
    (required if run_required else optional)["run"] = run
    return mapping(required, optional)


def _unit_shapes() -> dict[str, Check]:
    package = mapping({"package_name": _name})
    versioned = mapping({"package_version": _any_package})
    alternative = mapping({"package_version": _named_package})
    group = mapping({"group": list_of(alternative, 2)})
    notes = mapping({"state": mapping({"resolved_dependencies": list_of(_resolved, 1, 1)})})
    shapes = {
        "boot": (_one_or_list(package), mapping({}, {**_speech, **_rejection}), False, True),
        "pseudonym": (_one_or_list(alternative), mapping({"yield": _yield}, _speech), True, True),
        "sieve": (_one_or_list(versioned), mapping({}, _speech), True, False),
        "sieve.SkipPackage": (_one_or_list(package), mapping({}, _speech), True, False),
        "step": (_one_or_list(_step_match), mapping({}, {**_scored, **_many}), True, True),
        "step.SkipPackage": (_step_match, mapping({}, {**_speech, **_many}), True, False),
        "step.AddPackage": (
            _one_or_list(_step_match), mapping({"package_version": _new_package}, {**_speech, **_many}), True, True,
        ),
        "step.Group": (_one_or_list(group), mapping({}, {**_scored, **_many}), True, True),
        "stride": (_one_or_list(_only_state), mapping({}, {**_speech, **_rejection}), True, True),
        "wrap": (
            _one_or_list(_only_state),
            mapping({}, {**_speech, "justification": _justification, "advised_manifest_changes": _manifest_changes}),
            False,
            True,
        ),
        "wrap.GHReleaseNotes": (_one_or_list(notes), mapping({"release_notes": _release_notes}, _speech), True, True),
    }  # fmt: skip
    return {
        name: _unit(name, match, run, match_required=match_required, run_required=run_required)
        for name, (match, run, match_required, run_required) in shapes.items()
    }


_SHAPES = _unit_shapes()
_METADATA = mapping_of(shapes.anything)
_EXCLUSIVE = {
    "boot": (("not_acceptable", "eager_stop_pipeline"),),
    "stride": (("not_acceptable", "eager_stop_pipeline"),),
    "step": (("score", "eager_stop_pipeline"), ("not_acceptable", "justification")),
    "step.Group": (("score", "eager_stop_pipeline"), ("not_acceptable", "justification")),
}


def check_file(value: Any, complaints: list[Complaint]) -> dict[str, list[Any]]:
    """The lists of units of a file, as far as it has the shape of one."""
    if type(value) is not dict or type(value.get("units")) is not dict:
        complaints.append(Complaint((), "is no file of prescriptions: it has no mapping 'units'", "no-units"))
        return {}
    unknown = value.keys() - {"units", "metadata"}
    complaints.extend(Complaint((key,), "is an unknown key", "unknown-key") for key in unknown)
    if "metadata" in value:
        _METADATA(value["metadata"], ("metadata",), complaints)
    lists = {}
    for key, units in value["units"].items():
        if key not in TYPES:
            complaints.append(Complaint(("units", key), "is an unknown kind of units", "unknown-key"))
        elif type(units) is not list:
            complaints.append(Complaint(("units", key), f"has to be a list, not {shown(units)}"))
        else:
            lists[key] = units
    return lists


def check_unit(value: Any, kind: str, path: Path, complaints: list[Complaint]) -> None:
    """Complain of all that is not as a unit of a list of this kind has to be."""
    if type(value) is not dict:
        complaints.append(Complaint(path, f"has to be a mapping, not {shown(value)}"))
        return
    name = value.get("type")
    if type(name) is not str or name not in TYPES[kind]:
        wanted = " or ".join(TYPES[kind])
        message = f"has to be {wanted} under {kind}, not {shown(name)}"
        complaints.append(Complaint((*path, "type"), message, "unknown-type"))
        return
    _SHAPES[name](value, path, complaints)
    run = value.get("run")
    for first, second in _EXCLUSIVE.get(name, ()):
        if type(run) is dict and first in run and second in run:
            complaints.append(Complaint((*path, "run", second), f"cannot stand beside {first!r}"))
