"""Endpoint: which images have a document, by what is in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from package_extract.service.analyses import work_of
from package_extract.service.answers import FAILURES
from package_extract.service.catalogue import Search
from package_extract.service.models import ContainerImage, ContainerImages

__all__ = ["router"]

router = APIRouter(tags=["images"])
Word = Annotated[str | None, Query(min_length=1, max_length=512)]
LAST_PAGE = 1_000_000
MOST = 100


@router.get("/container-images", responses=FAILURES)
def container_images(
    request: Request,
    response: Response,
    page: Annotated[int, Query(ge=0, le=LAST_PAGE)] = 0,
    per_page: Annotated[int, Query(ge=1, le=MOST)] = 25,
    image_name: Word = None,
    os_name: Word = None,
    os_version: Word = None,
    python_version: Word = None,
    cuda_version: Word = None,
    package_name: Word = None,
    package_version: Word = None,
    rpm_package_name: Word = None,
    deb_package_name: Word = None,
    apk_package_name: Word = None,
    library_name: Word = None,
    symbol: Word = None,
) -> ContainerImages:
    """Images that fit all words; `image_name` is part of the reference, a version `3.11` fits `3.11.9` too."""
    wanted = Search(
        image_name=image_name,
        os_name=os_name,
        os_version=os_version,
        python_version=python_version,
        cuda_version=cuda_version,
        package_name=package_name,
        package_version=package_version,
        rpm_package_name=rpm_package_name,
        deb_package_name=deb_package_name,
        apk_package_name=apk_package_name,
        library_name=library_name,
        symbol=symbol,
    )
    rows, total = work_of(request).catalogue.search(wanted, page, per_page)
    response.headers.update({
        "page": str(page), "per_page": str(per_page), "entries_count": str(total),
        "page_count": str(-(-total // per_page)),
    })  # fmt: skip
    parameters = {name: value for name, value in wanted._asdict().items() if value is not None}
    images = [ContainerImage(analysis_id=row.pop("document"), **row) for row in rows]
    return ContainerImages(container_images=images, parameters=parameters | {"page": page, "per_page": per_page})
