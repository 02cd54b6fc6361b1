"""The whole document: what `package-extract analyze` writes and what everything else reads."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from package_extract.document.abi import AbiSection
from package_extract.document.apk import ApkSection
from package_extract.document.build_inputs import BuildInputsSection
from package_extract.document.cuda import CudaSection
from package_extract.document.dpkg import DpkgSection
from package_extract.document.image import Image
from package_extract.document.model import Model
from package_extract.document.os_release import OsReleaseSection
from package_extract.document.problem import Problem
from package_extract.document.python_interpreters import PythonInterpretersSection
from package_extract.document.python_packages import PythonPackagesSection
from package_extract.document.rpm import RpmSection
from package_extract.document.run import Run

__all__ = ["Document", "Results"]


class Results(Model):
    """One section per analyzer, by its name; absent where the analyzer did not run or failed.

    Sections of analyzers that are not listed here are kept as they are.
    """

    model_config = ConfigDict(extra="allow")

    os_release: OsReleaseSection | None = None
    """Which distribution it is."""
    rpm: RpmSection | None = None
    """Packages of rpm."""
    dpkg: DpkgSection | None = None
    """Packages of dpkg: Debian, Ubuntu and their kin."""
    apk: ApkSection | None = None
    """Packages of apk: Alpine and its kin."""
    abi: AbiSection | None = None
    """C library, shared libraries, their symbol versions, and what is missing."""
    python_interpreters: PythonInterpretersSection | None = None
    """Python interpreters and the wheels that they accept."""
    python_packages: PythonPackagesSection | None = None
    """Python environments and the distributions in them."""
    cuda: CudaSection | None = None
    """CUDA, NVIDIA's libraries and what they ask of the driver."""
    build_inputs: BuildInputsSection | None = None
    """Lock files and lists of requirements, and what of them is installed."""


class Document(Model):
    """What a program running inside an image would find."""

    schema_version: Literal["1"]
    """Version of this description. Fields may be added within a version; a change of meaning raises it."""
    image: Image
    """What the manifest and the configuration say."""
    results: Results
    """One section per analyzer, by its name."""
    problems: list[Problem]
    """What could not be read or not be trusted."""
    run: Run
    """The run that made the document: all that differs between two runs over the same image."""
