"""The analyzer `python_packages`: every Python environment of an image and every distribution in it.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and its forerunners (egg-info of
distutils and setuptools, eggs), conda's records, virtual environments (PEP 405) and PEP 610's direct URLs. What
`pip list --path` says of a directory, run inside the image, is what the document says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.plugin import FilePatterns
from package_extract_analyzers.python.binding import bind, mark_unseen, readers
from package_extract_analyzers.python.conda import conda_files, conda_prefix, conda_row
from package_extract_analyzers.python.facts import INTERPRETER_NAMES, METADATA_FILE_NAMES, read_fact
from package_extract_analyzers.python.findings import Findings
from package_extract_analyzers.python.overwriting import mark_overwritten
from package_extract_analyzers.python.shadowing import mark_conda, mark_overlaid, mark_vendored, winners

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.plugin import ImageView, LayerFile, Section
    from package_extract_analyzers.python.distributions import Distribution
    from package_extract_analyzers.python.environments import Environment
    from package_extract_analyzers.python.overwriting import Claim

__all__ = ["PythonPackages"]

_LARGEST_FILE = 1 << 26


class PythonPackages:
    """Distributions installed for Python, per environment."""

    name = "python_packages"
    version = 4
    summary = "Python environments and the distributions installed in them"
    wants = FilePatterns(
        basenames=(*METADATA_FILE_NAMES, "pyvenv.cfg", *INTERPRETER_NAMES),
        suffixes=(".dist-info", ".egg-info", ".egg", ".egg-link", "conda-meta/history"),
        globs=("**/conda-meta/*.json", "**/site-packages/*.pth", "**/dist-packages/*.pth"),
    )
    after = ("rpm", "dpkg", "apk", "python_interpreters")
    options: Mapping[str, Any] = {}
    section = "package_extract.document.python_packages:PythonPackagesSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:
        """All of a long file list or egg; nothing of an interpreter."""
        return () if bytes(head[:4]) == b"\x7fELF" or size > _LARGEST_FILE else ((0, size),)

    def read(self, file: LayerFile) -> Any:
        """A pair of kind and value; see `facts`."""
        if file.path.rpartition("/")[2] in INTERPRETER_NAMES:
            return None
        if file.size > _LARGEST_FILE:
            raise FormatError("the file is too large to be what its name says", code="too-large")
        return read_fact(file.path, file.content)

    def assemble(self, image: ImageView) -> Section:
        """Put each distribution into its environment; relate them to each other and to their owners."""
        findings = Findings(image)
        environments = findings.environments(image.tree)
        environments.bind(image.tree)
        for path, record in findings.conda:
            image.own(_owner("conda", record["name"], record["version"]), conda_files(path, record))
            prefix = environments.of_prefix(conda_prefix(path))
            prefix.packages.append(conda_row(path, record, image.layer(path)))
        members: dict[Environment, list[Distribution]] = {}
        for one in findings.distributions.values():
            if _is_package(one, image):
                members.setdefault(environments.of_site(one.site), []).append(one)
        bound = bind(environments.all(), readers(image), image.tree)
        for environment, distributions in members.items():
            _fill(environment, distributions, image)
        claims: list[Claim] = []
        for environment, distributions in members.items():
            site = environments.vendoring_site(environment)
            if site is None:
                claims += _claim_files(environment, distributions, image)
            else:
                around = findings.distributions_in(site)
                mark_vendored(environment.packages, environment.prefix, site, around)
        mark_overwritten(claims, image)
        for upper, lower in environments.overlays():
            if lower not in bound:
                mark_overlaid(lower.packages, upper.packages)
        mark_unseen(environments.all(), bound)
        return {"environments": [environment.section() for environment in environments.all()]}


def _is_package(one: Distribution, image: ImageView) -> bool:
    if one.is_stdlib_marker:
        return False
    if one.is_leftover:
        image.problem(
            "interrupted-uninstall", "left behind by an interrupted uninstall", path=one.metadata_path, severity="info"
        )
        return False
    if one.header("name") is None and one.version is None:
        image.problem("no-metadata", "the metadata has no name and no version", path=one.metadata_file)
        return False
    missing = [name for name in ("name", "version") if not (one.header(name) or "").strip()]
    if missing:
        message = f"the metadata has no {' and no '.join(missing)}; taken from the file name as far as it tells"
        image.problem("incomplete-metadata", message, path=one.metadata_file, severity="warning")
    return True


def _fill(environment: Environment, distributions: list[Distribution], image: ImageView) -> None:
    """Make the entries of one environment. In one layer, packages of the operating system are there before others."""
    chosen = winners(distributions, environment.paths, lambda path: (image.layer(path) or 0, image.owner(path) is None))
    for one in distributions:
        row = one.row()
        linked = image.layer(one.metadata_file) is None  # then the directory is a link, and that is what was installed
        entry = one.metadata_path if linked else one.metadata_file
        row["layer"], row["owner"] = image.layer(entry), image.owner(entry)
        if chosen[one.key] is not one:
            one.shadowed = True
            row["shadowed_by"] = chosen[one.key].metadata_path
        environment.packages.append(row)
    mark_conda(environment.packages)


def _claim_files(environment: Environment, distributions: list[Distribution], image: ImageView) -> list[Claim]:
    """Record which files the distributions brought. This comes after all owners were asked for: none owns itself."""
    rows = {row["metadata_path"]: row for row in environment.packages}
    claims = []
    for one in distributions:
        if not one.shadowed:
            owner = _owner("python", one.name, one.version)
            image.own(owner, one.files())
            claims.append((owner, rows[one.metadata_path]))
    return claims


def _owner(kind: str, name: str, version: str | None) -> dict[str, Any]:
    return {"type": kind, "name": name, "version": version}
