"""Endpoints: submit an image, and ask what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from package_extract.image import open_image
from package_extract.image_metadata import image_metadata
from package_extract.layer.contents import LayerContents
from package_extract.service.answers import FAILURES, failed
from package_extract.service.errors import NotFound
from package_extract.service.models import (
    Accepted,
    AnalysisRequest,
    ImageMetadata,
    ImageRequestBody,
    Log,
    Status,
    StatusAnswer,
)
from package_extract.service.request import image_request, opening

if TYPE_CHECKING:
    from package_extract.service.records import Kind, Record
    from package_extract.service.work import Work

__all__ = ["WAITING", "Identity", "accept", "record_of", "router", "status_answer", "work_of"]

router = APIRouter(tags=["analysis"])
METADATA_SECONDS = 60.0
Identity = Annotated[str, Path(pattern="^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$")]
Digest = Annotated[str, Path(pattern="^[a-z0-9]{1,32}:[0-9a-f]{32,128}$", examples=["sha256:" + 64 * "0"])]
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document: `package-extract schema` describes it."}
}
WAITING: dict[int | str, dict[str, Any]] = {202: {"model": StatusAnswer, "description": "Not done yet."}}


def work_of(request: Request) -> Work:
    """The service behind the application."""
    work: Work = request.app.state.work
    return work


@router.post("/analyze", status_code=202, responses=FAILURES)
def submit(body: AnalysisRequest, request: Request) -> Accepted:
    """Analyze an image. The same image twice is one analysis: what has a document by its digest is not read again."""
    return accept(work_of(request), body)


@router.get("/analyze/by-hash/{image_hash}", response_class=Response, responses=FAILURES | DOCUMENT)
def by_hash(image_hash: Digest, request: Request) -> Response:
    """The document of the image with this digest: of its manifest, its configuration, or an index of one platform."""
    work = work_of(request)
    identity = work.catalogue.by_digest(image_hash)
    if identity is None:
        raise NotFound(f"there is no document of an image with the digest {image_hash}")
    return _document(work, identity)


@router.get("/analyze/{analysis_id}", response_class=Response, responses=FAILURES | DOCUMENT | WAITING)
def result(analysis_id: Identity, request: Request) -> Response:
    """The document of an analysis; 202 and the status as long as it is not done; why it failed, if it did."""
    work = work_of(request)
    record = work.records.get(analysis_id)
    if record is None or record.kind != "analysis":
        return _document(work, analysis_id)
    if record.state == "failed":
        return failed(record)
    if record.document is None:
        return Response(status_answer(record).model_dump_json(), 202, media_type="application/json")
    return _document(work, record.document)


@router.get("/analyze/{analysis_id}/status", responses=FAILURES)
def status(analysis_id: Identity, request: Request) -> StatusAnswer:
    """How far an analysis is."""
    return status_answer(record_of(work_of(request), analysis_id, "analysis"))


@router.get("/analyze/{analysis_id}/log", responses=FAILURES)
def log(analysis_id: Identity, request: Request) -> Log:
    """What happened to an analysis so far."""
    return Log(log=record_of(work_of(request), analysis_id, "analysis").log)


@router.post("/image/metadata", responses=FAILURES)
def metadata(body: ImageRequestBody, request: Request) -> ImageMetadata:
    """What manifest and configuration of an image say, at once; no layer is transferred."""
    settings = work_of(request).settings
    image = image_request(body.image, body.registry_user, body.registry_password, body.platform, settings)
    options = opening(settings, image.login, body.platform, verify_tls=body.verify_tls)
    options = options._replace(needed=lambda _digests: set(), timeout=min(options.timeout, METADATA_SECONDS))
    with open_image(image.reference, options) as opened:
        described = image_metadata(opened, [LayerContents() for _ in opened.layers])
    for layer in described["layers"]:
        layer["size"] = layer["entries"] = None
    return ImageMetadata(image=described | {"size": None})


def accept(work: Work, body: AnalysisRequest) -> Accepted:
    """Accept an image, or find that its document is there already."""
    image = image_request(body.image, body.registry_user, body.registry_password, body.platform, work.settings)
    parameters = body.model_dump(exclude={"registry_user", "registry_password"}) | {"image": image.reference}
    authenticated = image.login.username is not None
    if image.digest is not None and not body.force:
        known = work.catalogue.by_digest(image.digest, body.platform)
        if known is not None:
            return Accepted(analysis_id=known, parameters=parameters, cached=True, authenticated=authenticated)
    key = f"{image.reference} {body.platform or ''} {body.verify_tls} {body.force}"
    identity = work.submit("analysis", parameters, key, image.login)
    return Accepted(analysis_id=identity, parameters=parameters, cached=False, authenticated=authenticated)


def record_of(work: Work, identity: str, kind: Kind) -> Record:
    """The request of this kind with this id, or `NotFound`."""
    record = work.records.get(identity)
    if record is None or record.kind != kind:
        raise NotFound(f"there is no {kind} {identity}")
    return record


def status_answer(record: Record) -> StatusAnswer:
    """How far a request is."""
    names = Status.model_fields
    state = Status(**{name: getattr(record, name) for name in names})
    return StatusAnswer(analysis_id=record.id, status=state, parameters=record.parameters)


def _document(work: Work, identity: str) -> Response:
    data = work.documents.get(identity)
    if data is None:
        raise NotFound(f"there is no analysis {identity}")
    return Response(data, media_type="application/json")
