"""The options of commands that ask rules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.option_group import OptionGroup

if TYPE_CHECKING:
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.rules.advisories import Advisories
    from package_extract.resolver.rules.environment import Hardware
    from package_extract.resolver.rules.index import RuleIndex
    from package_extract.resolver.rules.rule_set import RuleSet

__all__ = ["RULE_NAMES", "opened_rules", "rule_options", "rule_settings", "wants_rules"]

_PATH = click.Path(path_type=Path)
OPTIONS = [
    click.option("--prescriptions", metavar="PATH", type=_PATH, multiple=True,
                 help="Further rules: a directory, a file, or an index that `prescriptions compile` made; "
                 "may be given several times."),
    click.option("--no-built-in-rules", is_flag=True, help="Do not use the rules that come with package-extract."),
    click.option("--without", "disabled", metavar="NAME", multiple=True,
                 help="Switch off a rule or an advisory; may be given several times."),
    click.option("--rules-mode", "mode", type=click.Choice(["intent", "strict"]), default="intent", show_default=True,
                 help="intent: as the authors of rules meant them; strict: as Thoth's code reads them."),
    click.option("--recommend", type=click.Choice(["latest", "stable", "performance", "security", "testing"]),
                 default="latest", show_default=True, help="What to look for besides versions that fit."),
    click.option("--advisories", metavar="PATH", type=_PATH,
                 help="Security advisories in OSV's or PyPI's JSON, a file or a directory."),
    click.option("--hardware", metavar="FILE", type=_PATH, help="Facts about the machine; docs/rules.md."),
    click.option("--label", "labels", metavar="KEY=VALUE", multiple=True,
                 help="A label that rules can ask for; may be given several times."),
    click.option("--library-usage", metavar="FILE", type=_PATH, help="JSON: which names of which library are used."),
    click.option("--known-image", "known_images", metavar="DOCUMENT", type=_PATH, multiple=True,
                 help="The document of an image that the image may be built on, or a directory of them; "
                 "may be given several times."),
    click.option("--skip-packages", is_flag=True, help="Let rules leave out dependencies; each is told."),
    click.option("--alternatives", is_flag=True,
                 help="Let rules put other packages in the place of some, where that is better or nothing else fits."),
    click.option("--explain-rules", is_flag=True, help="Tell how many rules counted, and why others did not."),
]  # fmt: skip
RULE_NAMES = (
    *("prescriptions", "no_built_in_rules", "disabled", "mode", "recommend", "advisories", "hardware", "labels"),
    *("library_usage", "known_images", "skip_packages", "alternatives"),
)
"""Parameters of the options, but for `explain_rules`."""


rule_options = OptionGroup(OPTIONS)


def wants_rules(how: dict[str, Any]) -> bool:
    """Whether there is anything to ask."""
    return bool(how["prescriptions"] or how["advisories"] or not how["no_built_in_rules"])


def rule_settings(how: dict[str, Any], options: IndexOptions, *, info: bool = False, quiet: bool = False) -> RuleSet:
    """Open and read what the options name; compiled rules are kept beside what indexes answered, if that is kept.

    Raises `PackageExtractError`s.
    """
    from package_extract.resolver.rules.environment import Circumstances
    from package_extract.resolver.rules.rule_set import RuleSet

    circumstances = Circumstances(
        mode=how["mode"],
        recommendation_type=how["recommend"],
        labels=dict(_pair(label) for label in how["labels"]),
        library_usage=_usage(how["library_usage"]) if how["library_usage"] else {},
    )
    return RuleSet(
        tuple(opened_rules(how, _cache_dir(options), quiet=quiet)),
        circumstances,
        _advisories(how["advisories"]),
        frozenset(how["disabled"]),
        skip_packages=how["skip_packages"],
        alternatives=how["alternatives"],
        info=info,
        hardware=_hardware(how["hardware"]),
        known_images=_known_images(how["known_images"]),
    )


def _advisories(path: Path | None) -> Advisories | None:
    if path is None:
        return None
    from package_extract.resolver.rules.advisories import read_advisories

    return read_advisories(path)


def _hardware(path: Path | None) -> Hardware:
    from package_extract.resolver.rules.environment import Hardware

    if path is None:
        return Hardware()
    from package_extract.resolver.rules.hardware import read_hardware

    return read_hardware(path)


def _known_images(paths: tuple[Path, ...]) -> tuple[dict[str, Any], ...]:
    if not paths:
        return ()
    from package_extract.resolver.advice.catalogue import read_catalogue

    return tuple(read_catalogue(paths))


def _cache_dir(options: IndexOptions) -> Path | None:
    return Path(options.cache_dir).parent / "rules" if options.cache_dir else None


def opened_rules(how: dict[str, Any], cache_dir: Path | None, *, quiet: bool = False) -> list[RuleIndex]:
    """The indexes of all rules, the built-in ones first; what is wrong with others is told."""
    from package_extract.resolver.rules.opening import BUILT_IN, open_rules

    jobs = os.cpu_count() or 1
    built_in = () if how["no_built_in_rules"] else (BUILT_IN,)
    indexes = [open_rules(place, cache_dir=cache_dir) for place in built_in]
    for place in how["prescriptions"]:
        index = open_rules(place, cache_dir=cache_dir, jobs=jobs, before_long=None if quiet else _announce)
        indexes.append(index)
        if not quiet and (remark := _remark(place, index)):
            click.echo(remark, err=True)
    return indexes


def _announce(place: Path, files: int) -> None:
    click.echo(f"compiling {files:,} files of rules in {place}, which is done once", err=True)


def _remark(place: Path, index: RuleIndex) -> str | None:
    """What people should know of rules before they rely on them."""
    from package_extract.resolver.rules.staleness import is_stale

    if index.name == str(place):
        return f"{place} is older than the rules it was made of; compile them again" if is_stale(index) else None
    errors = sum(1 for problem in index.problems() if problem.severity == "error")
    what = "1 file or rule" if errors == 1 else f"{errors} files or rules"
    return f"{place}: {what} cannot be used; `package-extract prescriptions lint` tells which" if errors else None


def _pair(label: str) -> tuple[str, str]:
    key, equals, value = label.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{label!r} is no label; write KEY=VALUE", param_hint="--label")
    return key, value


def _usage(path: Path) -> dict[str, Any]:
    import json

    try:
        usage = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        raise click.BadParameter(f"{path} cannot be read: {error}", param_hint="--library-usage") from None
    if not isinstance(usage, dict):
        raise click.BadParameter(f"{path} is no JSON object", param_hint="--library-usage")
    return usage
