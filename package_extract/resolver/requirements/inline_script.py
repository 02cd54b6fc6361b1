"""Requirements that a script carries in a comment block (PEP 723).

https://packaging.python.org/en/latest/specifications/inline-script-metadata/
"""

from __future__ import annotations

import re

from package_extract.resolver.requirements.origins import TextFile, TomlFile
from package_extract.resolver.requirements.parsing import parse_specifier
from package_extract.resolver.requirements.request import Request, RequestedPackage

__all__ = ["read_inline_script"]

_BLOCK = re.compile(r"^# /// script\n((?:#(?: .*)?\n)+?)# ///$", re.MULTILINE)


def read_inline_script(path: str) -> Request:
    """What the block "script" of a file asks for."""
    file = _Script(path)
    root = file.root
    dependencies = file.strings(root.get("dependencies", []), "dependencies")
    packages = (
        RequestedPackage(
            parse_specifier(text, lambda reason, text=text: file.error(reason, text)),  # type: ignore[misc]
            file.at(file.line_of(text)),
        )
        for text in dependencies
    )
    python = root.get("requires-python")
    bounds = ((str(python), file.at(file.line_of("requires-python"))),) if python else ()
    return Request(requirements=tuple(packages), requires_python=bounds)


class _Script(TomlFile):
    """A script as the TOML file that its block is."""

    def __init__(self, path: str) -> None:
        TextFile.__init__(self, path)
        blocks = _BLOCK.findall(self.text)
        if len(blocks) != 1:
            raise self.error(f"it has {len(blocks) or 'no'} blocks of requirements (# /// script)", "# /// script")
        self.root = self.parsed("\n".join(line[2:] for line in blocks[0].splitlines()))
