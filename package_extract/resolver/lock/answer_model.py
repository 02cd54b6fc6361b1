"""The answer that `package-extract resolve --format json` writes, as models: for reading it, and for its JSON Schema.

Writing needs none of this: `answer_json` makes plain data, and tests hold it against these models.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter

from package_extract.document.model import Model

__all__ = ["AnswerDocument", "NoAnswerDocument", "answer_schema", "read_answer"]


class AnsweredTarget(Model):
    """What was resolved for."""

    image: str | None
    """The name of the image, as its document has it; null without an image."""
    digest: str | None
    """The digest of the image's manifest, if its document has one."""
    python: str | None
    """The interpreter in the image, as an absolute path."""
    description: str
    """In words: `CPython 3.11.2, glibc 2.36, x86_64`."""
    markers: dict[str, str]
    """Environment markers (PEP 508) and their values in the image."""
    fingerprint: str
    """The same for targets that accept the same wheels."""


class AnsweredFile(Model):
    """The wheel to install."""

    filename: str
    """Its name."""
    url: str
    """Its address, without credentials."""
    hashes: dict[str, str]
    """Digests in hexadecimal by the name of the algorithm."""
    size: int | None
    """Bytes."""
    upload_time: str | None
    """When it was uploaded, RFC 3339."""
    index: str | None
    """The index or directory that lists it; null for a wheel that was asked for by its address."""


class AnsweredVerification(Model):
    """What is known of the wheel's native code in the image."""

    state: Literal["verified", "pure", "unverified"]
    """`verified`: all that it needs is there; `pure`: it has no native code; `unverified`: its tags fit, and no more is
    known."""
    remark: str | None
    """Why it is not verified."""
    needs_driver: bool
    """Whether it uses the NVIDIA driver, which the machine that runs the image must have."""


class NewerVersions(Model):
    """Versions newer than the chosen one, and the first thing that speaks against them."""

    reason: Literal[
        "tag",
        "requires-python",
        "needs-build",
        "newer-than",
        "yanked",
        "prerelease",
        "constraint",
        "requirement",
        "hash",
        "installed",
        "needed-by-installed",
        "rule",
        "abi",
        "abi-assumed",
        "unreadable",
        "agreement",
        "preference",
        "conflict",
    ]
    """The kind of the reason."""
    versions: list[str]
    """The versions, ascending."""
    explanation: str
    """The reason as a clause for people."""
    rule: str | None
    """The name of the rule that says so, with the reasons `rule` and `preference`."""
    link: str | None
    """Where more about the rule is to be read."""


class AnsweredJustification(Model):
    """What a rule has to say of a package."""

    message: str
    """What it says."""
    rule: str | None
    """The rule's name."""
    link: str | None
    """Where more is to be read."""


class AnsweredPackage(Model):
    """One package at one version."""

    name: str
    """Normalized (PEP 503)."""
    version: str
    """The chosen version."""
    status: Literal["install", "change", "keep"]
    """`install`: the image does not have it, or what it has does not count; `change`: the image has another version;
    `keep`: it stays as it is."""
    installed_version: str | None
    """The version that the image has."""
    extras: list[str]
    """Extras that are asked for."""
    direct: bool
    """Whether it was asked for by name."""
    required_by: list[str]
    """Who needs it: a package with its version and what it needs, or the origin of a requirement."""
    dependencies: list[str]
    """Names of the packages of this answer that it needs."""
    in_place_of: list[str]
    """Names of the packages that were asked for, where a rule offers this one in their place."""
    reason: str
    """Why this version, in a few words."""
    newer: list[NewerVersions]
    """All newer versions with what speaks against them, the newest first."""
    file: AnsweredFile | None
    """The wheel to install; null for a package that stays."""
    verification: AnsweredVerification | None
    """What is known of its native code; null for a package that stays."""
    justifications: list[AnsweredJustification]
    """What rules have to say."""


class AnsweredEnvironment(Model):
    """The answer for one target."""

    label: str
    """The image's label in the request; empty where there is one target."""
    target: AnsweredTarget
    """What it was resolved for."""
    packages: list[AnsweredPackage]
    """Everything that is to be there, sorted by name."""
    remarks: list[str]
    """Sentences for people."""


class AnswerDocument(Model):
    """A solution."""

    schema_version: Literal["1"]
    """The version of this form. Fields may be added within it."""
    solved: Literal[True]
    """There is a solution."""
    environments: list[AnsweredEnvironment]
    """One for each target, in the order of the request."""
    agreed: dict[str, dict[str, str]]
    """Of packages that images have to agree on: the version by the label, by the package's name."""
    statistics: dict[str, int]
    """Numbers about the search: `decisions` and `conflicts` of its last round."""


class AnsweredConflict(Model):
    """Why there is no solution."""

    proved: bool
    """False where something was assumed and not looked at, as a sentence then says; `--deep` looks."""
    requirements: list[str]
    """The smallest set of requirements that cannot be met together, with their origins."""
    sentences: list[str]
    """What follows from what."""
    suggestions: list[str]
    """What would help."""


class NoAnswerDocument(Model):
    """That there is no solution."""

    schema_version: Literal["1"]
    """The version of this form. Fields may be added within it."""
    solved: Literal[False]
    """There is none."""
    conflict: AnsweredConflict
    """Why."""


_EITHER: TypeAdapter[AnswerDocument | NoAnswerDocument] = TypeAdapter(AnswerDocument | NoAnswerDocument)


def read_answer(data: str | bytes) -> AnswerDocument | NoAnswerDocument:
    """What a file of this form says. Raises pydantic's `ValidationError`, a `ValueError`, for any other."""
    return _EITHER.validate_json(data)


def answer_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12)."""
    from package_extract.document.schema import DIALECT

    return {"$schema": DIALECT, "title": "Answer", **_EITHER.json_schema()}
