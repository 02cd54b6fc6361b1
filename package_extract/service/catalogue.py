"""What the documents of the store say, in tables to search: a copy that is made anew wherever it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.document.reading import parse
from package_extract.errors import PackageExtractError
from package_extract.image.platform import Platform
from package_extract.service.database import Database
from package_extract.service.facts import facts_of

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.store.documents import Documents

__all__ = ["Catalogue", "Search"]

TABLES = """
create table if not exists image (
    document text primary key, reference text, digest text, index_digest text, config_digest text,
    os text, architecture text, variant text, os_name text, os_version text, created text
);
create index if not exists image_digest on image (digest);
create index if not exists image_index_digest on image (index_digest);
create index if not exists image_config_digest on image (config_digest);
create table if not exists fact (
    kind text not null, name text not null, version text not null, document text not null,
    primary key (kind, name, version, document)
) without rowid;
create index if not exists fact_document on fact (document);
"""
COLUMNS = (
    "document, reference, digest, index_digest, config_digest, os, architecture, variant, os_name, os_version, created"
)
ROWS_AT_ONCE = 2000


class Search(NamedTuple):
    """What images are asked for; every word that is given has to fit. A version fits those that it begins: "3.11"."""

    image_name: str | None = None
    os_name: str | None = None
    os_version: str | None = None
    python_version: str | None = None
    cuda_version: str | None = None
    package_name: str | None = None
    package_version: str | None = None
    rpm_package_name: str | None = None
    deb_package_name: str | None = None
    apk_package_name: str | None = None
    library_name: str | None = None
    symbol: str | None = None


class Catalogue:
    """The tables, in one file; read beside writing."""

    def __init__(self, path: Path, documents: Documents) -> None:
        self._documents = documents
        self._write, self._read = Database(path, TABLES), Database(path)

    def refresh(self) -> None:
        """Take in what the store has and the tables have not. Raises what the store raises."""
        known = {row["document"] for row in self._read.rows("select document from image")}
        for identity in self._documents.ids():
            if identity not in known:
                self.add(identity)

    def add(self, identity: str) -> None:
        """Take in a document; one that is none is left out."""
        data = self._documents.get(identity)
        if data is None:
            return
        try:
            document = parse(data, identity)
            row, facts = _image(identity, document), sorted(facts_of(document["results"]))
        except (PackageExtractError, KeyError, TypeError, AttributeError):
            return
        with self._write.transaction() as database:
            database.execute("delete from fact where document = ?", (identity,))
            for start in range(0, len(facts), ROWS_AT_ONCE):
                database.executemany(
                    "insert or ignore into fact (kind, name, version, document) values (?, ?, ?, ?)",
                    [(*fact, identity) for fact in facts[start : start + ROWS_AT_ONCE]],
                )
            database.execute(f"insert or replace into image ({COLUMNS}) values ({', '.join('?' * len(row))})", row)  # noqa: S608

    def by_digest(self, digest: str, platform: str | None = None) -> str | None:
        """The id of a document of the image with this digest; None too where an index has several and none is named."""
        rows = self._read.rows(
            f"select {COLUMNS} from image where ? in (digest, config_digest)"  # noqa: S608
            " order by document",
            (digest,),
        )
        if not rows:
            rows = self._read.rows(f"select {COLUMNS} from image where index_digest = ? order by document", (digest,))  # noqa: S608
        if platform is not None:
            wanted = Platform.parse(platform)
            rows = [row for row in rows if (row["os"], row["architecture"]) == (wanted.system, wanted.architecture)]
        digests = {row["digest"] or row["config_digest"] for row in rows}
        return str(rows[0]["document"]) if len(digests) == 1 else None

    def search(self, wanted: Search, page: int, per_page: int) -> tuple[list[dict[str, Any]], int]:
        """One page of the images that fit, by reference, and how many fit in all. Pages count from 0."""
        conditions, values = _conditions(wanted)
        where = " and ".join(conditions) or "true"
        total = self._read.rows(f"select count(*) from image where {where}", tuple(values))[0][0]  # noqa: S608
        rows = self._read.rows(
            f"select {COLUMNS} from image where {where} order by reference, document limit ? offset ?",  # noqa: S608
            (*values, per_page, page * per_page),
        )
        return [self._described(dict(row)) for row in rows], total

    def _described(self, image: dict[str, Any]) -> dict[str, Any]:
        versions = {f"{kind}_versions": self._versions(image["document"], kind) for kind in ("python", "cuda")}
        return image | versions

    def _versions(self, document: str, kind: str) -> list[str]:
        rows = self._read.rows("select distinct version from fact where document = ? and kind = ?", (document, kind))
        return sorted(row["version"] for row in rows if row["version"])

    def close(self) -> None:
        """Close the file; the catalogue cannot be used any more."""
        self._read.close()
        self._write.close()


def _image(identity: str, document: dict[str, Any]) -> tuple[str | None, ...]:
    image, release = document["image"], document["results"].get("os_release") or {}
    names = ("reference", "digest", "index_digest", "config_digest")
    platform = [image["platform"].get(name) for name in ("os", "architecture", "variant")]
    return (identity, *(image[name] for name in names), *platform, release.get("id"), release.get("version_id"),
            image["created"])  # fmt: skip


def _conditions(wanted: Search) -> tuple[list[str], list[str]]:
    conditions: list[str] = []
    values: list[str] = []

    def add(condition: str, *more: str) -> None:
        conditions.append(condition)
        values.extend(more)

    if wanted.image_name is not None:
        add("instr(lower(reference), lower(?)) > 0", wanted.image_name)
    if wanted.os_name is not None:
        add("os_name = ?", wanted.os_name)
    if wanted.os_version is not None:
        add(_begins("os_version"), *_beginning(wanted.os_version))
    for kind, version in (("python", wanted.python_version), ("cuda", wanted.cuda_version)):
        if version is not None:
            add(_has(f"kind = '{kind}' and {_begins('version')}"), *_beginning(version))
    if wanted.package_name is not None:
        from packaging.utils import canonicalize_name

        name = canonicalize_name(wanted.package_name)
        if wanted.package_version is None:
            add(_has("kind = 'package' and name = ?"), name)
        else:
            add(_has(f"kind = 'package' and name = ? and {_begins('version')}"), name,
                *_beginning(wanted.package_version))  # fmt: skip
    exact = {"rpm": wanted.rpm_package_name, "deb": wanted.deb_package_name, "apk": wanted.apk_package_name,
             "library": wanted.library_name, "symbol": wanted.symbol}  # fmt: skip
    for kind, text in exact.items():
        if text is not None:
            add(_has(f"kind = '{kind}' and name = ?"), text)
    return conditions, values


def _has(condition: str) -> str:
    return f"document in (select document from fact where {condition})"  # noqa: S608


def _begins(column: str) -> str:
    """Whether a version is the one that is asked for, or begins with it."""
    return f"({column} = ? or substr({column}, 1, length(?)) = ?)"


def _beginning(version: str) -> tuple[str, str, str]:
    return version, f"{version}.", f"{version}."
