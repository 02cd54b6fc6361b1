"""What `package-extract enumerate` does with its options: stacks, their lock files, and a command for each."""

from __future__ import annotations

import json
import subprocess
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import click
from msgspec.structs import replace

from package_extract.cli.asked_request import asked_request
from package_extract.cli.output import write_standard_output
from package_extract.cli.stack_report import StackReport
from package_extract.cli.target_options import chosen_target
from package_extract.cli.traffic_progress import traffic_shown
from package_extract.document.writing import write_file
from package_extract.resolver.advice.report_text import explanation_text
from package_extract.resolver.enumeration import enumerate_stacks, stack_id
from package_extract.resolver.index import open_source
from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.lock.forms import lock_text
from package_extract.resolver.policy import Policy
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules.rule_set import RuleSet
    from package_extract.resolver.rules.solver_rules import SolverRules

__all__ = ["run"]

_NAMES = {"requirements": "requirements.txt", "pylock": "pylock.toml", "pipfile": "Pipfile.lock"}
_OUTPUT_KEPT = 4_000
"""Characters of the end of what a command prints that the report keeps."""


def run(how: dict[str, Any], index: IndexOptions, settings: RuleSet, *, quiet: bool, verbose: bool) -> int:
    """Make the stacks and return the exit code."""
    report = StackReport(how["report"], _asked(how))
    failed = any(result.get("exit_code") for result in report.results)
    wanted = None if how["all_"] else how["count"] - len(report.results)
    if wanted is not None and wanted <= 0:
        click.echo(f"{how['report']} has {len(report.results)} stacks already", err=True)
        return int(failed)
    request = asked_request(how["requirements"], how["files"], index, constraints=how["constraints"])
    options = request.index_options.over(index)
    rules = _rules(how, settings).for_solver(options)
    for answer in islice(_stacks(how, request, options, rules, report, verbose=verbose), wanted):
        result = _stack(how, answer, len(report.results) + 1, index)
        report.add(result)
        failed = failed or bool(result.get("exit_code"))
        if how["output"] is None:
            if code := write_standard_output((json.dumps(result) + "\n").encode()):
                return code
        elif not quiet:
            click.echo(_line(result), err=True)
    if how["explain_rules"]:
        click.echo(explanation_text(rules.explain()), nl=False, err=True)
    return int(failed)


def _asked(how: dict[str, Any]) -> dict[str, Any]:
    """What has to be the same for a report to be resumed."""
    keys = ("requirements", "files", "constraints", "image", "python", "target", "installed", "vary", "form", "command")
    asked = {key: how[key] for key in keys}
    rules = ("no_built_in_rules", "disabled", "mode", "recommend", "labels", "skip_packages", "alternatives")
    asked |= {key: how[key] for key in rules}
    for key in ("prescriptions", "known_images"):
        asked[key] = [str(path) for path in how[key]]
    for key in ("advisories", "hardware", "library_usage"):
        asked[key] = how[key] and str(how[key])
    return {**asked, "seed": how["seed"] if how["random"] else None}


def _rules(how: dict[str, Any], settings: RuleSet) -> RuleSet:
    """The rules for many stacks."""
    decision: Literal["random", "all"] = "random" if how["random"] else "all"
    circumstances = settings.circumstances._replace(pipeline="dependency_monkey", decision_type=decision)
    return replace(settings, circumstances=circumstances)


def _stacks(
    how: dict[str, Any],
    request: Request,
    options: IndexOptions,
    rules: SolverRules,
    report: StackReport,
    *,
    verbose: bool,
) -> Iterator[Answer]:
    policy = Policy(how["installed"], verify_budget=Policy().verify_budget if how["verify"] else 0)
    # Bars would be drawn over the lines that tell of the stacks.
    with open_source(options) as source, traffic_shown(source, quiet=True, verbose=verbose):
        yield from enumerate_stacks(
            Scope(chosen_target(how), request, policy),
            source,
            policy,
            rules,
            seen=[result["pins"] for result in report.results],
            seed=how["seed"] if how["random"] else None,
            vary=how["vary"],
        )


def _stack(how: dict[str, Any], answer: Answer, number: int, index: IndexOptions) -> dict[str, Any]:
    """Write the lock file, run the command, and tell about both."""
    index_url = index.index_url or DEFAULT_INDEX_URL
    content = lock_text(how["form"], answer.environment, index_url, hashes=not how["no_hashes"])
    identity = stack_id(answer.pins)
    result: dict[str, Any] = {"number": number, "id": identity, "pins": answer.pins}
    if how["output"] is None:
        return {**result, "lock": content}
    directory: Path = how["output"] / f"{number:04}"
    directory.mkdir(parents=True, exist_ok=True)
    lock = directory / _NAMES[how["form"]]
    write_file(lock, content.encode())
    result["lock"] = str(lock)
    return {**result, **_tried(how, lock, number, identity)} if how["command"] else result


def _tried(how: dict[str, Any], lock: Path, number: int, identity: str) -> dict[str, Any]:
    """Run the command without a shell."""
    values = {"{lock}": str(lock), "{number}": str(number), "{id}": identity}
    words = [_filled(word, values) for word in how["command"]]
    start = time.monotonic()
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=how["timeout"],
            check=False,
        )
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        code, output = 124, (error.stdout or b"") + b"\ntook too long"
    except OSError as error:
        code, output = 127, f"{words[0]}: {error.strerror or error}".encode()
    text = output.decode(errors="replace")[-_OUTPUT_KEPT:]
    return {"command": words, "exit_code": code, "seconds": round(time.monotonic() - start, 3), "output": text}


def _filled(word: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        word = word.replace(mark, value)
    return word


def _line(result: dict[str, Any]) -> str:
    told = f", exit code {result['exit_code']} after {result['seconds']} s" if "exit_code" in result else ""
    return f"{result['number']}: {result['lock']}, {len(result['pins'])} packages{told}"
