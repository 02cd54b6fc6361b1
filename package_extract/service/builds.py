"""Endpoints: a build as a whole, its log and the images that it began and ended with."""

from __future__ import annotations

import hashlib
import io
from typing import Annotated

from fastapi import APIRouter, Path, Request

from package_extract.buildlog import read_build_log
from package_extract.document.writing import encode
from package_extract.service.analyses import accept, work_of
from package_extract.service.answers import FAILURES
from package_extract.service.errors import NotFound
from package_extract.service.models import BuildAccepted, BuildLog, BuildRequest

__all__ = ["router"]

router = APIRouter(tags=["builds"])


@router.post("/build-analysis", status_code=202, responses=FAILURES)
def submit(body: BuildRequest, request: Request) -> BuildAccepted:
    """Analyze the images of a build, and keep its log and what the log says."""
    work = work_of(request)
    identity = None
    if body.build_log is not None:
        data = body.build_log.log.encode("utf-8", "replace")
        identity = f"sha256-{hashlib.sha256(data).hexdigest()}"
        found = {"document_id": identity, "log": data.decode(), "report": read_build_log(io.BytesIO(data))}
        work.documents.store.create(_key(identity), encode(found))
    base, output = (None if image is None else accept(work, image) for image in (body.base_image, body.output_image))
    return BuildAccepted(base_image_analysis=base, output_image_analysis=output, buildlog_document_id=identity)


@router.get("/buildlog/{document_id}", responses=FAILURES)
def build_log(document_id: Annotated[str, Path(pattern="^sha256-[0-9a-f]{64}$")], request: Request) -> BuildLog:
    """A log as it was submitted, and what it says was installed, failed and pushed."""
    data = work_of(request).documents.store.get(_key(document_id))
    if data is None:
        raise NotFound(f"there is no build log {document_id}")
    return BuildLog.model_validate_json(data)


def _key(identity: str) -> str:
    return f"buildlogs/{identity}.json"
