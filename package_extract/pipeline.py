"""The one way through: image, layers, facts, tree, sections, document."""

from __future__ import annotations

from time import perf_counter, time
from typing import TYPE_CHECKING, Any

from package_extract import __version__
from package_extract.directory_sizes import directory_sizes
from package_extract.discovery import AnalyzerUnusable, entry_points, load, selected
from package_extract.filesystem.squash import squash
from package_extract.image import open_image
from package_extract.image.options import OpenOptions
from package_extract.image_metadata import image_metadata
from package_extract.image_view import SharedView, View
from package_extract.layer.contents import LayerContents
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.options import AnalyzeOptions
from package_extract.ownership import Ownership
from package_extract.parallel import read_layers
from package_extract.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.cache.layers import KnownLayers
    from package_extract.image.model import Image, Layer
    from package_extract.plugin import Analyzer

__all__ = ["SCHEMA_VERSION", "run"]

SCHEMA_VERSION = "1"
SEVERITIES = {"error": 0, "warning": 1, "info": 2}


def run(reference: str, options: AnalyzeOptions | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Analyze an image and return the document as plain data. Raises a `PackageExtractError` if it cannot be read."""
    options, progress = options or AnalyzeOptions(), progress or Progress()
    started = time()
    analyzers = _Analyzers(options)
    known = None
    try:
        progress.phase("opening")
        known = _known_layers(analyzers, options)
        opening = (options.open or OpenOptions())._replace(needed=known.needed)
        with open_image(reference, opening) as image:
            progress.layers([(layer.digest or layer.diff_id or "", layer.size) for layer in image.layers])
            reader = LayerReader(
                analyzers.loaded, Matcher([a.wants for a in analyzers.loaded]), options.limits, options.verify
            )
            layers, hits = _read(image, reader, known, options.jobs, progress)
            progress.phase("assembling")
            return _document(image, layers, reader, analyzers, {"hits": hits, "misses": len(layers) - hits}, started)
    finally:
        if known is not None:
            known.close()
        progress.close()


class _Analyzers:
    """The analyzers of this run: those asked for, and those that these build on."""

    def __init__(self, options: AnalyzeOptions) -> None:
        self.loaded: list[Analyzer] = []
        self.unusable: dict[str, str] = {}
        points = entry_points()
        self.wanted = [point.name for point in selected(options.analyzers, points)]
        installed = {point.name: point for point in points}
        waiting = list(self.wanted)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in installed:
                continue
            seen.add(name)
            try:
                analyzer = load(installed[name])
            except AnalyzerUnusable as error:
                self.unusable[name] = str(error)
                continue
            if name in options.analyzer_options:
                analyzer.options = {**analyzer.options, **options.analyzer_options[name]}
            self.loaded.append(analyzer)
            waiting += analyzer.after
        self.loaded.sort(key=lambda analyzer: analyzer.name)

    def in_order(self) -> list[Analyzer]:
        """Each behind those that it builds on; a circle is broken by name."""
        by_name = {analyzer.name: analyzer for analyzer in self.loaded}
        order: dict[str, Analyzer] = {}

        def place(name: str, above: tuple[str, ...]) -> None:
            if name in by_name and name not in order and name not in above:
                for other in sorted(by_name[name].after):
                    place(other, (*above, name))
                order[name] = by_name[name]

        for name in by_name:
            place(name, ())
        return list(order.values())


def _read(
    image: Image, reader: LayerReader, known: KnownLayers, jobs: int, progress: Progress
) -> tuple[list[LayerContents], int]:
    """The contents of all layers, from the cache where it has them; and how many those were."""
    found: dict[int, LayerContents] = {}

    def take(index: int, contents: LayerContents | None) -> bool:
        if contents is not None:
            found[index] = contents
            progress.layer_done(index, cached=True)
        return contents is not None

    def done(index: int, contents: LayerContents) -> None:
        found[index] = contents
        progress.layer_done(index, cached=False)
        if contents.verified_digest:
            known.keep(contents.verified_digest, contents)

    here: dict[int, Layer] = {}
    elsewhere: dict[int, Layer] = {}
    for index, layer in enumerate(image.layers):
        if layer.absent:
            found[index] = LayerContents()
        elif not take(index, known.known(layer.digest)):
            (elsewhere if known.is_elsewhere(layer.digest) else here)[index] = layer
    hits = len(found)
    progress.phase("reading")
    read_layers(here, reader, jobs, progress, done)
    for index, layer in elsewhere.items():
        if take(index, known.wait(layer.digest or "")):
            hits += 1
        else:
            read_layers({index: layer}, reader, jobs, progress, done)
    return [found[index] for index in range(len(image.layers))], hits


def _known_layers(analyzers: _Analyzers, options: AnalyzeOptions) -> KnownLayers:
    from package_extract.cache.layers import KnownLayers

    if options.cache_dir is None:
        return KnownLayers(None, None)
    from package_extract.cache import fingerprint, open_cache, open_claims

    facts = fingerprint(analyzers.loaded, options.limits)
    cache = open_cache(options.cache_dir, facts)
    if options.verify == "none":  # what is not verified is not kept: nobody need wait for it
        return KnownLayers(cache, None)
    return KnownLayers(cache, open_claims(options.cache_dir, facts, options.claims))


def _document(
    image: Image,
    layers: list[LayerContents],
    reader: LayerReader,
    analyzers: _Analyzers,
    cache: dict[str, int],
    started: float,
) -> dict[str, Any]:
    tree = squash(layers)

    def reread(node: Any, limit: int) -> bytes | None:
        return reader.content(image.layers[node.origin_layer], node.origin, limit)

    shared = SharedView(image, layers, tree, Ownership(tree), reread)
    runs = [_assemble(analyzer, shared) for analyzer in analyzers.in_order()]
    for name, message in analyzers.unusable.items():
        shared.problems.append(_problem(name, "analyzer-error", message))
        runs.append({"name": name, "version": None, "status": "failed", "seconds": 0.0, "files": 0})
    return {
        "schema_version": SCHEMA_VERSION,
        "image": _described(image, layers, shared),
        "results": {name: shared.sections[name] for name in sorted(analyzers.wanted) if name in shared.sections},
        "problems": _problems(image, layers, shared),
        "run": {
            "tool_version": __version__,
            "started_at": _now(started),
            "duration_seconds": round(time() - started, 3),
            "analyzers": sorted(runs, key=lambda run: str(run["name"])),
            "cache": cache,
        },
    }


def _described(image: Image, layers: Sequence[LayerContents], shared: SharedView) -> dict[str, Any]:
    described = image_metadata(image, layers)
    for layer, contents in zip(described["layers"], layers, strict=True):
        layer["directories"] = directory_sizes(contents, shared.tree, shared.ownership)
    return described


def _now(seconds: float) -> str:
    from time import gmtime, strftime

    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def _assemble(analyzer: Analyzer, shared: SharedView) -> dict[str, Any]:
    """Let one analyzer make its section; return its entry under `run`."""
    name, started = analyzer.name, perf_counter()
    before = len(shared.problems)
    status = "ok"
    try:
        shared.sections[name] = analyzer.assemble(View(shared, analyzer))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 one analyzer must not take the others down
        shared.problems.append(_problem(name, "analyzer-error", f"{type(error).__name__}: {error}"))
        status = "failed"
    own = [problem for layer in shared.layers for problem in layer.problems if problem["analyzer"] == name]
    if status == "ok" and any(problem["severity"] == "error" for problem in own + shared.problems[before:]):
        status = "partial"
    return {
        "name": name,
        "version": analyzer.version,
        "status": status,
        "seconds": round(perf_counter() - started + sum(layer.seconds.get(name, 0.0) for layer in shared.layers), 6),
        "files": sum(layer.files_read.get(name, 0) for layer in shared.layers),
    }


def _problem(analyzer: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {
        "analyzer": analyzer,
        "code": code,
        "severity": "error",
        "path": None,
        "layer": None,
        "message": message,
    } | more


def _problems(image: Image, layers: Sequence[LayerContents], shared: SharedView) -> list[dict[str, Any]]:
    """All problems, the grave ones first. Those of files that a later layer hides are left out."""
    problems = [
        _problem("image", problem.code, problem.message, severity=problem.severity, layer=problem.layer)
        for problem in image.problems
    ]
    for index, layer in enumerate(layers):
        for problem in layer.problems:
            path = problem["path"]
            node = shared.tree.file(path) if path is not None else None
            if path is None or node is None or node.origin_layer == index:
                problems.append(_problem(**problem | {"layer": index}))
    problems += shared.problems
    return sorted(
        problems, key=lambda p: (SEVERITIES.get(p["severity"], 3), p["analyzer"], p["path"] or "", p["message"])
    )
