"""`package_extract.resolve`: requirements and a document in, pins out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from package_extract.resolver.policy import Policy
from package_extract.resolver.requirements.request import Request
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope
from package_extract.resolver.target import Target
from package_extract.resolver.target_text import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.document.document import Document
    from package_extract.resolver.answer import Answer
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.rules.rule_set import RuleSet
    from package_extract.resolver.rules_protocol import Rules
    from package_extract.resolver.source import Source

__all__ = ["resolve", "rules_for", "target_from"]


def resolve(
    requirements: str | Iterable[str] | Request,
    image: Document | Mapping[str, Any] | Target | str | None = None,
    *,
    python: str | None = None,
    policy: Policy | None = None,
    index: IndexOptions | None = None,
    source: Source | None = None,
    rules: Rules | RuleSet | Literal["built-in"] | None = "built-in",
) -> Answer:
    """Choose packages that meet requirements and work inside an image, and say why.

    `requirements` are PEP 508 texts, or a `Request` that `resolver.requirements` has read from files. `image` is a
    document (or its plain data), a target in words ("cpython 3.11 glibc 2.28 x86_64"), or None for the default target;
    `python` chooses an interpreter of the image. Packages come from `source`, or else from what `index` names, which
    by default is what pip is configured to use.

    `rules` know what metadata does not tell: those that come with the package, a `resolver.rules.rule_set`, or None.

    Nothing is installed or built, and nothing of the running machine enters the answer. Raises
    `resolver.errors.NoSolution` with the reasons, and other `PackageExtractError`s of one sentence.
    """
    request = _request(requirements)
    chosen = policy or Policy()
    scope = Scope(target_from(image, python), request, chosen)
    if source is not None:
        return resolve_scopes([scope], source, chosen, rules_for(rules, request.index_options))
    from package_extract.resolver.index import open_source
    from package_extract.resolver.index.pip_configuration import PipConfiguration

    options = index if index is not None else PipConfiguration.of_this_user().index_options()
    options = request.index_options.over(options)
    with open_source(options) as opened:
        return resolve_scopes([scope], opened, chosen, rules_for(rules, options))


def rules_for(rules: Rules | RuleSet | Literal["built-in"] | None, options: IndexOptions) -> Rules | None:
    """The rules in the form in which the solver asks them; `options` name the indexes that packages come from."""
    if rules is None:
        return None
    from package_extract.resolver.rules.rule_set import RuleSet, rule_set

    if rules == "built-in":
        return rule_set().for_solver(options)
    return rules.for_solver(options) if isinstance(rules, RuleSet) else rules


def _request(requirements: str | Iterable[str] | Request) -> Request:
    if isinstance(requirements, Request):
        return requirements
    from package_extract.resolver.requirements.reading import read_request

    return read_request([requirements] if isinstance(requirements, str) else list(requirements))


def target_from(image: Document | Mapping[str, Any] | Target | str | None, python: str | None = None) -> Target:
    """The target that a document or a few words describe. Raises `NoSuchPython` and `InvalidTarget`."""
    if image is None or isinstance(image, str):
        return parse_target(image or "")
    if isinstance(image, Target):
        return image
    from package_extract.resolver.target_document import target_of

    return target_of(image if not hasattr(image, "model_dump") else image.model_dump(mode="json"), python)
