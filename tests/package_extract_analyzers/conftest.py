"""A root filesystem in memory, for analyzers that are tested without an image around them."""

from __future__ import annotations

import marshal
import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class FileInMemory:
    path: str
    content: memoryview
    size: int
    mode: int = 0o644


def wanted(patterns: Any, path: str) -> bool:
    """Whether a path is wanted, in the words of `FilePatterns`."""
    return (
        path in patterns.paths
        or posixpath.basename(path) in patterns.basenames
        or path.endswith(patterns.suffixes)
        or any(re.fullmatch(translated(glob), path, re.DOTALL) for glob in patterns.globs)
    )


def translated(glob: str) -> str:
    expressions = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return "".join(expressions.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*)", glob))


@dataclass
class RootInMemory:
    """Files (bytes) and symbolic links (str) by path, as an analyzer's `ImageView` and as its `Tree`."""

    entries: dict[str, bytes | str]
    found: dict[str, Any] = field(default_factory=dict)
    owners: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tree(self) -> RootInMemory:
        return self

    def resolve(self, path: str) -> str | None:
        done: list[str] = []
        waiting = path.strip("/").split("/")
        hops = 0
        while waiting:
            part = waiting.pop(0)
            if part == "..":
                done = done[:-1]
                continue
            target = self.entries.get("/".join([*done, part]))
            if isinstance(target, str):
                hops += 1
                if hops > 40:
                    return None
                done = [] if target.startswith("/") else done
                waiting = [*target.strip("/").split("/"), *waiting]
            elif part not in ("", "."):
                done.append(part)
        real = "/".join(done)
        return real if isinstance(self.entries.get(real), bytes) else None

    def facts(self) -> Any:
        return iter(sorted(self.found.items()))

    def fact(self, path: str) -> Any:
        return self.found.get(self.resolve(path) or "")

    def own(self, owner: dict[str, Any], paths: Any) -> None:
        self.owners.update(dict.fromkeys(paths, owner))

    def problem(self, code: str, message: str, *, path: str | None = None, severity: str = "error") -> None:
        self.problems.append({"code": code, "message": message, "path": path, "severity": severity})

    def analyze(self, analyzer: Any) -> dict[str, Any]:
        """The analyzer's section; facts go through `marshal` as they do on their way through the cache."""
        for path, content in self.entries.items():
            if isinstance(content, bytes) and wanted(analyzer.wants, path):
                fact = analyzer.read(FileInMemory(path, memoryview(content), len(content)))
                if fact is not None:
                    self.found[path] = marshal.loads(marshal.dumps(fact))
        section: dict[str, Any] = analyzer.assemble(self)
        module, name = analyzer.section.split(":")
        model = getattr(__import__(module, fromlist=[name]), name)
        assert model.model_validate(section, strict=True).model_dump() == section
        return section


@pytest.fixture(scope="session")
def root() -> type[RootInMemory]:
    return RootInMemory
