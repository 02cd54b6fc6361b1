"""What an analyzer sees when it assembles its section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from package_extract.filesystem.tree import FileNode, Tree
    from package_extract.image.model import Image
    from package_extract.layer.contents import LayerContents
    from package_extract.ownership import Ownership
    from package_extract.plugin import Analyzer, Owner, Section, Severity

__all__ = ["SharedView", "View"]


class SharedView:
    """What is the same for all analyzers of one image."""

    def __init__(
        self,
        image: Image,
        layers: Sequence[LayerContents],
        tree: Tree,
        ownership: Ownership,
        reread: Callable[[FileNode, int], bytes | None],
    ) -> None:
        self.image, self.layers, self.tree, self.ownership, self.reread = image, layers, tree, ownership, reread
        self.sections: dict[str, Section] = {}
        self.problems: list[dict[str, Any]] = []
        config = image.config.get("config")
        variables = config.get("Env") if isinstance(config, dict) else None
        pairs = [item for item in variables if isinstance(item, str)] if isinstance(variables, list) else []
        self.env = dict(item.partition("=")[::2] for item in pairs)


class View:
    """`plugin.ImageView` for one analyzer."""

    def __init__(self, shared: SharedView, analyzer: Analyzer) -> None:
        self._shared, self._analyzer = shared, analyzer
        self._facts = [layer.facts.get(analyzer.name, {}) for layer in shared.layers]
        self.tree = shared.tree

    @property
    def config(self) -> Mapping[str, Any]:
        return self._shared.image.config

    @property
    def architecture(self) -> str | None:
        architecture = self._shared.image.config.get("architecture")
        return architecture if isinstance(architecture, str) and architecture else None

    @property
    def env(self) -> Mapping[str, str]:
        return self._shared.env

    def facts(self) -> Iterator[tuple[str, Any]]:
        if not any(self._facts):
            return
        for path in self.tree.files():
            fact = self._fact(path)
            if fact is not None:
                yield path, fact

    def fact(self, path: str) -> Any | None:
        real = self.tree.real_path(path)
        return self._fact(real) if real is not None else None

    def _fact(self, real: str) -> Any | None:
        node = self.tree.file(real)
        if node is None:
            return None
        return self._facts[node.origin_layer].get(node.origin.encode("utf-8", "surrogateescape"))

    def content(self, path: str, limit: int = 1 << 26) -> bytes | None:
        real = self.tree.real_path(path)
        node = self.tree.file(real) if real is not None else None
        return self._shared.reread(node, limit) if node else None

    def section(self, analyzer: str) -> Mapping[str, Any]:
        return self._shared.sections.get(analyzer, {}) if analyzer in self._analyzer.after else {}

    def layer(self, path: str) -> int | None:
        return self.tree.layer(path)

    def owner(self, path: str) -> Owner | None:
        return self._shared.ownership.owner(path)

    def own(self, owner: Owner, paths: Iterable[str]) -> None:
        self._shared.ownership.claim(owner, paths)

    def overlaps(self) -> Iterable[tuple[str, Owner, Owner]]:
        return self._shared.ownership.overlaps()

    def problem(
        self,
        code: str,
        message: str,
        *,
        path: str | None = None,
        severity: Severity = "error",
        layer: int | None = None,
    ) -> None:
        if layer is None and path is not None:
            layer = self.tree.layer(path)
        self._shared.problems.append(
            {
                "analyzer": self._analyzer.name,
                "code": code,
                "severity": severity,
                "path": path,
                "layer": layer,
                "message": message,
            }
        )
