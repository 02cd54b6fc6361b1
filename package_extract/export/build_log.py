"""What a build log says, for people: the outcome, what failed and why, all packages, the images that were named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from package_extract.export import grid
from package_extract.export.columns import Column
from package_extract.export.listing import Listing
from package_extract.export.printable import printable
from package_extract.export.quantities import counted
from package_extract.export.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.document.inventory import Record

__all__ = ["render"]

INDENT = " " * 10
"""Before the second line of a fact and those after it."""
SHOWN_ERRORS = 50
STATES = {"same": "as logged", "other_version": "in another version", "absent": "not there"}


def render(log: Mapping[str, Any], *, width: int | None, color: bool) -> str:
    """The text of what `buildlog.read_build_log` returns, with `in_image` or without.

    Tables fit the width if one is given; `color` adds ANSI colours. Everything that comes from the log is escaped.
    """
    parts = ["\n".join(line for fact in _outcome(log) for line in wrapped(fact, width, INDENT))]
    errors = [line for error in log["errors"][:SHOWN_ERRORS] for line in wrapped(_error(error, log), width, INDENT)]
    if len(log["errors"]) > SHOWN_ERRORS:
        errors.append(f"({len(log['errors']):,} in all; --format json has every one)")
    parts += ["\n".join(f"\x1b[31m{line}\x1b[0m" if color else line for line in errors)] if errors else []
    parts += [grid.render(each, width=width, color=color).rstrip("\n") for each in _tables(log)]
    return "\n\n".join(parts) + "\n"


def _outcome(log: Mapping[str, Any]) -> Iterator[str]:
    steps = log["steps"]
    failed = sum(step["failed"] for step in steps)
    yield f"Log       {counted(log['lines'], 'line')}, {counted(len(steps), 'step')}" + (
        f", {failed} of them failed" if failed else ""
    )
    statuses = Counter(row["status"].replace("_", " ") for row in log["packages"])
    yield "Packages  " + (", ".join(f"{count:,} {status}" for status, count in statuses.items()) or "none")
    for label, names in (("Failed", log["failed"]), ("Recovered", log["recovered"])):
        if names:
            yield f"{label:10}{', '.join(map(printable, names))}"
    if log.get("image"):
        counts = [f"{log['image']['counts'][state]:,} {words}" for state, words in STATES.items()]
        yield f"Image     {printable(log['image']['reference'])}: {', '.join(counts)}"
    if log["left_out"]:
        yield f"Left out  {log['left_out']:,} more than are kept"


def _error(error: Mapping[str, Any], log: Mapping[str, Any]) -> str:
    step = log["steps"][error["step"]]
    place = f"line {error['line']:,}" + (
        f", {step['title'] or step['stream']}" if step["title"] or step["stream"] else ""
    )
    return printable(f"{error['tool']}: {' '.join(error['message'].split())} ({place})")


def _tables(log: Mapping[str, Any]) -> Iterator[Listing]:
    if log["packages"]:
        yield Listing("packages", "packages", "Packages", PACKAGES, log["packages"])
    if log["images"]:
        yield Listing("images", "images", "Images", IMAGES, log["images"])


def _field(name: str) -> Any:
    return lambda row: row.get(name)


def _status(row: Record) -> str:
    return str(row["status"]).replace("_", " ")


def _origin(row: Record) -> Any:
    return row.get("repository") or row.get("source") or row.get("artifact")


def _in_image(row: Record) -> str | None:
    found = row.get("in_image")
    if found is None:
        return None
    versions = ", ".join(dict.fromkeys(str(each["version"]) for each in found["found"]))
    return {"same": "yes", "absent": "no"}.get(found["state"], versions)


PACKAGES = (
    Column("Package", "text", _field("name")),
    Column("Version", "text", _field("version")),
    Column("Status", "text", _status),
    Column("In the image", "text", _in_image),
    Column("Before", "text", _field("replaces")),
    Column("Why", "text", _field("message")),
    Column("By", "text", _field("tool")),
    Column("Line", "number", _field("line")),
    Column("Asked for by", "text", _field("requested_by")),
    Column("From", "text", _origin),
)
IMAGES = (
    Column("Image", "text", _field("name")),
    Column("Pushed", "text", lambda row: "yes" if row["pushed"] else "no"),
    Column("Digest", "text", _field("digest")),
    Column("Line", "number", _field("line")),
)
