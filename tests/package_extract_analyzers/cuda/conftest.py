"""An image of files, configuration and the sections of other analyzers, read by the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from package_extract.document.cuda import CudaSection
from package_extract.filesystem.squash import squash
from package_extract.image.model import Image
from package_extract.image_view import SharedView, View
from package_extract.layer.contents import LayerContents
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.ownership import Ownership
from package_extract_analyzers.cuda import Cuda

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def cuda(root: Any) -> Callable[..., dict[str, Any]]:
    """The section; a file given as a str is a link, as in `root`. `owned` is path -> owner."""

    def analyze(
        files: dict[str, bytes | str],
        *,
        env: tuple[str, ...] = (),
        labels: dict[str, str] | None = None,
        sections: dict[str, Any] | None = None,
        owned: dict[str, dict[str, Any]] | None = None,
        problems: list[Any] | None = None,
    ) -> dict[str, Any]:
        layer = layer_of(root, files)
        reader = LayerReader([Cuda()], Matcher([Cuda.wants]), Limits(), "none")
        contents = LayerContents.load(reader.read(layer, "the layer").dump())
        tree = squash([contents])
        image = Image("memory", [layer], config={"config": {"Env": list(env), "Labels": labels or {}}})
        ownership = Ownership(tree)
        for path, owner in (owned or {}).items():
            ownership.claim(owner, [path])
        shared = SharedView(
            image, [contents], tree, ownership, lambda node, limit: reader.content(layer, node.origin, limit)
        )
        shared.sections.update(sections or {})
        section = Cuda().assemble(View(shared, Cuda()))
        assert CudaSection.model_validate(section, strict=True).model_dump() == section
        if problems is not None:
            problems += contents.problems + shared.problems
        return section

    return analyze


def layer_of(root: Any, files: dict[str, bytes | str]) -> Any:
    """By the function that the fixture `root` itself uses."""
    import sys

    return sys.modules[root.__module__].layer_of(files)


def wheel(name: str, version: str, site: str = "opt/venv/lib/python3.11/site-packages") -> dict[str, Any]:
    """What `python_packages` says of a wheel, as far as it matters here."""
    stem = name.replace("-", "_")
    return {
        "name": name,
        "normalized_name": name,
        "version": version,
        "location": site,
        "metadata_path": f"{site}/{stem}-{version}.dist-info",
        "metadata_kind": "dist-info",
        "shadowed_by": None,
    }


def environment(*rows: dict[str, Any]) -> dict[str, Any]:
    """The section `python_packages` with one environment."""
    return {"python_packages": {"environments": [{"prefix": "opt/venv", "packages": list(rows)}]}}


@pytest.fixture(scope="session")
def make() -> Any:
    """The makers of sections: `make.wheel`, `make.environment`."""

    class Make:
        wheel = staticmethod(wheel)
        environment = staticmethod(environment)

    return Make
