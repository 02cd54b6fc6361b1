"""Reads a container image at rest and says what is inside and what can be installed there.

>>> from package_extract import analyze
>>> document = analyze("oci:/images/base")           # doctest: +SKIP
>>> document.results.os_release.id                   # doctest: +SKIP
'debian'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.batch.many import Analyzed, analyze_many
    from package_extract.comparison import compare
    from package_extract.document.document import Document
    from package_extract.document.findings import Findings
    from package_extract.image import open_image
    from package_extract.image.options import OpenOptions
    from package_extract.options import AnalyzeOptions
    from package_extract.progress import Progress
    from package_extract.resolver.resolve import resolve

__all__ = [
    "AnalyzeOptions",
    "Analyzed",
    "Document",
    "Findings",
    "OpenOptions",
    "Progress",
    "__version__",
    "analyze",
    "analyze_many",
    "check",
    "compare",
    "open_image",
    "resolve",
]

__version__ = "0.1.0"

_HOMES = {
    "AnalyzeOptions": "package_extract.options",
    "Analyzed": "package_extract.batch.many",
    "Document": "package_extract.document.document",
    "Findings": "package_extract.document.findings",
    "OpenOptions": "package_extract.image.options",
    "Progress": "package_extract.progress",
    "analyze_many": "package_extract.batch.many",
    "compare": "package_extract.comparison",
    "open_image": "package_extract.image",
    "resolve": "package_extract.resolver.resolve",
}


def __getattr__(name: str) -> Any:
    """Import public names when they are first used: the models of the document take a tenth of a second."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def analyze(reference: str, options: AnalyzeOptions | None = None, progress: Progress | None = None) -> Document:
    """Analyze a container image and return its document.

    `reference` is what the command takes: "docker://…", "oci:…", a path, a name with a tag. Nothing of the image is
    executed or unpacked. May be called from several threads at once; with `options.jobs` above 1 it forks workers,
    which is for programs with one thread.

    Raises a `package_extract.errors.PackageExtractError` if the image cannot be read; what cannot be read of a part of
    it is in `problems` of the document.
    """
    from package_extract.document.document import Document
    from package_extract.document.writing import encode
    from package_extract.pipeline import run

    # By way of JSON, so that names that are not UTF-8 read here as they do in a file.
    return Document.model_validate_json(encode(run(reference, options, progress)))


def check(document: Document) -> Findings:
    """What is broken in the image of a document: requirements, wheels, libraries, CUDA, packages in each other's way.

    `package_extract.document.reading.read` gives a document from a file.
    """
    from package_extract import audit
    from package_extract.document.findings import Findings

    return Findings.model_validate(audit.check(document.model_dump()))
