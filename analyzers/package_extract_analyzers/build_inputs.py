"""The analyzer `build_inputs`: lock files and lists of requirements in the image, and what of them is installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.plugin import FilePatterns
from package_extract_analyzers.paths import shared_directories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from package_extract.formats.requirement_line import LockedPackage
    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["BuildInputs"]

_AICOE_CI = {"opt/aicoe-ci/Pipfile": "requirements", "opt/aicoe-ci/Pipfile.lock": "requirements_lock"}
_ELSEWHERE = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|__pycache__|\.cache|[^/]+\.(?:dist|egg)-info)/"
    r"|/pkgs/|^usr/share/doc/|^(?:proc|sys)/",
).search
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")
_LARGEST = 1 << 24


class BuildInputs:
    """Lock files and lists of requirements.

    A fact is {"format": …, "packages": [(name, version, specifier)]}, with the parsed "document" of AICoE-CI's files.
    """

    name = "build_inputs"
    version = 1
    summary = "Lock files and lists of requirements left in the image, beside what is installed"
    wants = FilePatterns(
        basenames=(
            *("Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"),
            *("environment.yml", "environment.yaml"),
        ),
        globs=("**/*requirements*.txt", "**/requirements/*.txt", "**/*constraints*.txt", "**/pylock.*.toml"),
    )
    after = ("python_packages",)
    options: Mapping[str, Any] = {}
    section = "package_extract.document.build_inputs:BuildInputsSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """All of a large lock file."""
        return ((0, size),) if size <= _LARGEST else ()

    def read(self, file: LayerFile) -> Fact | None:
        """The packages that the file asks for; None where it belongs to an installed package."""
        if _ELSEWHERE(file.path):
            return None
        form = _form(file.path)
        if form is None:
            return None
        data = bytes(file.content[:_LARGEST])
        document, packages = _READERS[form](data)
        fact: dict[str, Any] = {"format": form, "packages": packages}
        if file.path in _AICOE_CI:
            fact["document"] = _plain(document)
        return fact if packages or document is not None else None

    def assemble(self, image: ImageView) -> Section:
        """The files, each beside the environment that it most likely was for."""
        environments = _installed(image)
        lock_files = []
        aicoe_ci: dict[str, Any] = {"requirements": None, "requirements_lock": None}
        for path, fact in image.facts():
            if path in _AICOE_CI:
                aicoe_ci[_AICOE_CI[path]] = fact["document"]
            lock_files.append(_row(path, fact, environments))
        return {"lock_files": lock_files, "aicoe_ci": aicoe_ci}


def _form(path: str) -> str | None:
    """Which format the file's name stands for."""
    basename = path.rpartition("/")[2]
    if basename in _READERS:
        return basename
    if basename.startswith("environment."):
        return "environment.yml"
    if basename.endswith(".toml"):
        return "pylock.toml"
    return "constraints.txt" if "constraints" in basename else "requirements.txt"


Document = tuple[Any, "list[LockedPackage]"]


def _requirements(data: bytes) -> Document:
    from package_extract.formats.requirements_txt import read_requirements_txt

    return None, read_requirements_txt(data)


def _toml_lock(data: bytes) -> Document:
    from package_extract.formats.lock_toml import read_toml_lock

    return None, read_toml_lock(data)


def _pipfile(data: bytes) -> Document:
    from package_extract.formats.lock_toml import read_pipfile, read_toml

    document = read_toml(data)
    return document, read_pipfile(document)


def _pipfile_lock(data: bytes) -> Document:
    from package_extract.formats.lock_json import read_json, read_pipfile_lock

    document = read_json(data)
    return document, read_pipfile_lock(document)


def _conda(data: bytes) -> Document:
    from package_extract.formats.conda_environment import read_conda_environment

    return None, read_conda_environment(data)


_READERS: dict[str, Callable[[bytes], Document]] = {
    "requirements.txt": _requirements,
    "constraints.txt": _requirements,
    "Pipfile": _pipfile,
    "Pipfile.lock": _pipfile_lock,
    "poetry.lock": _toml_lock,
    "uv.lock": _toml_lock,
    "pdm.lock": _toml_lock,
    "pylock.toml": _toml_lock,
    "environment.yml": _conda,
}


def _plain(value: Any) -> Any:
    """The parsed document without credentials in URLs; dates as text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _CREDENTIALS.sub("", value)
    return value if isinstance(value, (bool, int, type(None))) else str(value)


def _installed(image: ImageView) -> list[tuple[str, dict[str, str | None]]]:
    """Prefix of each environment, and the versions of what Python finds in it, by normalized name."""
    return [
        (
            environment["prefix"],
            {row["normalized_name"]: row["version"] for row in environment["packages"] if row["shadowed_by"] is None},
        )
        for environment in image.section("python_packages").get("environments", ())
    ]


def _row(path: str, fact: dict[str, Any], environments: list[tuple[str, dict[str, str | None]]]) -> dict[str, Any]:
    names = {name: normalize_name(name) for name, _, _ in fact["packages"]}
    prefix, installed = _likely(path, set(names.values()), environments)
    packages = [
        {"name": name, "version": version, "specifier": specifier, "installed": installed.get(names[name])}
        for name, version, specifier in fact["packages"]
    ]
    packages.sort(key=lambda row: (row["name"], row["version"] or "", row["specifier"] or ""))
    return {"path": path, "format": fact["format"], "environment": prefix, "packages": packages}


def _likely(
    path: str, names: set[str], environments: list[tuple[str, dict[str, str | None]]]
) -> tuple[str | None, dict[str, str | None]]:
    """The environment that has most of the packages; of several, the one that shares most directories with the file."""
    best: tuple[str | None, dict[str, str | None]] = None, {}
    most = 0, 0
    for prefix, installed in environments:
        score = len(names & installed.keys()), shared_directories(path, prefix)
        if score[0] and score > most:
            most, best = score, (prefix, installed)
    return best
