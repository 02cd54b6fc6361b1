"""requires.txt of an egg-info directory: dependencies in sections named "EXTRA:MARKER".

https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html#requires-txt. The sections become requirement strings
with markers, in the spelling that pip gives them.
"""

from __future__ import annotations

from package_extract.formats.python_names import normalize_name

__all__ = ["read_requires_txt"]


def read_requires_txt(data: bytes) -> tuple[list[str], list[str]]:
    """The dependencies as `Requires-Dist` would have them, and the extras in the order of their sections."""
    requirements: list[str] = []
    extras: list[str] = []
    extra = marker = ""
    for raw in data.decode("utf-8", "replace").splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line.strip("[]").partition(":")
            extra = normalize_name(extra)
            continue
        if extra and extra not in extras:
            extras.append(extra)
        condition = _condition(extra, marker)
        requirements.append(f"{line} ; {condition}" if condition else line)
    return requirements, extras


def _condition(extra: str, marker: str) -> str:
    if extra and marker:
        return f'({marker}) and extra == "{extra}"'
    return f'extra == "{extra}"' if extra else marker
