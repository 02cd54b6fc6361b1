"""What `package-extract advise` does with its options: calls, and files in the form that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from package_extract import __version__
from package_extract.cli.asked_request import asked_request
from package_extract.cli.output import write_output
from package_extract.cli.target_options import chosen_target
from package_extract.cli.traffic_progress import traffic_shown
from package_extract.document.writing import encode, write_file
from package_extract.export.printable import printable
from package_extract.resolver.advice.advising import advise
from package_extract.resolver.advice.catalogue import Prebuilt, prebuilt_images, read_catalogue
from package_extract.resolver.advice.report_json import advice_data
from package_extract.resolver.advice.report_text import advice_text, explanation_text
from package_extract.resolver.advice.report_thoth import failure_report, thoth_report
from package_extract.resolver.advice.settings import assignments
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.index import open_source
from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.lock.answer_json import conflict_data
from package_extract.resolver.lock.requirements_txt import requirements_txt
from package_extract.resolver.policy import Policy

if TYPE_CHECKING:
    from package_extract.resolver.advice.advising import Advice
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules.rule_set import RuleSet

__all__ = ["run"]


def run(how: dict[str, Any], index: IndexOptions, rules: RuleSet, *, quiet: bool, verbose: bool, explain: bool) -> int:
    """Advise, write what was asked for, and return the exit code."""
    request = asked_request(how["requirements"], how["files"], index, constraints=how["constraints"])
    target = chosen_target(how)
    policy = Policy(how["installed"], verify_budget=0 if how["no_verify"] else Policy().verify_budget)
    options = request.index_options.over(index)
    prebuilt = prebuilt_images(read_catalogue(how["catalogue"]), request) if how["catalogue"] else []
    try:
        with open_source(options) as source, traffic_shown(source, quiet=quiet, verbose=verbose):
            advice = advise(
                request,
                target,
                source=source,
                policy=policy,
                rules=rules,
                options=options,
                fresh=not how["no_freshness"],
            )
    except NoSolution as error:
        _tell_failure(how, error, rules.circumstances.recommendation_type)
        raise
    data = _content(how, advice, request, prebuilt, options, explain=explain)
    if how["lock"]:
        write_file(Path(how["lock"]), requirements_txt(advice.answer.environment, hashes=not how["no_hashes"]).encode())
    if how["env_file"]:
        write_file(Path(how["env_file"]), assignments(advice.guidance.environment_variables).encode())
    if explain:
        click.echo(explanation_text(advice.explain()), nl=False, err=True)
    return write_output(data, how["output"])


def _tell_failure(how: dict[str, Any], error: NoSolution, recommendation: str | None) -> None:
    """Write what machines read of a failure; people get its sentence."""
    if how["form"] == "text":
        return
    if how["form"] == "thoth":
        data = failure_report(str(error), __version__, recommendation)
    else:
        data = conflict_data(error.conflict)
    write_output(encode(data, indent=True), how["output"])


def _content(
    how: dict[str, Any],
    advice: Advice,
    request: Request,
    prebuilt: list[Prebuilt],
    options: IndexOptions,
    *,
    explain: bool,
) -> bytes:
    if how["form"] == "json":
        return encode(advice_data(advice, prebuilt, explain=explain), indent=True)
    if how["form"] == "thoth":
        index_url = options.index_url or DEFAULT_INDEX_URL
        return encode(thoth_report(advice, request, index_url, __version__), indent=True)
    text = advice_text(advice, prebuilt, why=how["why"])
    return "".join(f"{printable(line)}\n" for line in text.splitlines()).encode()
