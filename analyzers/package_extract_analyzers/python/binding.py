"""Which interpreter reads which environment, in what order, and what it therefore does not see.

The search paths of `python_interpreters` say it, so that a virtual environment with its base's packages, Debian's
directories, the user site, `.pth` files and PYTHONPATH all count as they do for the interpreter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from package_extract.filesystem.tree import Tree
    from package_extract.plugin import ImageView
    from package_extract_analyzers.python.environments import Environment

__all__ = ["Reader", "bind", "mark_unseen", "readers"]

_USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Reader:
    """An interpreter as far as it matters for what it imports."""

    def __init__(self, row: Mapping[str, Any], tree: Tree, commands: Sequence[str]) -> None:
        """`row` is an entry of the section `python_interpreters`, `commands` are the directories of PATH."""
        self.path: str = row["path"]
        self.virtual: bool = row["virtual_environment"]
        self.prefix: str | None = row["prefix"]
        self.plain: bool = not row["debug"] and not row["free_threaded"]
        self.series = ".".join((row["version"] or "").split(".")[:2])
        directories = {path.rpartition("/")[0] for path in (self.path, *row["aliases"])}
        self.call = min((place for place, one in enumerate(commands) if one in directories), default=len(commands))
        """How early a shell finds it."""
        real = [tree.real_path(site) for site in row["sys_path"]]
        self.sites = list(dict.fromkeys(site for site in real if site is not None))
        """Real paths, in the order of `sys.path`."""
        self.places = {site: place for place, site in enumerate(self.sites)}


def readers(image: ImageView) -> list[Reader]:
    """The interpreters of the section `python_interpreters`."""
    rows = image.section("python_interpreters").get("interpreters", ())
    path = image.env.get("PATH") or _USUAL_PATH
    commands = [image.tree.real_path(directory) or "" for directory in path.split(":")]
    return [Reader(row, image.tree, commands) for row in rows]


def bind(environments: Iterable[Environment], interpreters: Sequence[Reader], tree: Tree) -> dict[Environment, Reader]:
    """Give each environment the interpreter that it belongs to, and its directories in the order of `sys.path`."""
    virtual = {one.prefix: one for one in interpreters if one.virtual}
    by_site: dict[str, list[Reader]] = {}
    by_series: dict[str | None, list[Reader]] = {}
    for one in interpreters:
        if not one.virtual:
            by_series.setdefault(one.series, []).append(one)
            for site in one.places:
                by_site.setdefault(site, []).append(one)
    bound: dict[Environment, Reader] = {}
    for environment in environments:
        if environment.kind == "virtualenv":
            reader = virtual.get(environment.prefix)
        else:
            reading = [one for site in environment.paths for one in by_site.get(site, ())]
            if not reading and environment.kind == "user":  # that of a user who is not the image's
                reading = by_series.get(environment.series, [])
            reader = _first(reading, environment, tree)
        if reader is not None:
            bound[environment] = reader
            environment.interpreter = reader.path
            environment.paths.sort(key=lambda site: reader.places.get(site, len(reader.places)))
    return bound


def _first(reading: list[Reader], environment: Environment, tree: Tree) -> Reader | None:
    """The interpreter of the environment's own prefix; else, of those that read it, what a shell finds first."""
    own = [one for one in reading if one.prefix == environment.prefix] or reading
    usual = environment.find_interpreter(tree) if len(own) > 1 else None
    return min(own, key=lambda one: (one.path != usual, one.call, not one.plain), default=None)


def mark_unseen(environments: Iterable[Environment], bound: Mapping[Environment, Reader]) -> None:
    """Mark what the interpreter of an environment does not import because a directory before it has the same name.

    Several environments may be on its search path: the administrator's, the user's, the distribution's.
    """
    seen: dict[str, dict[str, list[str]]] = {}
    for environment in environments:
        for row in environment.packages:
            if row["shadowed_by"] is None and row["metadata_kind"] != "conda":
                sites = seen.setdefault(row["normalized_name"], {})
                sites.setdefault(_site(row), []).append(row["metadata_path"])
    for environment, reader in bound.items():
        places = reader.places
        for row in environment.packages:
            own = places.get(_site(row))
            if row["shadowed_by"] is None and own is not None:
                sites = seen.get(row["normalized_name"], {})
                first = min((place for site in sites if (place := places.get(site)) is not None), default=own)
                if first < own:
                    row["shadowed_by"] = sites[reader.sites[first]][0]


def _site(row: Mapping[str, Any]) -> str:
    """The directory that has to be on the search path for this distribution to be imported."""
    location: str = row["location"]
    return location.rpartition("/")[0] if row["metadata_kind"] == "egg" else location
