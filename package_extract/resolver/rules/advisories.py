"""Security advisories from files: which versions are known to be vulnerable.

OSV (https://ossf.github.io/osv-schema/): one record, a list of records, one record on each line, or a directory of
such files. PyPI's JSON: the page of a release with its `vulnerabilities`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.rules.errors import InvalidAdvisories
from package_extract.resolver.rules.specifiers import parse_version
from package_extract.resolver.rules_protocol import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from packaging.version import Version

    from package_extract.resolver.masks import VersionSequence

__all__ = ["Advisories", "Advisory", "read_advisories"]

MAXIMUM_SIZE = 1 << 29
MOST_FILES = 1_000_000


class Advisory(NamedTuple):
    """One advisory about one package."""

    id: str
    summary: str
    link: str
    versions: frozenset[str]
    """Vulnerable versions as listed, normalized."""
    ranges: tuple[tuple[Version | None, Version | None, bool], ...]
    """(from, to, whether `to` is vulnerable itself); None for no bound."""
    aliases: frozenset[str] = frozenset()
    """Other names of it."""

    def affects(self, version: Version) -> bool:
        """Whether a version is vulnerable."""
        if str(version) in self.versions:
            return True
        for first, last, inclusive in self.ranges:
            if first is not None and version < first:
                continue
            if last is None or version < last or (inclusive and version == last):
                return True
        return False

    def verdict(self) -> Verdict:
        """As the reason for excluding a version."""
        return Verdict(self.id, f"it is vulnerable: {self.id} {self.summary}".strip(), self.link)


class Advisories:
    """Advisories by package."""

    def __init__(self, found: Iterable[tuple[str, Advisory]] = ()) -> None:
        self._by_name: dict[str, dict[str, Advisory]] = {}
        for name, advisory in found:
            self._add(name, advisory)

    def _add(self, name: str, advisory: Advisory) -> None:
        known = self._by_name.setdefault(normalize_name(name), {})
        other = known.get(advisory.id)
        if other:
            versions, ranges = other.versions | advisory.versions, other.ranges + advisory.ranges
            advisory = advisory._replace(versions=versions, ranges=ranges)
        known[advisory.id] = advisory

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __len__(self) -> int:
        return sum(map(len, self._by_name.values()))

    def without(self, names: Collection[str]) -> Advisories:
        """Those that have none of these names."""
        every = ((package, each) for package, found in self._by_name.items() for each in found.values())
        return Advisories((package, each) for package, each in every if not {each.id, *each.aliases} & {*names})

    def of(self, name: str, version: str) -> list[Advisory]:
        """Advisories that a version is affected by."""
        parsed = parse_version(version)
        return [each for each in self._by_name.get(name, {}).values() if parsed is not None and each.affects(parsed)]

    def masks(self, name: str, versions: VersionSequence) -> Iterator[tuple[int, Verdict]]:
        """The vulnerable versions of each advisory."""
        for advisory in self._by_name.get(name, {}).values():
            mask = sum(1 << i for i in range(len(versions)) if advisory.affects(versions.version(i)))
            if mask:
                yield mask, advisory.verdict()


def read_advisories(path: Path) -> Advisories:
    """The advisories in a file or directory; withdrawn ones and other ecosystems are left out.

    Raises `InvalidAdvisories`.
    """
    try:
        files = (
            sorted(each for each in path.rglob("*.json") if each.is_file())[:MOST_FILES] if path.is_dir() else [path]
        )
        return Advisories(found for file in files for record in _records(file) for found in _advisories(record, file))
    except OSError as error:
        raise InvalidAdvisories(f"{path} cannot be read: {error.strerror or error}") from None


def _records(file: Path) -> Iterator[Any]:
    with file.open("rb") as stream:
        data = stream.read(MAXIMUM_SIZE + 1)
    if len(data) > MAXIMUM_SIZE:
        raise InvalidAdvisories(f"{file} is larger than {MAXIMUM_SIZE} bytes")
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            content = [orjson.loads(line) for line in data.splitlines() if line.strip()]
        except orjson.JSONDecodeError as error:
            raise InvalidAdvisories(f"{file} is no JSON: {error}") from None
    records = content if isinstance(content, list) else [content]
    if not all(
        isinstance(record, dict) and record.keys() & {"affected", "vulnerabilities", "withdrawn"} for record in records
    ):
        raise InvalidAdvisories(f"{file} is neither OSV nor PyPI's JSON")
    yield from records


def _advisories(record: dict[str, Any], file: Path) -> Iterator[tuple[str, Advisory]]:
    try:
        for name, advisory in _of_pypi(record) if "vulnerabilities" in record else _of_osv(record):
            if {*map(type, (name, advisory.id, advisory.summary, advisory.link))} != {str}:
                raise TypeError(name)
            yield name, advisory
    except (KeyError, TypeError, AttributeError, ValueError):
        form, name = "PyPI's JSON" if "vulnerabilities" in record else "OSV", str(record.get("id", "a record"))[:60]
        raise InvalidAdvisories(f"{file}: {name} is not as {form} has it") from None


def _of_osv(record: dict[str, Any]) -> Iterator[tuple[str, Advisory]]:
    if record.get("withdrawn"):
        return
    identifier = record["id"]
    summary = (record.get("summary") or (record.get("details") or "").partition("\n")[0])[:200]
    for affected in record["affected"]:
        package = affected.get("package") or {}
        if package.get("ecosystem", "").partition(":")[0] != "PyPI":
            continue
        versions = frozenset(str(parse_version(each) or each) for each in affected.get("versions") or ())
        ranges = [
            bounds
            for each in affected.get("ranges") or ()
            if each["type"] in ("ECOSYSTEM", "SEMVER")
            for bounds in _ranges(each["events"])
        ]
        link = f"https://osv.dev/vulnerability/{identifier}"
        yield package["name"], Advisory(identifier, summary, link, versions, tuple(ranges), _aliases(record))


def _aliases(record: dict[str, Any]) -> frozenset[str]:
    return frozenset(map(str, record.get("aliases") or ()))


def _ranges(events: list[dict[str, str]]) -> Iterator[tuple[Version | None, Version | None, bool]]:
    first: str | None = None
    for event in events:
        if "introduced" in event:
            first = event["introduced"]
        elif first is not None and (event.keys() & {"fixed", "last_affected"}):
            last = event.get("fixed") or event["last_affected"]
            yield _bound(first), parse_version(last), "last_affected" in event
            first = None
    if first is not None:
        yield _bound(first), None, False


def _bound(text: str) -> Version | None:
    return None if text == "0" else parse_version(text)


def _of_pypi(record: dict[str, Any]) -> Iterator[tuple[str, Advisory]]:
    name, version = record["info"]["name"], record["info"]["version"]
    for each in record["vulnerabilities"]:
        if not each.get("withdrawn"):
            summary = (each.get("summary") or each.get("details") or "").partition("\n")[0][:200]
            versions = frozenset({str(parse_version(version) or version)})
            yield name, Advisory(each["id"], summary, each.get("link") or "", versions, (), _aliases(each))
