"""The application (FastAPI): all endpoints over one `Work`."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from package_extract import __version__
from package_extract.errors import PackageExtractError
from package_extract.service import advise, analyses, builds, images
from package_extract.service.answers import not_routed, not_understood, told
from package_extract.service.gate import Gate
from package_extract.service.metrics import CONTENT_TYPE, Metrics
from package_extract.service.models import Health
from package_extract.service.reference_page import reference_page
from package_extract.service.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from package_extract.service.work import Work

__all__ = ["application"]

PREFIX = "/api/v1"


def application(work: Work) -> FastAPI:
    """The application; it starts and stops the work with itself."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        work.start()
        yield
        work.stop()

    settings = work.settings
    app = FastAPI(
        title="package-extract",
        version=__version__,
        description="Reads container images at rest and says what is inside.",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.work = work
    metrics = Metrics(work.records.counts)
    tokens = Tokens.read(settings.tokens) if settings.tokens else None
    for router in (analyses.router, images.router, advise.router, builds.router):
        app.include_router(router, prefix=PREFIX, dependencies=_security() if tokens else None)
    _operations(app, metrics)
    _pages(app)
    app.add_exception_handler(PackageExtractError, told)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, not_understood)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, not_routed)  # type: ignore[arg-type]
    app.add_middleware(Gate, settings=settings, tokens=tokens, metrics=metrics)
    return app


def _operations(app: FastAPI, metrics: Metrics) -> None:
    @app.get("/healthz", tags=["operations"])
    def healthz() -> Health:
        """The service is up."""
        return Health(status="ok", version=__version__)

    @app.get("/metrics", tags=["operations"], response_class=Response)
    def metrics_text() -> Response:
        """Numbers for Prometheus."""
        return Response(metrics.text(), headers={"content-type": CONTENT_TYPE})


def _pages(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return reference_page(app.openapi())

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("docs")


def _security() -> list[Any]:
    """For the OpenAPI page; the gate has checked the token before."""
    from fastapi import Depends

    return [Depends(HTTPBearer(auto_error=False))]
