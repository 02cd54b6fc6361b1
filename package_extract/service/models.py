"""What clients send and get, as the OpenAPI page shows it. Field names are those of Thoth's user API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from package_extract.service.records import State

__all__ = [
    "Accepted",
    "AdviseRequest",
    "AnalysisRequest",
    "ApplicationStack",
    "BuildAccepted",
    "BuildLog",
    "BuildRequest",
    "ContainerImage",
    "ContainerImages",
    "Failure",
    "Health",
    "ImageMetadata",
    "ImageRequestBody",
    "Log",
    "RuntimeEnvironment",
    "Status",
    "StatusAnswer",
    "SubmittedLog",
]

Text = Annotated[str, Field(max_length=512)]


class _Model(BaseModel):
    """What stands below a field describes it in the OpenAPI page as well."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class _Body(_Model):
    model_config = ConfigDict(extra="forbid")


class ImageRequestBody(_Body):
    """An image in a registry."""

    image: Annotated[str, Field(min_length=1, max_length=4096, examples=["docker.io/library/python:3.12-slim"])]
    """As the command takes it. Credentials in it are used and forgotten."""
    registry_user: Text | None = None
    registry_password: Annotated[str, Field(max_length=16384)] | None = None
    """Used for this request, kept in memory only, never stored or logged."""
    platform: Annotated[Text, Field(examples=["linux/arm64"])] | None = None
    verify_tls: bool = True


class AnalysisRequest(ImageRequestBody):
    """An image to analyze."""

    environment_type: Literal["runtime", "buildtime"] = "runtime"
    origin: Text | None = None
    """Who asks, for your own records."""
    force: bool = False
    """Analyze again, and replace the document, even if there is one."""


class ApplicationStack(_Body):
    """What an application needs."""

    requirements: Annotated[str, Field(min_length=1, max_length=262144, examples=["flask\nnumpy<2"])]
    """Lines of a requirements.txt: names, versions, extras and markers; no options, files or addresses."""
    requirements_format: Literal["pip"] = "pip"


class RuntimeEnvironment(_Body):
    """Where it is to run."""

    base_images: Annotated[
        list[Annotated[str, Field(pattern="^[A-Za-z0-9_][A-Za-z0-9._:-]{0,199}$")]], Field(max_length=20)
    ] = []
    """Digest or `analysis_id` of images that are analyzed; of several the best is found. None: a usual Linux."""
    python: Text | None = None
    """An interpreter or environment of the image; the first on PATH if none is named."""


class AdviseRequest(_Body):
    """Requirements to resolve."""

    application_stack: ApplicationStack
    runtime_environment: RuntimeEnvironment = RuntimeEnvironment()
    installed: Literal["prefer", "pin", "ignore", "latest"] = "prefer"
    """What happens to packages that the image has."""
    origin: Text | None = None


class Accepted(_Model):
    """The request is accepted."""

    analysis_id: str
    parameters: dict[str, Any]
    """As understood; without credentials."""
    cached: bool
    """Whether the result is there already."""
    authenticated: bool
    """Whether credentials were given."""


class SubmittedLog(_Body):
    """What a build printed."""

    log: str


class BuildRequest(_Body):
    """A build: each part may be missing."""

    base_image: AnalysisRequest | None = None
    output_image: AnalysisRequest | None = None
    build_log: SubmittedLog | None = None


class BuildAccepted(_Model):
    """The images are accepted as by `/analyze`, the log is kept."""

    base_image_analysis: Accepted | None
    output_image_analysis: Accepted | None
    buildlog_document_id: str | None


class BuildLog(_Model):
    """A log and what it says, as `package-extract buildlog` prints it."""

    document_id: str
    log: str
    report: dict[str, Any]


class Status(_Model):
    """How far a request is."""

    state: State
    reason: str | None
    accepted_at: str | None
    started_at: str | None
    finished_at: str | None


class StatusAnswer(_Model):
    """How far a request is, and what was asked for."""

    analysis_id: str
    status: Status
    parameters: dict[str, Any]


class Log(_Model):
    """What happened to a request, a line for each event."""

    log: str


class Failure(_Model):
    """What went wrong; the sentence is the one that the command would have printed."""

    error: str
    code: str
    """Short and stable, for programs."""
    parameters: dict[str, Any]


class ImageMetadata(_Model):
    """What manifest and configuration say; layers are not read."""

    image: dict[str, Any]


class ContainerImage(_Model):
    """An image that has a document."""

    analysis_id: str
    """The id of its document, for `/analyze/{analysis_id}`."""
    reference: str | None
    digest: str | None
    index_digest: str | None
    config_digest: str | None
    os: str | None
    architecture: str | None
    variant: str | None
    os_name: str | None
    os_version: str | None
    python_versions: list[str]
    cuda_versions: list[str]
    created: str | None


class ContainerImages(_Model):
    """One page."""

    container_images: list[ContainerImage]
    parameters: dict[str, Any]


class Health(_Model):
    """The service is up."""

    status: Literal["ok"]
    version: str
