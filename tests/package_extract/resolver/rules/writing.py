"""Rules written down in a test."""

from __future__ import annotations

from textwrap import indent

from package_extract.resolver.rules.environment import Circumstances, Environment, InstalledPython, SystemPackage
from package_extract.resolver.rules.index import index_in_memory
from package_extract.resolver.rules.loading import load
from package_extract.resolver.rules.rulebook import Rulebook
from package_extract.resolver.rules.solver_rules import SolverRules

KINDS = {
    "boot": "boots", "pseudonym": "pseudonyms", "sieve": "sieves", "step": "steps", "stride": "strides", "wrap": "wraps",
}  # fmt: skip


def unit(name, kind, *, include="adviser_pipeline: true", match=None, run=None):
    """One unit as YAML; `include`, `match` and `run` are YAML themselves."""
    lines = [f"- name: {name}", f"  type: {kind}", "  should_include:", indent(include, "    ")]
    for key, value in (("match", match), ("run", run)):
        if value is not None:
            lines += [f"  {key}:", indent(value, "    ")]
    return KINDS[kind.partition(".")[0]], "\n".join(lines)


def file_of(*units):
    """A file of units."""
    lists = {}
    for kind, text in units:
        lists.setdefault(kind, []).append(indent(text, "  "))
    return "units:\n" + "".join(f"  {kind}:\n" + "\n".join(texts) + "\n" for kind, texts in lists.items())


def loaded(tmp_path, *units):
    """The units, which must all be good."""
    path = tmp_path / "rules.yaml"
    path.write_text(file_of(*units))
    found = load([path])
    assert not found.problems, found.problems
    return found.units


def rulebook(tmp_path, *units, environment=None, **circumstances):
    """A book of these units."""
    index = index_in_memory(loaded(tmp_path, *units))
    return Rulebook([index], environment or image(), Circumstances(**circumstances))


def rules(tmp_path, *units, environment=None, settings=None, advisories=None, **circumstances):
    """What the solver asks."""
    book = rulebook(tmp_path, *units, environment=environment, **circumstances)
    return SolverRules(lambda _target: book, settings=settings, advisories=advisories)


def image(**facts):
    """An image of Debian with a little in it."""
    facts = {
        "image_given": True,
        "images": ("registry.test/team/base:v1.2",),
        "system": ("debian", "12"),
        "python_version": "3.11",
        "platform": "linux-x86_64",
        "others": (SystemPackage("bash", "5.2"),),
        **facts,
    }
    return Environment(**facts)


def python(title, location="/usr/lib/python3"):
    """A Python distribution in an image."""
    return InstalledPython(*title.split(), location)
