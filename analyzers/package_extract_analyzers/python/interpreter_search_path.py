"""`sys.path` of an interpreter as it is after start-up: PYTHONPATH, the standard library and what `site` adds.

https://docs.python.org/3/library/sys_path_init.html and https://docs.python.org/3/library/site.html, with the changes
of Debian (dist-packages) and Fedora (/usr/local). Lines of code in `.pth` files are not followed.
"""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract_analyzers.python.interpreter_findings import InterpreterFindings
    from package_extract_analyzers.python.interpreter_layout import Installation

__all__ = ["SearchPath", "search_path"]

_MOST_ENTRIES = 10_000


class SearchPath:
    """The entries, without the first slash; what is already there is not added again."""

    def __init__(self, findings: InterpreterFindings) -> None:
        self.entries: list[str] = []
        self._known: set[str] = set()
        self._findings, self._tree = findings, findings.tree

    def add(self, path: str) -> None:
        """Add an entry whether or not something is there."""
        path = normpath(f"/{path}").lstrip("/")
        if path not in self._known and len(self.entries) < _MOST_ENTRIES:
            self._known.add(path)
            self.entries.append(path)

    def add_site(self, path: str) -> None:
        """Add a directory, if it is there, and what its `.pth` files add: `site.addsitedir`."""
        if not self._tree.is_directory(path):
            return
        self.add(path)
        real = self._tree.real_path(path) or path
        for _, targets in sorted(self._findings.pth.get(real, [])):
            for target in targets:
                absolute = normpath(join("/", path, target))
                if self._tree.is_directory(absolute) or self._tree.is_file(absolute):
                    self.add(absolute)


def search_path(
    findings: InterpreterFindings, base: Installation, prefix: str, series: str, *, system_site: bool | None
) -> tuple[list[str], list[str]]:
    """All entries, and those of them that are not the standard library's own.

    `system_site` is None for a base interpreter, else whether the virtual environment at `prefix` sees the sites of its
    base.
    """
    path = SearchPath(findings)
    for entry in _python_path(findings):
        path.add(entry)
    rules = (findings.told("site", f"{base.stdlib}/site.py") or ("", ""))[1]
    own = [f"/{entry}".lstrip("/") for entry in _standard(findings, base, series, rules)]
    for entry in own:
        path.add(entry)
    if system_site is not None:
        for site in _sites(prefix, base, series, rules, virtual=True):
            path.add_site(site)
    if system_site is not False:
        user_site = _user_site(findings, base)
        if user_site:
            path.add_site(user_site)
        local = [_below("usr/local", library, base.name, "site-packages") for library in _libraries(base)]
        for site in (*(local if rules == "fedora" else ()), *_sites(base.prefix, base, series, rules, virtual=False)):
            path.add_site(site)
    return path.entries, [entry for entry in path.entries if entry not in set(own)]


def _python_path(findings: InterpreterFindings) -> Iterator[str]:
    value = findings.image.env.get("PYTHONPATH")
    if value:
        settings = findings.image.config.get("config")
        directory = settings.get("WorkingDir") if isinstance(settings, dict) else None
        for entry in value.split(":"):
            yield join("/", directory if isinstance(directory, str) else "/", entry)


def _standard(findings: InterpreterFindings, base: Installation, series: str, rules: str) -> list[str]:
    if base.name.startswith("pypy"):
        modules = f"{base.prefix}/lib_pypy"
        below = [f"{base.stdlib}/{name}" for name in ("lib-tk", "plat-linux2")]
        return [f"{modules}/__extensions__", modules, base.stdlib, *below] if base.is_old_pypy else [base.stdlib]
    digits = base.name.removeprefix("python").replace(".", "")
    archive = _below(base.prefix, base.library, f"python{digits}.zip")
    if series.startswith("2"):
        children = findings.tree.children(findings.tree.real_path(base.stdlib) or base.stdlib)
        platform = next((name for name in children if name.startswith("plat-")), "plat-linux2")
        legacy = [f"{base.stdlib}/{name}" for name in (platform, "lib-tk", "lib-old", "lib-dynload")]
        return [*([archive] if rules != "debian" else []), base.stdlib, *legacy]
    return [archive, base.stdlib, f"{base.stdlib}/lib-dynload"]


def _libraries(base: Installation) -> list[str]:
    return list(dict.fromkeys([base.library, "lib"]))


def _sites(prefix: str, base: Installation, series: str, rules: str, *, virtual: bool) -> Iterator[str]:
    """`site.getsitepackages` for one prefix."""
    if base.is_old_pypy:
        yield from _old_pypy_sites(prefix, base, rules, virtual=virtual)
        return
    if rules == "debian":
        if virtual:
            yield _below(prefix, "lib", base.name, "site-packages")
        yield _below(prefix, "local/lib", base.name, "dist-packages")
        if series[0] == "3":
            yield _below(prefix, "lib", "python3", "dist-packages")
        if base.name.startswith("python"):
            yield _below(prefix, "lib", base.name, "dist-packages")
        return
    for library in _libraries(base):
        yield _below(prefix, library, base.name, "site-packages")


def _old_pypy_sites(prefix: str, base: Installation, rules: str, *, virtual: bool) -> Iterator[str]:
    if virtual or rules != "debian":
        yield _below(prefix, "site-packages")
    else:
        library, _, directory = prefix.rpartition("/")
        yield _below(library.removesuffix("lib") + "local/lib", base.name, "dist-packages")
        yield _below(library, "python3" if directory == "pypy3" else directory, "dist-packages")


def _user_site(findings: InterpreterFindings, base: Installation) -> str | None:
    """The user site of the user that the image is made for (PEP 370)."""
    environment: Mapping[str, str] = findings.image.env
    if environment.get("PYTHONNOUSERSITE", "") not in ("", "0"):
        return None
    home = environment.get("HOME") or _home(findings)
    user_base = environment.get("PYTHONUSERBASE") or (f"{home}/.local" if home else None)
    return _below(user_base.lstrip("/"), "lib", base.name, "site-packages") if user_base else None


def _home(findings: InterpreterFindings) -> str | None:
    settings = findings.image.config.get("config")
    user = settings.get("User") if isinstance(settings, dict) else None
    name = user.partition(":")[0] if isinstance(user, str) else ""
    return findings.homes.get(name or "root") or ("/root" if name in ("", "root", "0") else None)


def _below(prefix: str, *parts: str) -> str:
    return "/".join(filter(None, (prefix, *parts)))
