"""Endpoints: which Python packages work in an image that has a document, and in which of several."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from package_extract.service.analyses import WAITING, Identity, record_of, status_answer, work_of
from package_extract.service.answers import FAILURES, failed
from package_extract.service.credentials import Login
from package_extract.service.errors import NotFound
from package_extract.service.models import Accepted, AdviseRequest, Log, StatusAnswer
from package_extract.service.requirements import read_requirements

__all__ = ["router"]

router = APIRouter(tags=["advise"])
ANSWER: dict[int | str, dict[str, object]] = {200: {"description": "`report`: the answer of `package-extract resolve "
                                                    "--format json`; `ranking`: of several images."}}  # fmt: skip


@router.post("/advise/python", status_code=202, responses=FAILURES)
def submit(body: AdviseRequest, request: Request) -> Accepted:
    """Resolve requirements for an image, or for the best of several, named by the digest or `analysis_id`."""
    work = work_of(request)
    read_requirements(body.application_stack.requirements)
    documents = []
    for name in body.runtime_environment.base_images:
        record = work.records.get(name)
        identity = work.catalogue.by_digest(name) if ":" in name else record.document if record else name
        if identity is None or not work.documents.has(identity):
            raise NotFound(f"there is no document of {name}; submit the image to /analyze first")
        documents.append(identity)
    parameters = body.model_dump() | {"documents": documents}
    identity = work.submit("advise", parameters, None, Login(None, None))
    return Accepted(analysis_id=identity, parameters=parameters, cached=False, authenticated=False)


@router.get("/advise/python/{analysis_id}", response_class=Response, responses=FAILURES | ANSWER | WAITING)
def result(analysis_id: Identity, request: Request) -> Response:
    """The answer; 202 and the status as long as there is none."""
    work = work_of(request)
    record = record_of(work, analysis_id, "advise")
    if record.state == "failed":
        return failed(record)
    if record.document is None:
        return Response(status_answer(record).model_dump_json(), 202, media_type="application/json")
    data = work.documents.store.get(record.document)
    if data is None:
        raise NotFound(f"the answer of {analysis_id} is no longer in the store")
    return Response(data, media_type="application/json")


@router.get("/advise/python/{analysis_id}/status", responses=FAILURES)
def status(analysis_id: Identity, request: Request) -> StatusAnswer:
    """How far a resolution is."""
    return status_answer(record_of(work_of(request), analysis_id, "advise"))


@router.get("/advise/python/{analysis_id}/log", responses=FAILURES)
def log(analysis_id: Identity, request: Request) -> Log:
    """What happened to a resolution so far."""
    return Log(log=record_of(work_of(request), analysis_id, "advise").log)
