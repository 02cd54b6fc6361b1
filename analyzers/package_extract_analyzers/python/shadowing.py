"""Which of several distributions of one name counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract_analyzers.python.distributions import Distribution

__all__ = ["mark_conda", "mark_overlaid", "mark_vendored", "winners"]


def winners(
    distributions: Iterable[Distribution], paths: list[str], recency: Callable[[str], Any]
) -> dict[str, Distribution]:
    """Of one environment's distributions, the one that is imported, by name.

    Between directories the order of `paths` decides. Within a directory pip and importlib.metadata take what the
    file system lists first, which an image does not tell; here metadata with a name comes before metadata without,
    dist-info before egg-info before egg, and then what was installed last, as `recency` of its metadata file tells.
    """
    order = {path: -number for number, path in enumerate(paths)}
    best: dict[str, tuple[tuple[Any, ...], Distribution]] = {}
    for one in distributions:
        precedence = (order.get(one.site, -len(order)), one.rank, recency(one.metadata_file) or 0, one.metadata_path)
        if one.key not in best or precedence > best[one.key][0]:
            best[one.key] = precedence, one
    return {key: one for key, (_, one) in best.items()}


def mark_conda(rows: list[dict[str, Any]]) -> None:
    """Relate conda records to Python's own metadata in the same prefix.

    Metadata that conda's record lists has conda as its owner, and the two are one package. Other metadata of the same
    name was installed over it, so the record is out of date.
    """
    python = {row["normalized_name"]: row for row in rows if row["metadata_kind"] != "conda" and not row["shadowed_by"]}
    for row in rows:
        other = python.get(row["normalized_name"])
        if row["metadata_kind"] == "conda" and other is not None and (other["owner"] or {}).get("type") != "conda":
            row["shadowed_by"] = other["metadata_path"]


def mark_overlaid(lower: list[dict[str, Any]], upper: list[dict[str, Any]]) -> None:
    """Mark what an interpreter does not see of an environment because it reads another one before it."""
    first = {row["normalized_name"]: row["metadata_path"] for row in upper if not row["shadowed_by"]}
    for row in lower:
        row["shadowed_by"] = row["shadowed_by"] or first.get(row["normalized_name"])


def mark_vendored(rows: list[dict[str, Any]], directory: str, site: str, carriers: Iterable[Distribution]) -> None:
    """Say where the distributions in a directory below `site` belong: no interpreter imports them as such.

    `carriers` are the distributions of `site`; the one that lists files of the directory brought what is in it.
    """
    below = f"{directory.removeprefix(site).lstrip('/')}/"
    carrier = next((one for one in carriers if one.lists(below)), None)
    for row in rows:
        row["shadowed_by"] = row["shadowed_by"] or (carrier.metadata_path if carrier else site)
        if carrier and row["owner"] is None:
            row["owner"] = {"type": "python", "name": carrier.name, "version": carrier.version}
