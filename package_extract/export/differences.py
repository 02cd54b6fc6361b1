"""A comparison as rows for people: what was added, removed and changed, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.export.quantities import readable_size, rooted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["counts", "difference_rows"]

Row = dict[str, Any]
"""{"part": heading, "change": "added" | "removed" | "changed", "what": name, "before": value, "after": value}

Values are texts or lists of texts; null where there is nothing on that side."""


def difference_rows(comparison: Mapping[str, Any]) -> Iterator[Row]:
    """Every difference of `comparison.compare`, grouped by `part`."""
    yield from _changes("System", comparison["system"])
    image = comparison["image"]
    yield from _changes("Configuration", image["changes"])
    yield from _keys("Configuration", image["env"], "environment variable ")
    yield from _keys("Configuration", image["labels"], "label ")
    yield from _interpreters(comparison["interpreters"])
    yield from _changes("C library", comparison["abi"]["changes"])
    yield from _keys("C library", comparison["abi"]["ceilings"], "highest symbol version of ")
    cuda = comparison["cuda"]
    yield from _changes("CUDA", cuda["changes"])
    yield from _keys("CUDA", cuda["toolkits"], "toolkit ")
    yield from _keys("CUDA", cuda["libraries"])
    yield from _build(comparison["build"])
    yield from _packages(comparison["packages"])
    yield from _layers(comparison["layers"])


def counts(comparison: Mapping[str, Any]) -> dict[str, str]:
    """For each kind of package, and for the layers, how many there are of each, in words."""
    told = {}
    for place in comparison["packages"]:
        numbers = {word: len(place[word]) for word in ("added", "removed", "changed")}
        told[package_part(place)] = _in_words({**numbers, "unchanged": place["unchanged"]})
    layers = comparison["layers"]
    told["Layers"] = _in_words(
        {"shared": layers["shared"], "removed": len(layers["removed"]), "added": len(layers["added"])}
    )
    return told


def package_part(place: Mapping[str, Any]) -> str:
    """The heading of the packages of one kind, or of one environment."""
    where = "" if place["environment"] is None else f" in {rooted(place['environment'])}"
    kind = "Python" if place["kind"] == "python" else place["kind"]
    return f"{kind} packages{where}"


def _in_words(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number) or "none"


def _row(part: str, change: str, what: str, before: Any = None, after: Any = None) -> Row:
    return {"part": part, "change": change, "what": what, "before": before, "after": after}


def _changes(part: str, changes: list[Mapping[str, Any]], prefix: str = "") -> Iterator[Row]:
    for change in changes:
        name = prefix + change["field"].replace("_", " ")
        yield _row(part, "changed", name, _of_field(change, "before"), _of_field(change, "after"))


def _of_field(change: Mapping[str, Any], side: str) -> Any:
    """The value of a field, paths from the root and the C library in one word with its version."""
    field, value = change["field"], change[side]
    if value is not None and field in ("path", "prefix"):
        return rooted(value)
    if isinstance(value, dict) and field == "libc":
        return f"{value['family']} {value['version'] or ''}".rstrip()
    return _text(value)


def _keys(part: str, keys: Mapping[str, Any], prefix: str = "") -> Iterator[Row]:
    for name, value in keys["removed"].items():
        yield _row(part, "removed", prefix + name, before=_text(value))
    for name, value in keys["added"].items():
        yield _row(part, "added", prefix + name, after=_text(value))
    for change in keys["changed"]:
        yield _row(part, "changed", prefix + change["field"], _text(change["before"]), _text(change["after"]))


def _interpreters(interpreters: Mapping[str, Any]) -> Iterator[Row]:
    part = "Python interpreters"
    for each in interpreters["removed"]:
        yield _row(part, "removed", rooted(each["path"]), before=each["version"])
    for each in interpreters["added"]:
        yield _row(part, "added", rooted(each["path"]), after=each["version"])
    for each in interpreters["changed"]:
        yield from _changes(part, each["changes"], f"{rooted(each['path'])} ")


def _build(build: Mapping[str, Any]) -> Iterator[Row]:
    part = "A Python build"
    for word, change, side in (("lost", "removed", "before"), ("gained", "added", "after")):
        this = build[word]
        for path, tags in this["tags"].items():
            yield _row(part, change, f"wheel tags of {rooted(path)}", **{side: tags})
        if this["libraries"]:
            yield _row(part, change, "libraries to link and load", **{side: this["libraries"]})
        for name, versions in this["symbol_versions"].items():
            yield _row(part, change, f"symbol versions of {name}", **{side: versions})


def _packages(places: list[Mapping[str, Any]]) -> Iterator[Row]:
    for place in places:
        part = package_part(place)
        for each in place["removed"]:
            yield _row(part, "removed", each["name"], before=", ".join(each["versions"]))
        for each in place["added"]:
            yield _row(part, "added", each["name"], after=", ".join(each["versions"]))
        for each in place["changed"]:
            yield _row(part, "changed", each["name"], ", ".join(each["before"]), ", ".join(each["after"]))


def _layers(layers: Mapping[str, Any]) -> Iterator[Row]:
    for word, side in (("removed", "before"), ("added", "after")):
        for layer in layers[word]:
            told = (readable_size(layer["size"]), " ".join(str(layer["created_by"] or layer["digest"] or "").split()))
            yield _row("Layers", word, f"layer {layer['index']}", **{side: ", ".join(filter(None, told))})


def _text(value: Any) -> Any:
    """A value of the configuration as people read it."""
    if isinstance(value, dict):
        return [f"{key}: {each}" for key, each in value.items() if each is not None]
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)
