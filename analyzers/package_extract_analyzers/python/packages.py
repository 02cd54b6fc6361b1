"""The analyzer `python_packages`: every Python environment of an image and every distribution in it.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and its forerunners (egg-info of
distutils and setuptools, eggs), conda's records, virtual environments (PEP 405) and PEP 610's direct URLs. What
`pip list --path` says of a directory, run inside the image, is what the document says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.plugin import FilePatterns
from package_extract_analyzers.python.conda import conda_files, conda_prefix, conda_row
from package_extract_analyzers.python.facts import INTERPRETER_NAMES, METADATA_FILE_NAMES, read_fact
from package_extract_analyzers.python.findings import Findings
from package_extract_analyzers.python.shadowing import mark_conda, winners

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.plugin import ImageView, LayerFile, Section
    from package_extract_analyzers.python.distributions import Distribution
    from package_extract_analyzers.python.environments import Environment, Environments

__all__ = ["PythonPackages"]

_LARGEST_FILE = 1 << 26


class PythonPackages:
    """Distributions installed for Python, per environment."""

    name = "python_packages"
    version = 1
    summary = "Python environments and the distributions installed in them"
    wants = FilePatterns(
        basenames=(*METADATA_FILE_NAMES, "pyvenv.cfg", *INTERPRETER_NAMES),
        suffixes=(".dist-info", ".egg-info", ".egg", ".egg-link", "conda-meta/history"),
        globs=("**/conda-meta/*.json", "**/site-packages/*.pth", "**/dist-packages/*.pth"),
    )
    after = ("rpm", "dpkg", "apk")
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
        for path, record in findings.conda:
            image.own(_owner("conda", record["name"], record["version"]), conda_files(path, record))
            prefix = environments.of_prefix(conda_prefix(path))
            prefix.packages.append(conda_row(path, record, image.layer(path)))
        members: dict[Environment, list[Distribution]] = {}
        for one in findings.distributions.values():
            if _is_package(one, image):
                members.setdefault(environments.of_site(one.site), []).append(one)
        owning: list[Distribution] = []
        for environment, distributions in members.items():
            chosen = _fill(environment, distributions, image)
            if environments.vendoring_site(environment) is None:
                owning += chosen
        for one in owning:  # after all owners are asked for: none of these owns itself
            image.own(_owner("python", one.name, one.version), one.files())
        _mark_vendored(environments, image)
        return {"environments": [environment.section(image.tree) for environment in environments.all()]}


def _is_package(one: Distribution, image: ImageView) -> bool:
    if one.is_stdlib_marker:
        return False
    if one.is_leftover:
        image.problem(
            "interrupted-uninstall", "left behind by an interrupted uninstall", path=one.metadata_path, severity="info"
        )
        return False
    missing = [name for name in ("name", "version") if not (one.header(name) or "").strip()]
    if missing:
        message = f"the metadata has no {' and no '.join(missing)}; taken from the file name as far as it tells"
        image.problem("incomplete-metadata", message, path=one.metadata_file, severity="warning")
    return True


def _fill(environment: Environment, distributions: list[Distribution], image: ImageView) -> Iterable[Distribution]:
    """Make the entries of one environment; returns those of its distributions that are imported."""
    chosen = winners(distributions, environment.paths, image.layer)
    for one in distributions:
        row = one.row()
        row["layer"] = image.layer(one.metadata_file)
        row["owner"] = image.owner(one.metadata_file)
        if chosen[one.key] is not one:
            row["shadowed_by"] = chosen[one.key].metadata_path
        environment.packages.append(row)
    mark_conda(environment.packages)
    return chosen.values()


def _mark_vendored(environments: Environments, image: ImageView) -> None:
    """Say of distributions below a site directory, which no interpreter imports as such, where they belong."""
    for environment in environments.all():
        site = environments.vendoring_site(environment)
        if site is None:
            continue
        carriers = {row["name"]: row["metadata_path"] for row in environments.of_site(site).packages}
        for row in environment.packages:
            row["owner"] = row["owner"] or image.owner(f"{row['metadata_path']}/METADATA")
            carrier = row["owner"]["name"] if row["owner"] and row["owner"]["type"] == "python" else None
            row["shadowed_by"] = row["shadowed_by"] or carriers.get(carrier, site)


def _owner(kind: str, name: str, version: str | None) -> dict[str, Any]:
    return {"type": kind, "name": name, "version": version}
