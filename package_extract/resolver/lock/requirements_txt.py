"""pip's requirements file with hashes, and the constraints file of what stays (https://pip.pypa.io/en/stable/reference/requirements-file-format/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.errors import NoHash
from package_extract.resolver.source import is_version

if TYPE_CHECKING:
    from package_extract.resolver.answer import Environment, Pin

__all__ = ["constraints_txt", "requirements_txt"]


def requirements_txt(environment: Environment, *, hashes: bool = True, all_files: bool = False) -> str:
    """What is to be installed on top, for `pip install --no-deps --require-hashes -r`.

    `all_files`: the hashes of every wheel of a version that the target accepts, not of the chosen one only.
    Raises `NoHash` for a wheel whose index tells no hash, unless `hashes` is False.
    """
    image = f" of {environment.target.image}" if environment.target.image else ""
    lines = [_comment(f"for {environment.target.describe()}{image}")]
    for pin in environment.to_install:
        lines += _entry(pin, hashes=hashes, all_files=all_files)
    return "".join(f"{line}\n" for line in lines)


def _entry(pin: Pin, *, hashes: bool, all_files: bool) -> list[str]:
    parts = [f"{pin.name} @ {pin.file.url}" if pin.file and not pin.file.index else f"{pin.name}=={pin.version}"]
    if hashes:
        parts += [f"    --hash={digest}" for digest in file_hashes(pin, all_files=all_files)]
    lines = [" \\\n".join(parts)]
    if pin.required_by:
        others = " …" if len(pin.required_by) > 4 else ""
        lines.append("    " + _comment(f"via {', '.join(pin.required_by[:4])}{others}"))
    return lines


def _comment(text: str) -> str:
    """One line, whatever the text: where pip sees a line end, a requirement could follow."""
    return f"# {' '.join(text.split())}"


def file_hashes(pin: Pin, *, all_files: bool) -> list[str]:
    """The hashes of a pin's wheel, or of all its wheels, each once."""
    if pin.file is None:
        return []
    found = []
    for file in (pin.file, *(pin.alternatives if all_files else ())):
        algorithm = next((name for name in ("sha256", "sha512", "sha384") if name in file.hashes), None)
        if algorithm:
            found.append(f"{algorithm}:{file.hashes[algorithm]}")
        elif file is pin.file:
            raise NoHash(f"the index tells no hash of {file.filename}; --no-hashes writes the file without")
    return sorted(dict.fromkeys(found))


def constraints_txt(environment: Environment) -> str:
    """What is in the image and has to stay as it is: all that the interpreter finds and no pin changes."""
    changed = {pin.name for pin in environment.to_install}
    stays = sorted((each.name, each.version.strip()) for each in environment.target.installed.values())
    return "".join(f"{name}{_equals(version)}{version}\n" for name, version in stays if name not in changed)


def _equals(version: str) -> str:
    """`===` for what is no version by PEP 440, as `pip freeze` writes it."""
    return "==" if is_version(version) else "==="
