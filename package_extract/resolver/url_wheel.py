"""A wheel that was asked for by its address, as a page with one file."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from package_extract.resolver.errors import InvalidRequirement
from package_extract.resolver.index.urls import split_fragment
from package_extract.resolver.source import DistributionFile, FileClass, ProjectPage

__all__ = ["url_page"]


def url_page(project: str, url: str) -> ProjectPage:
    """The page with the one wheel. Raises `InvalidRequirement` if the address is not that of a wheel."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    parts = urlsplit(url)
    filename = unquote(parts.path.rpartition("/")[2])
    if parts.scheme not in ("http", "https", "file") or not filename.endswith(".whl"):
        raise InvalidRequirement(f"{project} @ {url} is not the address of a wheel; it would have to be built first")
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        raise InvalidRequirement(f"{filename!r} in {project} @ {url} is no valid name of a wheel") from None
    if name != project:
        raise InvalidRequirement(f"{project} @ {url} is a wheel of {name}")
    pieces = filename.removesuffix(".whl").split("-")
    tag_set = "-".join(pieces[-3:])
    file = DistributionFile(
        project=project,
        version=str(version),
        filename=filename,
        url=parts._replace(fragment="").geturl(),
        hashes=split_fragment(url)[1],
        tag_set=tag_set,
        build=pieces[2] if len(pieces) == 6 else "",
    )
    classes = [FileClass(tag_set, None, yanked=False)]
    return ProjectPage(project, [str(version)], classes, [(0,)], [0], [], lambda _position, _among: [file])
