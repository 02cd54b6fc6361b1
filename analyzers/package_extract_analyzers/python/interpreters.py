"""The analyzer `python_interpreters`: every Python interpreter of an image, without running any.

Its version comes from several things that must agree; see `interpreter_evidence`. Virtual environments (PEP 405) have
an interpreter of their own, because what it imports is their own.
"""

from __future__ import annotations

from posixpath import join
from typing import TYPE_CHECKING, Any

from package_extract.formats.pyvenv import includes_system_site
from package_extract.plugin import FilePatterns
from package_extract_analyzers.python.interpreter import Interpreter
from package_extract_analyzers.python.interpreter_facts import (
    WANTED_GLOBS,
    WANTED_NAMES,
    WANTED_PATHS,
    is_program,
    ranges,
    read_fact,
)
from package_extract_analyzers.python.interpreter_findings import InterpreterFindings
from package_extract_analyzers.python.interpreter_search_path import search_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.plugin import ImageView, LayerFile, Section
    from package_extract_analyzers.python.interpreter_layout import Installation

__all__ = ["PythonInterpreters"]

_LARGEST_TEXT = 1 << 22


class PythonInterpreters:
    """Python interpreters, with their versions, ABIs and the wheels that they accept."""

    name = "python_interpreters"
    version = 3
    summary = "Python interpreters: exact versions, ABI, markers, accepted wheel tags, search paths"
    wants = FilePatterns(paths=WANTED_PATHS, basenames=WANTED_NAMES, globs=WANTED_GLOBS)
    after = ("rpm", "dpkg", "apk")
    section = "package_extract.document.python_interpreters:PythonInterpretersSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """The constants of a large program or library."""
        return ranges(head)

    def read(self, file: LayerFile) -> Any:
        """A pair of kind and value; see `interpreter_facts`."""
        if file.size > _LARGEST_TEXT and bytes(file.content[:4]) != b"\x7fELF":
            return None
        return read_fact(file.path, file.content)

    def assemble(self, image: ImageView) -> Section:
        """Describe each program, then each virtual environment by the program that it leads to."""
        findings = InterpreterFindings(image)
        programs = findings.programs()
        bases = {path: Interpreter(findings, path) for path in programs}
        for path in [path for path, one in bases.items() if not one.is_python]:
            message = "nothing in this program says that it is a Python interpreter"
            image.problem("not-an-interpreter", message, path=path, severity="info")
            del bases[path], programs[path]
        links = findings.links_to({name for path, others in programs.items() for name in (path, *others)})
        rows = []
        for path, one in bases.items():
            aliases = programs[path] + [link for name in (path, *programs[path]) for link in links[name]]
            rows.append(_base_row(one, aliases))
        known = {name: bases[path] for path, others in programs.items() for name in (path, *others)}
        for prefix in sorted(findings.virtual):
            row = _virtual_row(findings, prefix, known)
            if row is not None:
                rows.append(row)
        return {"interpreters": sorted(rows, key=lambda row: str(row["path"]))}


def _base_row(one: Interpreter, aliases: Iterable[str]) -> dict[str, Any]:
    findings, base = one.findings, one.installation
    entries, sites = (
        search_path(findings, base, base.prefix, one.series, system_site=None) if base and one.series else ([], [])
    )
    return _row(
        one,
        {
            "path": one.path,
            "aliases": sorted(aliases),
            "prefix": base.prefix if base else None,
            "base_prefix": base.prefix if base else None,
            "stdlib": base.stdlib if base else None,
            "virtual_environment": False,
            "base": None,
            "sys_path": entries,
            "site_dirs": sites,
            "externally_managed": bool(base and findings.tree.is_file(f"{base.stdlib}/EXTERNALLY-MANAGED")),
        },
    )


def _virtual_row(findings: InterpreterFindings, prefix: str, known: Mapping[str, Interpreter]) -> dict[str, Any] | None:
    """The entry of a virtual environment; None, and a problem, where its program leads nowhere."""
    config, tree, image = findings.virtual[prefix], findings.tree, findings.image
    directory = f"{prefix}/bin".lstrip("/")
    names = [name for name in tree.children(tree.real_path(directory) or directory) if is_program(name)]
    paths = sorted((f"{directory}/{name}" for name in names), key=lambda path: (len(path), path))
    home = tree.real_path(config.get("home", ""))
    for path in paths:
        real = tree.real_path(path)
        if real is None or real not in findings.binaries:
            continue
        copied = findings.virtual_prefix(real) is not None
        one = known.get(real) or Interpreter(findings, real, f"{home}/python" if copied and home else None)
        if not one.is_python:
            continue
        aliases = [other for other in paths if other != path and tree.real_path(other) == real]
        return _described(findings, prefix, path, aliases, one, _base(findings, config, one, known))
    if names:
        message = f"its interpreter, /{tree.real_path(paths[0]) or paths[0]}, is not in the image"
        image.problem("no-interpreter", message, path=f"{prefix}/pyvenv.cfg".lstrip("/"), severity="warning")
    return None


def _described(
    findings: InterpreterFindings, prefix: str, path: str, aliases: list[str], one: Interpreter, base: str | None
) -> dict[str, Any]:
    config = findings.virtual[prefix]
    installed = _installation(config, one)
    told = config.get("version_info") or config.get("version")
    plain = ".".join((told or "").split(".")[:3])  # virtualenv appends level and serial: 3.11.2.final.0
    entries: list[str] = []
    sites: list[str] = []
    if installed and one.series:
        system_site = includes_system_site(config)
        entries, sites = search_path(findings, installed, prefix, one.series, system_site=system_site)
    row = _row(
        one,
        {
            "path": path,
            "aliases": aliases,
            "prefix": prefix,
            "base_prefix": installed.prefix if installed else None,
            "stdlib": installed.stdlib if installed else None,
            "virtual_environment": True,
            "base": base,
            "sys_path": entries,
            "site_dirs": sites,
            "externally_managed": False,
        },
        (f"{prefix}/pyvenv.cfg".lstrip("/"), plain),
    )
    row["owner"], row["layer"] = findings.owner(path), findings.image.layer(path)
    return row


def _installation(config: Mapping[str, str], one: Interpreter) -> Installation | None:
    """The base installation in the words of the environment: its home may lead there through links."""
    home = config.get("home", "")
    told = one.installation_above(f"{home.strip('/')}/python") if home.startswith("/") else None
    return told if told and told.prefix else one.installation


def _base(
    findings: InterpreterFindings, config: Mapping[str, str], one: Interpreter, known: Mapping[str, Interpreter]
) -> str | None:
    """The interpreter that the environment was made with: what its program is a link to, or the one in its home."""
    if one.path in known:
        return one.path
    home = config.get("home")
    names = [f"python{one.series}", "python3", "python"] if home else []
    for name in names:
        real = findings.tree.real_path(join(home or "", name))
        if real is not None and real in known:
            return known[real].path
    return None


def _row(one: Interpreter, more: dict[str, Any], pyvenv: tuple[str, str] | None = None) -> dict[str, Any]:
    """The entry of the document, with a problem where the evidence is contradictory."""
    image, evidence = one.findings.image, one.evidence
    statements = list(evidence.statements)
    contradictions = evidence.contradictions()
    if pyvenv is not None:
        evidence.add("pyvenv.cfg", *pyvenv)
        contradictions = [said for said in evidence.contradictions() if said not in contradictions]
        statements, evidence.statements = evidence.statements, statements
    if contradictions:
        said = ", ".join(f"{one['version']} ({one['source']} {one['path']})" for one in contradictions)
        message = f"the interpreter is of version {evidence.version or evidence.series}, but something says {said}"
        image.problem("contradictory-version", message, path=more["path"], severity="warning")
    if one.version is None:
        message = "nothing in the image tells its whole version"
        image.problem("unknown-version", message, path=more["path"], severity="warning")
    real = {entry: one.findings.tree.real_path(entry) for entry in more["sys_path"]}
    return {
        **more,
        **one.facts(),
        "real_paths": {entry: path for entry, path in real.items() if path not in (None, entry)},
        "evidence": statements,
        "owner": one.owner,
        "layer": image.layer(one.path),
    }
