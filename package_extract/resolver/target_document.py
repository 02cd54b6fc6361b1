"""A target from the document of an image and one of its Python interpreters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.version import Version

from package_extract.formats.python_markers import MARKERS
from package_extract.formats.python_tags import series_of, supported_tags
from package_extract.resolver.errors import NoSuchPython
from package_extract.resolver.target import Cuda, Installed, Library, OperatingSystem, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["target_of"]

_Section = dict[str, Any]
_UNQUOTABLE = frozenset("'\"\\\n\0")
"""What no marker of an interpreter has, and no string in a marker can have."""
_USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def target_of(document: Mapping[str, Any], python: str | None = None) -> Target:
    """The target in a document, as plain data of schema version 1.

    `python` is a path of an interpreter, or the directory of an environment; by default it is what a shell in the image
    would start for `python3` or `python`. Raises `NoSuchPython`.
    """
    results = document["results"]
    interpreters = (results.get("python_interpreters") or {}).get("interpreters") or []
    interpreter, path, remarks = _chosen(interpreters, document["image"], python)
    series = series_of(interpreter["version"])
    assert series is not None  # noqa: S101 such a one is not chosen
    tags = supported_tags(interpreter["implementation"], series, interpreter["abis"], interpreter["platforms"])
    libc = interpreter.get("libc") or {}
    abi = results.get("abi")
    return Target(
        markers=interpreter["marker_environment"],
        tags=tuple(map(str, tags)),
        image=document["image"].get("reference"),
        digest=document["image"].get("digest"),
        python=path,
        externally_managed=bool(interpreter.get("externally_managed")),
        installed=_installed(results, interpreter),
        libraries=_libraries(abi, _own_directory(results, interpreter)) if abi else None,
        machine=(abi or {}).get("machine") or interpreter.get("architecture"),
        ceilings=(abi or {}).get("ceilings") or {},
        libc=(libc["family"], libc["version"] or "") if libc else None,
        system=_system(results),
        cuda=_cuda(results.get("cuda")),
        remarks=remarks,
        document=document,
    )


def _chosen(
    interpreters: list[_Section], image: Mapping[str, Any], python: str | None
) -> tuple[_Section, str, tuple[str, ...]]:
    """The interpreter, the path that was meant, and what is to be said about the choice."""
    known = [each for each in interpreters if _is_known(each)]
    if not known:
        what = "Python interpreters whose version is not known" if interpreters else "no Python interpreter"
        raise NoSuchPython(f"the image {image.get('reference')} has {what}; --target describes one without an image")
    by_path = _by_path(known)
    if python is not None:
        wanted = _relative(python)
        for candidate in (wanted, f"{wanted}/bin/python3", f"{wanted}/bin/python"):
            if candidate in by_path:
                return by_path[candidate], candidate, ()
        raise NoSuchPython(f"the image has no Python interpreter at {python}; it has {_listed(known)}")
    for directory in (image.get("env") or {}).get("PATH", _USUAL_PATH).split(":"):
        for name in ("python3", "python"):
            path = _relative(f"{directory}/{name}")
            if path in by_path:
                return by_path[path], path, _others(by_path[path], known)
    if len(known) == 1:
        return known[0], known[0]["path"], (f"no python is on the image's PATH; /{known[0]['path']} is the only one",)
    raise NoSuchPython(f"no python is on the image's PATH; choose one with --python: {_listed(known)}")


def _is_known(interpreter: _Section) -> bool:
    """Whether enough is said of an interpreter to evaluate markers for it."""
    markers = interpreter.get("marker_environment") or {}
    try:
        for name in ("python_full_version", "python_version"):
            Version(markers.get(name, "").removesuffix("+"))
    except ValueError:
        return False
    quotable = not any(_UNQUOTABLE & {*value} for value in markers.values())
    return bool(series_of(interpreter.get("version"))) and markers.keys() >= MARKERS and quotable


def _by_path(known: list[_Section]) -> dict[str, _Section]:
    """Interpreters by all their paths. A link in an environment's own directory stands for the environment, although it
    leads to the interpreter that the environment was made with.
    """
    by_path: dict[str, _Section] = {}
    for each in sorted(known, key=lambda one: bool(one.get("virtual_environment"))):
        own = _relative(each["path"])
        for path in map(_relative, (*each["aliases"], own)):
            if path not in by_path or path == own or path.rpartition("/")[0] == own.rpartition("/")[0]:
                by_path[path] = each
    return by_path


def _others(chosen: _Section, known: list[_Section]) -> tuple[str, ...]:
    others = [each for each in known if each is not chosen]
    if not others:
        return ()
    return (f"/{chosen['path']} is the first Python on the image's PATH; --python chooses another: {_listed(others)}",)


def _listed(interpreters: list[_Section]) -> str:
    shown = [f"/{_relative(each['path'])} ({each['version']})" for each in interpreters[:8]]
    return ", ".join(shown) + (f" and {len(interpreters) - 8} more" if len(interpreters) > 8 else "")


def _relative(path: str) -> str:
    return "/".join(part for part in path.split("/") if part)


def _installed(results: Mapping[str, Any], interpreter: _Section) -> dict[str, Installed]:
    """What the interpreter finds, the first on its path where a name is there twice."""
    real = interpreter.get("real_paths") or {}
    order: dict[str, int] = {}
    for position, path in enumerate(interpreter.get("site_dirs") or []):
        order.setdefault(_relative(real.get(path, path)), position)
    found = []
    for environment in (results.get("python_packages") or {}).get("environments") or []:
        mine = environment.get("interpreter") in (interpreter["path"], *interpreter["aliases"])
        for package in environment["packages"]:
            location = _relative(package["location"] or "")
            place = order.get(location, order.get(location.rpartition("/")[0]))
            if place is None and (order or not mine):
                continue
            if package["version"] and not package.get("shadowed_by"):
                found.append((place or 0, package))
    found.sort(key=lambda each: each[0])
    installed: dict[str, Installed] = {}
    for _, package in found:
        installed.setdefault(package["normalized_name"], _distribution(package))
    return dict(sorted(installed.items()))


def _distribution(package: _Section) -> Installed:
    owner = package.get("owner") or {}
    return Installed(
        name=package["normalized_name"],
        version=package["version"],
        location=package["location"],
        requires_dist=tuple(package.get("requires_dist") or ()),
        requires_python=package.get("requires_python"),
        provides_extra=tuple(package.get("provides_extra") or ()),
        owner_type=owner.get("type"),
        owner_name=owner.get("name"),
        editable=bool(package.get("editable")),
        native_libraries=tuple(package.get("native_libraries") or ()),
    )


def _own_directory(results: Mapping[str, Any], interpreter: _Section) -> str | None:
    """Where an interpreter of conda looks besides: conda gives its programs an RPATH to their environment's `lib`."""
    prefix = interpreter.get("base_prefix") or interpreter.get("prefix")
    environments = (results.get("python_packages") or {}).get("environments") or []
    conda = {environment["prefix"] for environment in environments if environment["kind"] == "conda"}
    return f"{prefix}/lib" if prefix in conda else None


def _libraries(abi: _Section, own_directory: str | None) -> dict[str, tuple[Library, ...]]:
    """What the loader finds for any extension module, by the names that programs ask for."""
    found: dict[str, list[Library]] = {}
    for library in abi.get("libraries") or ():
        if not library.get("in_search_path") and library["path"].rpartition("/")[0] != own_directory:
            continue
        entry = Library(library["path"], library.get("machine"), frozenset(library.get("defines") or ()))
        for name in {library.get("soname") or "", library["path"].rpartition("/")[2]} - {""}:
            found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def _system(results: Mapping[str, Any]) -> OperatingSystem:
    release = results.get("os_release") or {}
    return OperatingSystem(
        id=release.get("id"),
        id_like=tuple(release.get("id_like") or ()),
        version_id=release.get("version_id"),
        packages=dict(_system_packages(results)),
    )


def _system_packages(results: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("apk", "dpkg", "rpm"):
        for package in (results.get(kind) or {}).get("packages") or ():
            if package.get("installed", True):
                yield package["name"], package["version"]


def _cuda(section: _Section | None) -> Cuda | None:
    if not section:
        return None
    toolkits = tuple(each["version"] for each in section.get("toolkits") or () if each.get("version"))
    libraries = {each["name"]: each["version"] for each in section.get("libraries") or () if each.get("version")}
    return Cuda(toolkits, libraries, section.get("minimum_driver")) if toolkits or libraries else None
