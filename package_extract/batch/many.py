"""Many images for a caller in Python: the work is done by any `concurrent.futures.Executor`, here or in a cluster."""

from __future__ import annotations

from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError, error_named
from package_extract.options import AnalyzeOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor

    from package_extract.document.document import Document

__all__ = ["Analyzed", "analyze_many"]

Work = tuple[bytes | None, str, str]
"""A document, or name and message of the error: what every executor can carry."""


@dataclass(frozen=True, slots=True)
class Analyzed:
    """One image and its document, or what went wrong with it."""

    reference: str
    document: Document | None = None
    error: Exception | None = None
    """A `PackageExtractError`, or what the executor says of a lost worker."""


def analyze_many(
    references: Iterable[str], options: AnalyzeOptions | None = None, *, executor: Executor | None = None
) -> Iterator[Analyzed]:
    """Analyze images side by side and yield each as it is done; no image's failure ends the others.

    Without an executor they are read one after the other in the calling thread. Workers need package-extract
    installed, and see the references with their own eyes: a path has to exist where they run. Mind that a
    `ProcessPoolExecutor` loses all images that wait when one worker is killed; Dask's executor
    (`distributed.Client.get_executor`) does not.
    """
    options = options or AnalyzeOptions()
    if executor is None:
        for reference in references:
            yield _analyzed(reference, _work(reference, options))
        return
    futures = {}
    for reference in references:
        try:
            futures[executor.submit(_work, reference, options)] = reference
        except RuntimeError as error:  # a broken or closed executor
            yield Analyzed(reference, error=error)
    for future in as_completed(list(futures)):
        reference = futures.pop(future)
        try:
            done = _analyzed(reference, future.result())
        except Exception as error:  # noqa: BLE001 each executor has its own
            done = Analyzed(reference, error=error)
        yield done


def _work(reference: str, options: AnalyzeOptions) -> Work:
    """Runs in the worker."""
    from package_extract.document.writing import encode
    from package_extract.pipeline import run

    try:
        return encode(run(reference, options)), "", ""
    except PackageExtractError as error:
        return None, type(error).__name__, str(error)


def _analyzed(reference: str, work: Work) -> Analyzed:
    from package_extract.document.document import Document

    data, name, message = work
    if data is None:
        return Analyzed(reference, error=error_named(name, message))
    return Analyzed(reference, Document.model_validate_json(data))
