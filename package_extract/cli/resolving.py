"""What `package-extract resolve` does with its options: calls, and files in the form that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec import Struct

from package_extract.cli.asked_request import asked_request
from package_extract.cli.traffic_progress import traffic_shown
from package_extract.document.writing import encode, write_file
from package_extract.export.printable import printable
from package_extract.resolver.advice.freshness import with_lateness
from package_extract.resolver.errors import NoSolution, NoSuchPython
from package_extract.resolver.index import open_source
from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.lock.answer_json import answer_data, conflict_data
from package_extract.resolver.lock.forms import lock_text
from package_extract.resolver.lock.requirements_txt import constraints_txt
from package_extract.resolver.policy import Policy
from package_extract.resolver.report import answer_text, ranking_text
from package_extract.resolver.resolve import target_from
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from package_extract.resolver.answer import Answer, Environment
    from package_extract.resolver.choosing import Candidate
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.policy import InstalledPolicy
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules.rule_set import RuleSet
    from package_extract.resolver.rules.solver_rules import SolverRules
    from package_extract.resolver.source import Source

__all__ = ["Asked", "Outcome", "run"]

_SUFFIXES = {"requirements": "txt", "pylock": "toml", "pipfile": "lock", "json": "json", "text": "txt"}


class Asked(Struct, frozen=True):
    """The options of the command, by their names."""

    requirements: tuple[str, ...]
    files: tuple[str, ...]
    constraints: tuple[str, ...]
    overrides: tuple[str, ...]
    extras: tuple[str, ...]
    groups: tuple[str, ...]
    images: tuple[str, ...]
    python: str | None
    target: str | None
    request_file: str | None
    installed: InstalledPolicy
    pre: bool
    no_pre: bool
    form: Literal["requirements", "pylock", "pipfile", "json", "text"]
    output: str | None
    constraints_output: str | None
    no_hashes: bool
    all_files: bool
    why: bool
    verify_budget: int | None
    no_verify: bool
    deep: bool

    @property
    def policy(self) -> Policy:
        """The options that concern the resolution."""
        budget = 0 if self.no_verify else self.verify_budget or Policy().verify_budget
        prereleases: Literal["allow", "never", "if-needed"] = "if-needed"
        if self.pre or self.no_pre:
            prereleases = "allow" if self.pre else "never"
        return Policy(self.installed, prereleases, budget, self.deep and not self.no_verify)


class Outcome(Struct, frozen=True):
    """What is left to do: write, and end."""

    standard_output: bytes = b""
    for_people: str = ""
    code: int = 0


def run(
    asked: Asked, index: IndexOptions, rules: RuleSet | None, *, quiet: bool, verbose: bool, explain: bool = False
) -> Outcome:
    """Resolve, and write the files that were asked for. Raises `PackageExtractError`s."""
    scopes, candidates, agreements, request = _prepared(asked, index)
    options = request.index_options.over(index)
    index_url = options.index_url or DEFAULT_INDEX_URL
    solver_rules = rules.for_solver(options) if rules else None
    with open_source(options) as source, traffic_shown(source, quiet=quiet, verbose=verbose):
        if candidates:
            return _chosen(asked, candidates, request, source, solver_rules, index_url)
        try:
            answer = resolve_scopes(scopes, source, asked.policy, solver_rules, agreements)
            if len(scopes) == 1:
                answer = with_lateness(answer, request, source)
        except NoSolution as error:
            if asked.form != "json":
                raise
            return _unsolved(asked, error)
        finally:
            if solver_rules and explain:
                click.echo(_explanations(solver_rules), nl=False, err=True)
    return _written(asked, answer, index_url, "")


def _explanations(rules: SolverRules) -> str:
    """What became of the rules, under each label."""
    from package_extract.resolver.advice.report_text import explanation_text

    texts = {label: explanation_text(rules.explain(label, advice=False)) for label in rules.books}
    return "".join(f"{label}: {text}" if label else text for label, text in texts.items())


def _prepared(asked: Asked, index: IndexOptions) -> tuple[list[Scope], list[Candidate], list[tuple[str, str]], Request]:
    if asked.request_file:
        from package_extract.resolver.request_file import read_request_file
        from package_extract.resolver.requirements.request import Request

        scopes, agreements = read_request_file(asked.request_file, asked.policy)
        request = Request()
        for scope in scopes:
            request = Request(index_options=scope.request.index_options).over(request)
        return scopes, [], agreements, request
    request = asked_request(
        asked.requirements,
        asked.files,
        index,
        constraints=asked.constraints,
        overrides=asked.overrides,
        extras=asked.extras,
        groups=asked.groups,
    )
    if len(asked.images) > 1:
        return [], [_candidate(path) for path in asked.images], [], request
    image: Any = asked.target
    if asked.images:
        from package_extract.document.reading import load_valid

        image = load_valid(asked.images[0])
    return [Scope(target_from(image, asked.python), request, asked.policy)], [], [], request


def _candidate(path: str) -> Candidate:
    from package_extract.document.reading import load_valid
    from package_extract.resolver.choosing import Candidate

    document = load_valid(path)
    try:
        return Candidate(path, target_from(document), document["image"].get("created"))
    except NoSuchPython as error:
        return Candidate(path, error)


def _chosen(
    asked: Asked,
    candidates: list[Candidate],
    request: Request,
    source: Source,
    rules: SolverRules | None,
    index_url: str,
) -> Outcome:
    from package_extract.resolver.choosing import rank_images

    ranked = rank_images(candidates, request, source, asked.policy, rules)
    answer = ranked[0].answer
    if answer is None:
        return Outcome(for_people=ranking_text(ranked), code=1)
    return _written(asked, answer, index_url, ranking_text(ranked))


def _unsolved(asked: Asked, error: NoSolution) -> Outcome:
    data = encode(conflict_data(error.conflict), indent=True)
    if asked.output is not None:
        write_file(Path(asked.output), data)
        data = b""
    else:
        click.echo(data.decode(), nl=False)
    return Outcome(for_people=f"package-extract: {error}", code=1)


def _written(asked: Asked, answer: Answer, index_url: str, for_people: str) -> Outcome:
    """Everything is made before anything is written."""
    several = len(answer.environments) > 1 and asked.form not in ("json", "text")
    contents = {
        each.label: _content(asked, answer, each, index_url).encode()
        for each in (answer.environments if several else answer.environments[:1])
    }
    people = for_people + (answer_text(answer) if asked.form != "text" else "")
    standard_output = b""
    if asked.output is None:
        standard_output = b"".join(
            f"# {label}\n".encode() + data if several else data for label, data in contents.items()
        )
    elif several:
        output = Path(asked.output)
        output.mkdir(exist_ok=True)
        for label, data in contents.items():
            write_file(output / _file_name(asked.form, label), data)
    else:
        write_file(asked.output, contents[answer.environments[0].label])
    if asked.constraints_output:
        _write_constraints(Path(asked.constraints_output), answer)
    return Outcome(standard_output, people)


def _write_constraints(output: Path, answer: Answer) -> None:
    """One file, or one for each image in a directory: what stays in one need not go together with another's."""
    if len(answer.environments) == 1:
        write_file(output, constraints_txt(answer.environment).encode())
        return
    output.mkdir(exist_ok=True)
    for environment in answer.environments:
        write_file(output / f"constraints.{environment.label}.txt", constraints_txt(environment).encode())


def _file_name(form: str, label: str) -> str:
    stem = {"requirements": "requirements", "pylock": "pylock", "pipfile": "Pipfile"}[form]
    return f"{stem}.{label}.{_SUFFIXES[form]}"


def _content(asked: Asked, answer: Answer, environment: Environment, index_url: str) -> str:
    if asked.form == "json":
        return encode(answer_data(answer), indent=True).decode()
    if asked.form == "text":
        return printable_lines(answer_text(answer, why=asked.why))
    return lock_text(asked.form, environment, index_url, hashes=not asked.no_hashes, all_files=asked.all_files)


def printable_lines(text: str) -> str:
    """The text without anything that a terminal would act on."""
    return "".join(f"{printable(line)}\n" for line in text.splitlines())
