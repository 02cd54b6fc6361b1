"""One interpreter: everything that the image tells about a program, put together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_markers import marker_environment
from package_extract.formats.python_tags import abi_tags, platform_tags
from package_extract_analyzers.python.interpreter_evidence import Evidence, from_binary, package_version
from package_extract_analyzers.python.interpreter_facts import series_of_name
from package_extract_analyzers.python.interpreter_layout import find_installation
from package_extract_analyzers.python.interpreter_libraries import (
    architecture,
    find_libc,
    find_libpython,
    is_hard_float,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract_analyzers.python.interpreter_findings import InterpreterFindings
    from package_extract_analyzers.python.interpreter_layout import Installation

__all__ = ["Interpreter"]

_SUFFIX = re.compile(r"\.(?:cpython-|pypy)(\d)(\d{1,2})([a-z]*)(?:-pp\d+)?(?:-([\w-]+))?\.so").fullmatch


class Interpreter:
    """A program that is outside of virtual environments, or a copy of one in a virtual environment."""

    def __init__(self, findings: InterpreterFindings, path: str, home: str | None = None) -> None:
        """`path` is a real path; `home` is where the standard library is looked for, if not from there upwards."""
        self.findings, self.path = findings, path
        self.binary = findings.binaries[path]
        self.library = find_libpython(findings, path)
        self._told = [self.binary, *([self.library[1]] if self.library else [])]
        self.is_python = bool(self.library) or any(
            fact["hex"] is not None or fact["suffixes"] or fact["versions"] or fact["pypy"] for fact in self._told
        )
        self.is_python = self.is_python or any(series_of_name(name) for name in self.binary["needed"])
        self.implementation = self._implementation()
        self.series = self._series()
        self._flags = self._suffix_part(3) or self._name_flags()
        self.installation = self.installation_above(home or path)
        self.sysconfig = self._sysconfig()
        self.details = self._details()
        self.ext_suffix = self._ext_suffix()
        self.owner = findings.owner(path)
        self.evidence = self._evidence()

    @property
    def version(self) -> str | None:
        """The version as `python --version` prints it."""
        return self.evidence.version

    @property
    def implementation_version(self) -> str | None:
        """The version of PyPy; None for CPython."""
        if self.implementation != "pypy":
            return None
        macros = next((macros for _, macros in self._headers("patchlevel")), {})
        found = [version for fact in self._told for version in fact["pypy"]]
        return next(iter(found), None) or macros.get("PYPY_VERSION")

    @property
    def debug(self) -> bool:
        """Whether it is a debug build."""
        flagged = "d" in (self._suffix_part(3) or "") or "d" in (self.details or {}).get("flags", ())
        return flagged or self._configured("Py_DEBUG")

    @property
    def free_threaded(self) -> bool:
        """Whether it has no global interpreter lock."""
        flagged = "t" in (self._suffix_part(3) or "") or "t" in (self.details or {}).get("flags", ())
        return flagged or self._configured("Py_GIL_DISABLED")

    def installation_above(self, program: str) -> Installation | None:
        """Where its standard library is, looked for from the path of a program upwards."""
        if not self.series:
            return None
        return find_installation(self.findings, program, self.implementation, self.series, self._flags)

    def facts(self) -> dict[str, Any]:
        """The fields of the document that are the same for the program and for virtual environments made with it."""
        machine = architecture(self.binary, self.findings.image.config.get("variant"))
        libc = find_libc(self.findings, self.binary)
        version, series = self.version, self._numbers()
        return {
            "implementation": self.implementation,
            "version": version,
            "implementation_version": self.implementation_version,
            "soabi": self._soabi(),
            "ext_suffix": self.ext_suffix,
            "multiarch": self.sysconfig.get("MULTIARCH") or self._suffix_part(4),
            "debug": self.debug,
            "free_threaded": self.free_threaded,
            "marker_environment": marker_environment(
                self.implementation, version, self.implementation_version, machine or ""
            )
            if version
            else {},
            "abis": self._abis(series) if series else [],
            "platforms": self._platforms(machine, libc),
            "libc": libc,
            "architecture": machine,
        }

    def _soabi(self) -> str | None:
        soabi = (self.ext_suffix or "").removeprefix(".").rpartition(".so")[0]
        if self.implementation == "pypy":  # what it calls so has no platform
            soabi = "-".join(soabi.split("-")[:2])
        return soabi or None

    def _platforms(self, machine: str | None, libc: dict[str, Any] | None) -> list[str]:
        if machine is None:
            return []
        family, version = (libc["family"], libc["version"]) if libc else (None, None)
        return platform_tags(machine, family, version, hard_float=is_hard_float(self.binary))

    def _numbers(self) -> tuple[int, int] | None:
        if not self.series:
            return None
        major, minor = self.series.split(".")
        return int(major), int(minor)

    def _abis(self, series: tuple[int, int]) -> list[str]:
        flags = "t" * self.free_threaded
        if series < (3, 8):
            flags += "m" * (self.sysconfig.get("WITH_PYMALLOC") != 0)
            flags += "u" * (str(self.sysconfig.get("Py_UNICODE_SIZE", self._macro("Py_UNICODE_SIZE"))) == "4")
        return abi_tags(self.implementation, series, flags=flags, debug=self.debug, ext_suffix=self.ext_suffix)

    def _implementation(self) -> str:
        names = [self.path.rpartition("/")[2], *self.binary["needed"]]
        suffixes = [suffix for fact in self._told for suffix in fact["suffixes"]]
        for name in ("pypy", "graalpy"):
            signs = [*names, *suffixes]
            if any(sign.startswith((name, f"lib{name}", f".{name}")) for sign in signs):
                return name
        return "pypy" if any(fact["pypy"] for fact in self._told) else "cpython"

    def _series(self) -> str | None:
        """Major and minor version, as the program itself and its name tell them."""
        evidence = Evidence()
        for fact in self._told:
            from_binary(evidence, "", fact, ())
        if evidence.series:
            return evidence.series
        if self._suffix_part(1):
            return f"{self._suffix_part(1)}.{self._suffix_part(2)}"
        names = [*self.binary["needed"], self.path]
        return next(filter(None, map(series_of_name, names)), None)

    def _own_suffix(self) -> str | None:
        """The suffix that the program has within it; a debug build also has that of the plain one, which is shorter."""
        return max((one for fact in self._told for one in fact["suffixes"]), key=len, default=None)

    def _suffix_part(self, group: int) -> str | None:
        suffix = self._own_suffix()
        match = _SUFFIX(suffix) if suffix else None
        return match[group] if match else None

    def _name_flags(self) -> str:
        for name in (*self.binary["needed"], self.path.rpartition("/")[2]):
            match = re.match(r"(?:lib)?python\d\.\d+(t?d?m?)(?:$|\.so)", name)
            if match:
                return match[1]
        return ""

    def _sysconfig(self) -> dict[str, Any]:
        """The build variables, from the file whose ABI flags are those of the program."""
        if self.installation is None:
            return {}
        stdlib = self.findings.tree.real_path(self.installation.stdlib) or ""
        suffixes = [suffix for fact in self._told for suffix in fact["suffixes"]]
        children = self.findings.tree.children
        platforms = [f"{stdlib}/{name}" for name in children(stdlib) if name.startswith("plat-")]  # Debian's 2.7
        paths = [f"{directory}/{name}" for directory in (stdlib, *platforms) for name in children(directory)]
        told = filter(None, (self.findings.told("sysconfig", path) for path in paths if "/_sysconfigdata" in path))
        found = [variables for _, variables in told if variables]
        return min(found, key=lambda variables: variables.get("EXT_SUFFIX") not in suffixes, default={})

    def _details(self) -> dict[str, Any] | None:
        if self.installation is None:
            return None
        told = self.findings.told("build-details", f"{self.installation.stdlib}/build-details.json")
        return told[1] if told else None

    def _ext_suffix(self) -> str | None:
        return self._own_suffix() or (self.details or {}).get("ext_suffix") or self.sysconfig.get("EXT_SUFFIX") or None

    def _headers(self, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Path and macros of the header files of this version that are installed beside the program."""
        if self.installation is None:
            return
        header = {"patchlevel": "patchlevel.h", "pyconfig": "pyconfig.h"}[kind]
        name = self.installation.name
        for flags in dict.fromkeys((self._flags, "", "m", "d", "t", "dm", "td")):
            told = self.findings.told(kind, f"{self.installation.prefix}/include/{name.rstrip('t')}{flags}/{header}")
            if told:
                yield told
        told = self.findings.told(kind, f"{self.installation.prefix}/include/{header}")
        if told and self.implementation == "pypy":
            yield told

    def _macro(self, name: str) -> str | None:
        return next((macros[name] for _, macros in self._headers("pyconfig") if name in macros), None)

    def _configured(self, name: str) -> bool:
        """Whether the build variables have an option set; the headers count where nothing else is known."""
        if self.ext_suffix or self.sysconfig:
            return self.sysconfig.get(name) == 1
        return self._macro(name) == "1"

    def _evidence(self) -> Evidence:
        others = Evidence()
        for path, macros in self._headers("patchlevel"):
            others.add("patchlevel.h", path, macros.get("PY_VERSION"))
            break
        if self.installation and self.details:
            others.add("build-details.json", f"{self.installation.stdlib}/build-details.json", self.details["version"])
        if self.implementation == "cpython":
            version = package_version(self.owner)
            if version and self.series and version.startswith(f"{self.series}."):
                others.add("package", self.path, version)
        evidence = Evidence()
        trusted = [one["version"] for one in others.statements]
        if self.library:
            from_binary(evidence, *self.library, trusted)
        from_binary(evidence, self.path, self.binary, trusted)
        evidence.statements += others.statements
        if self.installation:
            evidence.add("stdlib", self.installation.stdlib, series_of_name(self.installation.name))
        evidence.add("name", self.path, series_of_name(self.path))
        return evidence
