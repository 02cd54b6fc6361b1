"""A request for several images in one TOML file.

[images.api]                        # a label of your choice
document = "api.json"               # what `package-extract analyze` wrote, relative to the file
python = "/opt/venv/bin/python"     # optional
requirements = ["flask>=3"]         # and, or instead:
files = ["requirements.txt", "pyproject.toml"]
constraints = ["constraints.txt"]

[images.worker]
target = "cpython 3.11 glibc 2.28 x86_64"     # instead of a document
requirements = ["celery"]

[agree]                             # packages that these images must agree on
protobuf = "exact"                  # the same version
numpy = "compatible"                # the same major version, below 1.0 the same minor version too
pydantic = "major"                  # the same major version
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.requirements.reading import read_request
from package_extract.resolver.resolve import target_from
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from package_extract.resolver.policy import Policy

__all__ = ["read_request_file"]

_LARGEST = 16 << 20
_MODES = ("exact", "compatible", "major")
_STRINGS = ("document", "python", "target")
_LISTS = ("requirements", "files", "constraints")


def read_request_file(path: str, policy: Policy) -> tuple[list[Scope], list[tuple[str, str]]]:
    """The images with their requirements, and the packages they agree on with the mode.

    Raises `InvalidRequirementsFile`, and what reading the documents and requirements raises.
    """
    data = _data(path)
    images = data.get("images")
    if not isinstance(images, dict) or not images:
        raise InvalidRequirementsFile(f"{path}: there is no table [images.LABEL]")
    unknown = sorted(set(data) - {"images", "agree"})
    if unknown:
        raise InvalidRequirementsFile(f"{path}: {unknown[0]!r} means nothing here; [images.LABEL] and [agree] do")
    base = Path(path).parent
    scopes = [_scope(path, base, label, table, policy) for label, table in images.items()]
    return scopes, _agreements(path, data.get("agree", {}))


def _data(path: str) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise InvalidRequirementsFile(f"{path} is larger than {_LARGEST} bytes")
        return tomllib.loads(text.decode())
    except OSError as error:
        raise InvalidRequirementsFile(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:  # also of a number with too many digits
        raise InvalidRequirementsFile(f"{path} is no valid TOML: {error}") from None


def _scope(path: str, base: Path, label: str, table: object, policy: Policy) -> Scope:
    where = f"{path}: [images.{label}]"
    if not isinstance(table, dict):
        raise InvalidRequirementsFile(f"{where} is no table")
    if not label.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise InvalidRequirementsFile(f"{where}: a label is made of letters, digits, '-', '_' and '.'")
    for key, value in table.items():
        strings = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if key not in (*_STRINGS, *_LISTS) or not (strings if key in _LISTS else isinstance(value, str)):
            raise InvalidRequirementsFile(f"{where}: {key} is not known, or of the wrong kind")
    if ("document" in table) == ("target" in table):
        raise InvalidRequirementsFile(f"{where} needs either a document or a target")
    request = read_request(
        table.get("requirements", []),
        [str(base / each) for each in table.get("files", [])],
        constraints=[str(base / each) for each in table.get("constraints", [])],
    )
    if "target" in table:
        target = target_from(table["target"])
    else:
        from package_extract.document.reading import load_valid

        target = target_from(load_valid(base / table["document"]), table.get("python"))
    return Scope(target, request, policy, label)


def _agreements(path: str, table: object) -> list[tuple[str, str]]:
    if not isinstance(table, dict):
        raise InvalidRequirementsFile(f"{path}: [agree] is no table")
    for name, mode in table.items():
        if mode not in _MODES:
            raise InvalidRequirementsFile(f"{path}: [agree] {name} has to be one of {', '.join(_MODES)}")
    return [(normalize_name(name), mode) for name, mode in table.items()]
